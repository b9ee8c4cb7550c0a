// <offline-form>: sends the form it holds without leaving the page, and goes on until the city has everything.

import { deliver, hex, hurry, Refused } from "./deliver.js";
import { all, complain, copy, fill, forgive, part } from "./forms.js";

/** @typedef {import("./deliver.js").Receipt} Receipt */
/** @typedef {import("./forms.js").Problem} Problem */

/** After so many tries in a row the person can go on to the next page. */
const PATIENCE = 3;

class OfflineForm extends HTMLElement {
  constructor() {
    super();
    this.form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    this.button = /** @type {HTMLButtonElement} */ (this.querySelector("[type=submit]"));
    this.said = part(this, "sending");
    /** @type {Receipt | undefined} */
    this.receipt = undefined;
    this.sending = false;
    /** Whether the city has said no without naming a field. */
    this.hopeless = false;
    this.warn = (/** @type {Event} */ event) => {
      event.preventDefault();
      event.returnValue = false;
    };
    this.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (this.sending) hurry();
      else this.send();
    });
    window.addEventListener("pageshow", () => this.startAfresh());
  }

  /** A form that has been sent comes back from the browser's memory: get a new one, with a new id. */
  startAfresh() {
    if (!history.state || !history.state.sent) return;
    history.replaceState(null, "");
    location.reload();
  }

  async send() {
    this.busy(true);
    this.say(this.dataset.sending);
    try {
      // Refused without a reason, or with photos of an earlier plain try: the plain form goes on.
      if (this.hopeless || this.querySelector("[name^='media[']")) throw new Error();
      // The same bytes until the city has them or says no: a second, changed copy would be another report.
      await deliver(await this.freeze(), this);
    } catch (error) {
      if (error instanceof Refused) return this.refused(error);
      // The form itself still works, and is answered with a page that says what to do.
      if (!this.receipt) {
        this.busy(false);
        return this.form.submit();
      }
    }
    this.leave();
  }

  // --- what deliver() tells -------------------------------------------------------------------------------------

  /** @param {Receipt} receipt */
  arrived(receipt) {
    this.receipt = receipt;
  }

  /** @param {number} n @param {number} total */
  photo(n, total) {
    this.say(fill(this.dataset.photoSending, { n, total }));
  }

  /** @param {number} tries */
  waiting(tries) {
    this.say(this.dataset.retrying);
    this.button.textContent = this.dataset.again || "";
    if (!this.receipt || tries !== PATIENCE || part(this, "link")) return;
    const exit = copy(this, "arrived");
    // The number as people read it: 482 913 557 0246.
    const reference = this.receipt.reference.replace(/^(...)(...)(...)/, "$1 $2 $3 ");
    part(exit, "words").textContent = fill(this.dataset.arrived, { reference });
    part(exit, "link").setAttribute("href", this.sentUrl());
    this.said.after(exit);
  }

  // --- the end --------------------------------------------------------------------------------------------------

  leave() {
    this.busy(false);
    history.replaceState({ ...history.state, sent: true }, "");
    location.assign(this.sentUrl());
  }

  /** The receipt knows best: it may bear another number than the page. */
  sentUrl() {
    return (this.receipt && this.receipt.sent_url) || this.dataset.sent || "";
  }

  /** @param {Refused} refused */
  refused({ errors, message }) {
    this.busy(false);
    forgive(this, this);
    this.hopeless = !errors.length;
    this.say(this.hopeless ? message || this.dataset.failed : "");
    if (this.hopeless) this.button.textContent = this.dataset.again || "";
    else complain(this, errors.map(({ field, message }) => [this.control(field), message]));
  }

  /** The control of a field that the server names. @param {string} field @returns {HTMLElement} */
  control(field) {
    return (field && all(this, "[name]").find(({ name }) => name === field)) || this.button;
  }

  /** @param {boolean} busy */
  busy(busy) {
    this.sending = busy;
    this.form.dataset.busy = busy ? "1" : "";
    // What is on its way cannot be changed any more.
    for (const section of all(this, "[data-step]")) section.inert = busy && !section.contains(this.button);
    if (busy) window.addEventListener("beforeunload", this.warn);
    else window.removeEventListener("beforeunload", this.warn);
  }

  /** @param {string | undefined} sentence */
  say(sentence = "") {
    if (this.said.textContent !== sentence) this.said.textContent = sentence;
  }

  // --- the frozen report ----------------------------------------------------------------------------------------

  /** @returns {Promise<import("./deliver.js").Report>} */
  async freeze() {
    const photos = await this.photos();
    const media = photos.map(({ sha256, blob, description }) => ({ sha256, bytes: blob.size, description }));
    const fields = this.fields();
    const content = { ...fields, requested_datetime: new Date().toISOString(), channel: "web", media };
    // An empty parameter is an absent one (GeoReport v2): what is undefined does not appear in JSON.
    const body = new TextEncoder().encode(JSON.stringify(content, (_, value) => (value === "" ? undefined : value)));
    const digest = await crypto.subtle.digest("SHA-256", body);
    const { submit = "", upload = "", locale = "" } = this.dataset;
    return { id: String(fields.id), token: String(fields.manage_token), locale, submit, upload, body, digest, photos };
  }

  /** Every field under its own name; several answers as a list. */
  fields() {
    const data = new FormData(this.form);
    /** @type {Record<string, any>} */
    const fields = {};
    for (const name of Array.from(data.keys())) {
      if (/^(media|leave_out)/.test(name)) continue;
      const values = data.getAll(name);
      fields[name] = values.length > 1 ? values : String(values[0]).trim();
    }
    return fields;
  }

  /** The photos that go with this report. Throws if photo.js has not arrived: then the plain form takes them. */
  async photos() {
    const input = /** @type {any} */ (this.querySelector("photo-input"));
    const photos = [];
    for (const { blob, description } of await input.photos()) {
      const digest = await crypto.subtle.digest("SHA-256", await new Response(blob).arrayBuffer());
      photos.push({ sha256: hex(digest), blob, description: description.trim() });
    }
    return photos;
  }
}

customElements.define("offline-form", OfflineForm);
