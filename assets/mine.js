// <my-requests>: all that this phone will send or has sent, with what can be done about each.

import { all as every, copy, fill, make, moment, part } from "./forms.js";
import { flush } from "./outbox.js";
import { grouped, standing } from "./standing.js";
import { all, canKeep, change, get, listen, photosOf } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").News} News */

/** Which list a report is in. */
const LISTS = { draft: "drafts", queued: "waiting", accepted: "waiting", attention: "waiting", done: "sent" };
/** How many requests are asked about at once, so that a long list does not cost much. */
const MOST_ASKED = 20;

class MyRequests extends HTMLElement {
  constructor() {
    super();
    this.append(copy(this, "lists"));
    this.said = part(this, "said");
    /** Buttons that do what they say only when they are pressed again. @type {HTMLElement | null} */
    this.armed = null;
    /** @type {Promise<unknown>} */
    this.work = Promise.resolve();
    this.addEventListener("click", (event) => this.press(/** @type {HTMLElement} */ (event.target)));
    listen((news) => (this.work = this.work.then(() => (news.doing ? this.showOne(news) : this.show())).catch(() => {})));
    this.begin();
  }

  async begin() {
    await this.show();
    const target = document.getElementById(location.hash.slice(1));
    if (target) target.scrollIntoView();
    this.tellWhetherItLasts();
    for (const kept of (await all()).filter(({ state }) => state === "accepted" || state === "done").slice(0, MOST_ASKED)) await refresh(kept);
  }

  // --- what is shown ----------------------------------------------------------------------------------------------

  async show() {
    const reports = await all();
    for (const kept of reports) this.put(kept);
    for (const item of every(this, "[data-id]")) if (!reports.some(({ id }) => id === item.dataset.id)) item.remove();
    for (const list of every(this, "[data-list]")) list.parentNode.hidden = !list.children.length;
    part(this, "none").hidden = reports.length > 0;
    part(this, "all").hidden = !reports.length;
  }

  /** @param {News} news */
  async showOne(news) {
    const kept = await get(news.id);
    if (kept) this.put(kept, news);
  }

  /** Show a report where it belongs; what has not changed is not touched, so that nobody who reads there is moved. @param {Kept} kept @param {News} [news] */
  put(kept, news) {
    const item = every(this, `[data-id="${kept.id}"]`)[0] || copy(this, "item");
    item.dataset.id = item.id = kept.id;
    const list = part(this, LISTS[kept.state]);
    if (item.parentNode !== list) {
      const focused = document.activeElement;
      list.append(item);
      if (focused && item.contains(focused)) /** @type {HTMLElement} */ (focused).focus();
    }
    const link = (/** @type {string} */ pattern = "") => pattern.replace("REFERENCE", kept.reference).replace("TOKEN", kept.token).replace("CODE", kept.code);
    const { state, changed, tries = 0, missing = [] } = kept;
    const open = state === "draft" || state === "attention";
    write(part(item, "name"), kept.name || this.dataset.noType || "");
    write(part(item, "place"), kept.place);
    write(part(item, "number"), open ? "" : fill(this.dataset.number, { number: grouped(kept.reference) }));
    write(part(item, "standing"), standing(this, kept, news));
    write(part(item, "age"), fill(this.dataset[state === "draft" ? "saved" : "since"], { time: moment(changed) }));
    const continueAt = (kept.code ? link(this.dataset.form) : this.dataset.choose || "") + "?draft=" + kept.id;
    this.offer(item, "continue", open, continueAt);
    this.offer(item, "try", state === "queued" && tries > 0);
    this.offer(item, "photos", state === "accepted" && missing.length > 0 && !kept.agreed);
    this.offer(item, "save", state !== "done");
    this.offer(item, "see", state === "done" || state === "accepted", link(this.dataset.request));
    this.offer(item, "private", state === "done" || state === "accepted", link(this.dataset.manage));
    this.offer(item, "share", state === "done" || state === "accepted");
    this.offer(item, "delete", true);
    for (const button of every(item, "[data-act]")) {
      // Whoever hears only the button knows which report it belongs to.
      if (button !== this.armed) write(part(button, "about"), " " + [kept.name, kept.place].filter(Boolean).join(", "));
    }
  }

  /** @param {HTMLElement} item @param {string} act @param {boolean} offered @param {string} [href] */
  offer(item, act, offered, href) {
    const control = every(item, `[data-act="${act}"]`)[0];
    control.hidden = !offered;
    if (href) control.setAttribute("href", href);
  }

  /** Say honestly how long this browser keeps what is here. */
  async tellWhetherItLasts() {
    const { storage } = navigator;
    const lasting = await Promise.resolve(storage && storage.persisted && storage.persisted()).catch(() => false);
    write(part(this, "lasts"), ((await canKeep()) ? (lasting ? this.dataset.lasting : this.dataset.passing) : this.dataset.nothing) || "");
  }

  // --- what can be done -------------------------------------------------------------------------------------------

