// <offline-form>: keeps what stands in the form it holds, photos included, and hands it to the outbox when it is sent.

import { Component, elements, part, setText } from "./element.js";
import { complain, forgive } from "./errors.js";
import { contentOf, field, fillForm, listOf, namesOf, setNames } from "./fields.js";
import { hex, newNames } from "./names.js";
import { flush } from "./outbox.js";
import { change, get, hold, isHeld, listen, photosOf } from "./store.js";
import { standing } from "./sync.js";
import { addressOf, grouped } from "./words.js";

/** @typedef {import("./errors.js").Problem} Problem */
/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").Photo} Photo */
/** @typedef {import("./store.js").News} News */

/** So long after a key was pressed, what was typed is kept, also while somebody types on. */
const REST_MS = 400;

/**
 * What `ready` finds or makes.
 *
 * @typedef {object} Parts
 * @property {HTMLFormElement} form
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} said
 * @property {string} writer  tells this tab from another one that has the same draft open
 * @property {boolean} [dirty]  whether there is something to keep
 * @property {boolean} [photosChanged]
 * @property {boolean} [sending]
 * @property {string} [queued]  the report that is on its way
 * @property {boolean} [hopeless]  whether the city has said no without naming a field
 * @property {Promise<unknown>} work
 */

class OfflineForm extends /** @type {new () => Component & Parts} */ (Component) {
  ready() {
    this.form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    this.button = /** @type {HTMLButtonElement} */ (this.querySelector("[type=submit]"));
    this.said = part(this, "sending");
    this.writer = newNames().token;
    /** @type {Promise<unknown>} */
    this.work = this.reopen();
  }

  begin() {
    this.on(this, "input", () => this.touch());
    // An answer that is complete is kept at once: phones end pages without a word (iOS has no beforeunload).
    this.on(this, "change", () => this.saveNow());
    this.on(this, "photos-changed", () => {
      this.photosChanged = true;
      this.saveNow();
    });
    this.on(this, "submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (this.sending) flush(this.queued);
      else this.send();
    });
    // Phones kill pages that are not in sight.
    this.on(document, "visibilitychange", () => this.save());
    this.on(window, "pagehide", () => this.save());
    this.on(window, "pageshow", () => this.startAfresh());
    this.on(window, "beforeunload", (/** @type {BeforeUnloadEvent} */ event) => {
      // Once the page goes (pagehide) it is too late to write, unless it stays in the browser's memory.
      this.save();
      if (!isHeld(namesOf(this.form).id)) return;
      event.preventDefault();
      event.returnValue = false;
    });
    // What was typed just before it went is kept now: the timer ends.
    this.ends.push(
      () => this.save(),
      listen((news) => news.id === this.queued && this.follow(news)),
    );
  }

  /** A form that has been sent comes back from the browser's memory: get a new one, with a new id. */
  startAfresh() {
    if (!history.state || !history.state.sent) return;
    history.replaceState(null, "");
    location.reload();
  }

  // --- the draft --------------------------------------------------------------------------------------------------

  /** Take up the draft that the address names, if this page has not come back with errors. */
  async reopen() {
    const id = new URLSearchParams(location.search).get("draft");
    const kept = id && !document.getElementById("errors") ? await get(id).catch(() => undefined) : undefined;
    if (kept && (kept.state === "draft" || kept.state === "attention")) await this.takeUp(kept);
    else if (kept && kept.state !== "done") location.replace(this.dataset.mine || "");
    else if (!field(this.form, "id").value) setNames(this.form, newNames());
  }

  /** Why the city has said no stays with the report, and is said again, until it is sent again. @param {Kept} kept */
  async takeUp(kept) {
    setNames(this.form, kept);
    const { code, content = {} } = kept;
    // Another type asks other questions, be it under the same code.
    if (code !== field(this.form, "service_code").value)
      for (const name of Object.keys(content)) if (/^attr/.test(name)) delete content[name];
    fillForm(this.form, content);
    this.photoInput().restore(await photosOf(kept.id), listOf(content.media_description));
    await change(
      kept.id,
      (old) => old && { ...old, writer: this.writer, code: field(this.form, "service_code").value },
    );
    this.nameDraft();
    // As when a browser puts back what was typed: steps and place look at their fields anew.
    window.dispatchEvent(new Event("pageshow"));
    if (kept.errors && kept.errors.length) this.refused(kept);
    this.touch();
  }

  touch() {
    this.dirty = true;
    this.timer = this.timer || setTimeout(() => this.save(), REST_MS);
  }

  saveNow() {
    this.dirty = true;
    this.save();
  }

  /** Keep what stands in the form now; one after the other, so that an older state never overtakes a newer one. */
  save() {
    this.timer = 0;
    this.work = this.work
      .then(() => this.keep())
      .catch((error) =>
        this.note(this.dataset[error && error.name === "QuotaExceededError" ? "full" : "unkept"]),
      );
    return this.work;
  }

  /** @param {Photo[]} [frozen]  the photos, if they are at hand @returns {Promise<void>} */
  async keep(frozen) {
    if (!frozen && (!this.dirty || this.sending)) return;
    const photos = frozen || (this.photosChanged ? await this.photos() : undefined);
    this.dirty = this.photosChanged = false;
    const draft = this.draft();
    try {
      const kept = await change(
        draft.id,
        (old) =>
          isOthers(old, this.writer) ? undefined : { ...old, ...draft, state: old ? old.state : "draft" },
        photos,
      );
      if (isOthers(kept, this.writer)) return this.fork(frozen);
    } catch (error) {
      this.photosChanged = Boolean(photos) || this.photosChanged;
      throw error;
    }
    this.nameDraft();
    this.note(this.dataset.kept);
  }

  /** Another tab has the same draft open, or has sent it: this one goes on as a report of its own. @param {Photo[]} [frozen] @returns {Promise<void>} */
  fork(frozen) {
    setNames(this.form, newNames());
    this.dirty = this.photosChanged = true;
    return this.keep(frozen);
  }

  /** @returns {Kept} */
  draft() {
    return {
      ...namesOf(this.form),
      state: "draft",
      writer: this.writer,
      locale: this.dataset.locale || "",
      code: field(this.form, "service_code").value,
      name: field(this.form, "service_name").value,
      place: field(this.form, "address_string").value.trim(),
      changed: Date.now(),
      content: contentOf(this.form),
      // What was frozen before is no longer what stands in the form.
      body: undefined,
      digest: undefined,
    };
  }

  /** Let the address name the draft, so that a reload, a restored tab or another language finds it again. */
  nameDraft() {
    const search = "?draft=" + namesOf(this.form).id;
    if (location.search !== search) history.replaceState(history.state, "", search + location.hash);
    for (const link of elements(document, "a[hreflang]")) link.href = link.pathname + search;
  }

  /** A quiet line below the form; it is no news to anybody. @param {string} [sentence] */
  note(sentence) {
    setText(part(this, "draft-note"), sentence);
  }

  // --- sending ----------------------------------------------------------------------------------------------------

  async send() {
    this.busy(true);
    try {
      // Refused without a reason, or with photos of an earlier plain try: the plain form goes on.
      if (this.hopeless || this.querySelector("[name^='media[']")) throw new Error();
      await this.work;
      this.queued = await this.queue();
    } catch (error) {
      this.busy(false);
      return this.form.submit();
    }
    this.note();
    setText(this.said, this.dataset.sayText);
    askToKeepAndSend();
    flush(this.queued);
  }

  /** From here on the report is safe: it leaves this phone only when the city has it. */
  async queue() {
    const photos = await this.photos();
    for (const photo of photos) photo.sha256 = hex(await crypto.subtle.digest("SHA-256", photo.bytes));
    // Once more as a draft: then it is certain that no other tab has sent it under the same number.
    await this.keep(photos).catch(() => {});
    const kept = await this.freeze(photos);
    await change(kept.id, () => kept, photos).catch(() => hold(kept, photos));
    return kept.id;
  }

  /** What has happened to it. @param {News} news */
  async follow(news) {
    const kept = await get(news.id);
    if (!kept || !this.queued) return;
    if (kept.state === "done") return this.leave(kept);
    if (kept.state === "attention") return this.refused(kept);
    setText(this.said, isHeld(kept.id) ? this.dataset.sayHeld : standing(this, kept, news));
    if (!news.doing && (kept.tries || kept.state === "accepted")) this.offerToLeave(kept);
  }

  /** It may take long: say the number, and that nobody has to wait, unless the report is only on this page. @param {Kept} kept */
  offerToLeave(kept) {
    const hasFocus = document.activeElement === this.button;
    const leave = part(this, "leave");
    setText(this.button, this.dataset.again);
    leave.hidden = isHeld(kept.id);
    this.button.hidden = kept.state === "accepted" && !leave.hidden;
    setText(part(this, "number"), grouped(kept.reference));
    part(this, "saved").hidden = false;
    // Without the button, this is where it goes on.
    if (hasFocus && this.button.hidden) elements(leave, "a")[0].focus();
  }

  /** @param {Kept} kept */
  leave({ sent = "" }) {
    this.busy(false);
    history.replaceState({ ...history.state, sent: true }, "", location.pathname);
    location.assign(sent);
  }

  /** @param {Kept} kept */
  refused({ errors = [] }) {
    this.busy(false);
    forgive(this, this);
    const named = errors.filter(({ field }) => field);
    this.hopeless = !named.length;
    setText(this.said, this.hopeless ? errors[0].message || this.dataset.failed : "");
    if (this.hopeless) setText(this.button, this.dataset.again);
    else
      complain(
        this,
        named.map(({ field, message }) => [this.control(field), message]),
      );
  }

  /** The control of a field that the server names. @param {string} field @returns {HTMLElement} */
  control(field) {
    return elements(this, "[name]").find(({ name }) => name === field) || this.button;
  }

  /** @param {boolean} busy */
  busy(busy) {
    this.sending = busy;
    this.queued = undefined;
    this.form.dataset.busy = busy ? "1" : "";
    // What is on its way cannot be changed any more.
    for (const section of elements(this, "[data-step]"))
      section.inert = busy && !section.contains(this.button);
  }

  // --- the frozen report ------------------------------------------------------------------------------------------

  /** @param {Photo[]} photos @returns {Promise<Kept>} */
  async freeze(photos) {
    const draft = this.draft();
    const media = photos.map(({ sha256, bytes, description }) => ({
      sha256,
      bytes: bytes.byteLength,
      description,
    }));
    const content = {
      ...draft.content,
      media_description: "",
      requested_datetime: new Date().toISOString(),
      channel: "web",
      media,
    };
    // An empty parameter is an absent one (GeoReport v2): what is undefined does not appear in JSON.
    const body = new TextEncoder().encode(
      JSON.stringify(content, (_, value) => (value === "" ? undefined : value)),
    ).buffer;
    const digest = hex(await crypto.subtle.digest("SHA-256", body));
    const [submit, upload, sent] = ["submit", "upload", "sent"].map((name) =>
      addressOf(this.dataset[name], draft),
    );
    return {
      ...draft,
      state: "queued",
      body: /** @type {ArrayBuffer} */ (body),
      digest,
      submit,
      upload,
      sent,
    };
  }

  /** Throws if photo.js has not arrived: then the plain form takes the photos. @returns {Promise<Photo[]>} */
  photos() {
    return this.photoInput().photos();
  }

  photoInput() {
    return /** @type {any} */ (this.querySelector("photo-input"));
  }

  // --- names ------------------------------------------------------------------------------------------------------
}

/**
 * Whether somebody else has to do with this report: another tab writes it, or it is on its way already.
 *
 * @param {Kept | undefined} kept
 * @param {string} writer
 */
function isOthers(kept, writer) {
  return kept && (kept.writer !== writer || !(kept.state === "draft" || kept.state === "attention"));
}

/** Ask the browser to keep what is here, and to send even when no page is open, where it can (Background Sync). */
async function askToKeepAndSend() {
  const { storage, serviceWorker } = navigator;
  // Some browsers ask the person; nothing waits for the answer.
  if (storage && storage.persist) storage.persist().catch(() => {});
  try {
    const registration = /** @type {any} */ (await serviceWorker.ready);
    await registration.sync.register("outbox");
  } catch (error) {
    // Then it is sent when a page of ours is open.
  }
}

customElements.define("offline-form", OfflineForm);