  /** @param {HTMLElement} target */
  async press(target) {
    const control = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
    if (!control) return this.disarm();
    const item = /** @type {HTMLElement | null} */ (control.closest("[data-id]"));
    const id = (item && item.dataset.id) || "";
    const { act } = control.dataset;
    if (control !== this.armed) this.disarm();
    if (act === "try") flush(id);
    if (act === "photos") await change(id, (old) => old && { ...old, agreed: true }).then(() => flush(id));
    if (act === "save") await this.saveCopy([/** @type {Kept} */ (await get(id))]);
    if (act === "save-all") await this.saveCopy((await all()).filter(({ state }) => state !== "done"));
    if (act === "share") await this.share(/** @type {Kept} */ (await get(id)));
    if (act === "delete" && this.confirmed(control, this.dataset.reallyDelete)) await this.forget([id]);
    if (act === "wipe") await this.wipe(control);
  }

  /** Whether a button has been pressed a second time; the first time it says what the second will do. @param {HTMLElement} control @param {string | undefined} sentence */
  confirmed(control, sentence = "") {
    if (control === this.armed) return true;
    this.armed = control;
    control.dataset.words = part(control, "words").textContent || "";
    write(part(control, "words"), sentence);
    this.say(sentence);
    return false;
  }

  disarm() {
    if (this.armed) write(part(this.armed, "words"), this.armed.dataset.words || "");
    this.armed = null;
  }

  /** @param {string[]} ids */
  async forget(ids) {
    this.armed = null;
    for (const id of ids) await change(id, () => null);
    this.say(this.dataset.removed);
    part(this, "heading").focus();
  }

  /** Somebody else uses this phone: one press, unless something would be lost that the city does not have. @param {HTMLElement} control */
  async wipe(control) {
    const reports = await all();
    const unsent = reports.filter(({ state }) => state !== "done").length;
    if (unsent && !this.confirmed(control, fill(this.dataset.reallyWipe, { count: unsent }))) return;
    this.disarm();
    await this.forget(reports.map(({ id }) => id));
    // Pages that were looked at say something about a person, too.
    if (self.caches) await caches.delete("seen");
    this.say(this.dataset.wiped);
  }

  /** @param {Kept[]} reports */
  async saveCopy(reports) {
    const copies = [];
    for (const kept of reports) copies.push(await copyOf(kept));
    const file = new Blob([JSON.stringify({ format: "city-311-reports", v: 1, reports: copies })], { type: "application/json" });
    const link = /** @type {HTMLAnchorElement} */ (make("a", ""));
    link.href = URL.createObjectURL(file);
    link.download = `311-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    this.say(this.dataset.copied);
  }

  /** @param {Kept} kept */
  async share({ reference, token, name }) {
    const url = location.origin + (this.dataset.manage || "").replace("REFERENCE", reference).replace("TOKEN", token);
    try {
      if (navigator.share) return await navigator.share({ title: name, url });
      await navigator.clipboard.writeText(url);
      this.say(this.dataset.linkCopied);
    } catch (error) {
      // The person has thought better of it, or the browser may not; the private link itself stands beside.
    }
  }

  /** @param {string | undefined} sentence */
  say(sentence = "") {
    this.said.textContent = "";
    this.said.textContent = sentence;
  }
}

/** @param {Element} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** What a file holds of a report: exactly what would have been sent. @param {Kept} kept */
async function copyOf(kept) {
  const { id, token, digest, body, state } = kept;
  const photos = [];
  for (const { bytes, type, sha256, description } of await photosOf(id)) photos.push({ sha256, type, description, data: await base64(bytes) });
  const frozen = body ? new TextDecoder().decode(body) : JSON.stringify(contentOf(kept));
  return { id, token, digest, body: frozen, draft: state === "draft" || undefined, photos };
}

/** A draft as it stands, in the words of a report. @param {Kept} kept */
function contentOf({ id, reference, token, code, name, locale, fields = [] }) {
  /** @type {Record<string, any>} */
  const content = { id, reference, manage_token: token, service_code: code, service_name: name, language: locale };
  for (const [field, value] of fields) if (value && field !== "media_description") content[field] = field in content ? [].concat(content[field], /** @type {any} */ (value)) : value;
  return content;
}

/** @param {ArrayBuffer} bytes @returns {Promise<string>} */
function base64(bytes) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1]);
    reader.onerror = reject;
    reader.readAsDataURL(new Blob([bytes]));
  });
}

/** Ask the city what has become of a report. @param {Kept} kept */
async function refresh({ id, submit = "", token, locale }) {
  try {
    const response = await fetch(submit, { headers: { Authorization: "Bearer " + token, "Accept-Language": locale }, cache: "no-cache" });
    const answer = await response.json();
    if (response.ok && answer.id === id) await change(id, (old) => old && { ...old, standing: answer.status_words });
    // The city has lost it, as after a fire: it gets it once more.
    if (response.status === 404 && answer.error === "not_found") await change(id, (old) => (old && old.body && old.state === "done" ? { ...old, state: "queued" } : undefined));
  } catch (error) {
    // No network: what is known is shown.
  }
}

customElements.define("my-requests", MyRequests);
