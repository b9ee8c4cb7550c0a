// <photo-input>: turns photos upright, makes them small and takes their hidden data out before they are sent.

import { Component, elements, fromTemplate, make, part } from "./element.js";
import { fill } from "./words.js";

/** What the server takes of a photo that this browser cannot read. */
const LARGEST_UNREAD = 15e6;

/**
 * What `ready` finds or makes.
 *
 * @typedef {object} Parts
 * @property {Promise<void>} work
 * @property {number} waiting
 * @property {string[]} results
 * @property {boolean} able
 * @property {HTMLElement} list
 * @property {HTMLElement} heading
 * @property {HTMLInputElement} choose
 * @property {import("./store.js").Photo[]} restored
 */

class PhotoInput extends /** @type {new () => Component & Parts} */ (Component) {
  ready() {
    /** What is being done, one photo after the other. */
    this.work = Promise.resolve();
    /** Photos that are not ready yet. */
    this.waiting = 0;
    /** @type {string[]} */
    this.results = [];
    /** Whether there is one list instead of the plain fields. */
    this.able = canFillInputs();
    const box = this.able ? fromTemplate(this, "add") : this;
    this.list = part(box, "list");
    this.heading = part(box, "list-heading");
    this.choose = /** @type {HTMLInputElement} */ (part(box, "choose"));
    /** Photos of a draft that the plain fields cannot show. @type {import("./store.js").Photo[]} */
    this.restored = [];
    if (!this.able) return;
    const rows = elements(this, "[data-part=row]");
    this.append(box);
    this.choose.addEventListener("change", () => {
      this.take(Array.from(/** @type {FileList} */ (this.choose.files)));
      this.choose.value = "";
    });
    for (const row of rows) {
      // What was chosen before this module arrived is kept, and links to the first row lead to the one field now.
      const [file, description] = elements(row, "input");
      this.take(Array.from(file.files), description.value);
      if (row === rows[0])
        /** @type {HTMLLabelElement} */ (box.firstChild).htmlFor = this.choose.id = file.id;
      row.remove();
    }
    this.count();
  }

  begin() {
    if (!this.able) this.on(this, "change", () => this.tell());
  }

  /** The photos as they are to be sent, once all are ready. @returns {Promise<import("./store.js").Photo[]>} */
  async photos() {
    await this.work;
    const photos = this.restored.slice();
    for (const row of elements(this, ".photo")) {
      const [input, description] = elements(row, "[name=media], [name=media_description]");
      const file = input && input.files[0];
      if (!file) continue;
      const blob = this.able ? file : (await smaller(file)).small || file;
      photos.push({
        bytes: await new Response(blob).arrayBuffer(),
        type: blob.type,
        description: description.value.trim(),
      });
    }
    return photos;
  }

  /**
   * Show photos of a draft again. Those that came from another app are still as large as they were taken.
   *
   * @param {import("./store.js").Photo[]} photos
   * @param {string[]} descriptions
   */
  restore(photos, descriptions) {
    if (!this.able) {
      this.restored = photos;
      if (photos.length) this.prepend(make("p", "", fill(this.dataset.count, { count: photos.length })));
      return;
    }
    photos.forEach(({ bytes, type, raw }, n) => {
      const file = new File([bytes], "photo.jpg", { type });
      if (raw) this.take([file], descriptions[n]);
      else this.preview(this.add(file, descriptions[n] || ""), file);
    });
  }

  /**
   * Take files in, one after the other: two at once are too much for a small phone.
   *
   * @param {File[]} files
   */
  take(files, description = "") {
    if (!files.length) return;
    const room = Math.max(0, Number(this.dataset.limit) - this.sent().length);
    if (files.length > room) this.results.push(this.dataset.tooMany || "");
    for (const file of files.slice(0, room)) {
      const item = this.add(file, description);
      if (!this.waiting) this.say(fill(this.dataset.working, { n: this.numberOf(item) }));
      this.waiting += 1;
      this.work = this.work.then(() => this.prepare(file, item));
    }
    if (!this.waiting) this.report();
  }

  /** Photos that will be sent: those here and those the server has, without the ones left out. */
  sent() {
    const photos = elements(this, "[data-part=kept], [data-part=list] > *");
    return photos.filter((photo) => !photo.querySelector("[name=leave_out]:checked"));
  }

  /**
   * Add a photo to the list, for now as it is: so it is sent even if it never becomes smaller.
   *
   * @param {File} file
   * @param {string} description
   */
  add(file, description) {
    const item = fromTemplate(this, "item");
    fillInput(part(item, "file"), file);
    const words = /** @type {HTMLInputElement} */ (part(item, "description"));
    words.value = description;
    words.addEventListener("input", () => this.count());
    part(item, "remove").addEventListener("click", () => this.takeOut(item));
    this.list.append(item);
    this.count();
    return item;
  }

  /**
   * @param {File} file
   * @param {HTMLElement} item
   */
  async prepare(file, item) {
    const { header, small } = await smaller(file);
    const n = this.numberOf(item);
    if (!n) {
      // It has been taken out meanwhile.
    } else if (small) {
      fillInput(part(item, "file"), new File([small], "photo.jpg", { type: small.type }));
      this.preview(item, small);
      this.results.push(fill(this.dataset.added, { n, size: Math.round(small.size / 1000) }));
      this.dispatchEvent(new CustomEvent("photo-location", { bubbles: true, detail: header.place }));
    } else if (header.image && file.size <= LARGEST_UNREAD) {
      this.results.push(fill(this.dataset.asIs, { n }));
    } else {
      item.remove();
      this.count();
      this.results.push(fill(this.dataset.unreadable, { name: file.name }));
    }
    this.waiting -= 1;
    this.tell();
    if (!this.waiting) this.report();
  }

  /** Show a photo beside its description. @param {HTMLElement} item @param {Blob} photo */
  preview(item, photo) {
    const preview = /** @type {HTMLImageElement} */ (part(item, "preview"));
    preview.src = URL.createObjectURL(photo);
    // What only the city's computer can read stays without a picture.
    preview.onload = () => (preview.hidden = false);
  }

  /** Let the draft know. */
  tell() {
    this.dispatchEvent(new Event("photos-changed", { bubbles: true }));
  }

  /** Say how it went, all photos in one go. */
  report() {
    this.say(this.results.join(" "));
    this.results = [];
  }

  /** @param {HTMLElement} item */
  takeOut(item) {
    URL.revokeObjectURL(/** @type {HTMLImageElement} */ (part(item, "preview")).src);
    item.remove();
    this.count();
    this.tell();
    this.say(fill(this.dataset.removed, { count: this.sent().length }));
    (this.list.hidden ? this.choose : this.heading).focus();
  }

  /** Number the photos anew. */
  count() {
    const items = elements(this.list, "li");
    for (const item of items) {
      const n = this.numberOf(item);
      const words = /** @type {HTMLInputElement} */ (part(item, "description"));
      const label = part(item, "label");
      words.id = "media-description-" + n;
      /** @type {HTMLLabelElement} */ (label.parentNode).htmlFor = words.id;
      label.textContent = fill(this.dataset.describe, { n });
      part(item, "remove").textContent = fill(this.dataset.remove, { n });
      item.dataset.answer = fill(this.dataset.photo, { n });
      /** @type {HTMLImageElement} */ (part(item, "preview")).alt = words.value.trim() || item.dataset.answer;
    }
    this.list.hidden = this.heading.hidden = !items.length;
    part(this, "count").textContent = fill(this.dataset.count, { count: this.sent().length });
  }

  /** Photos that the server has already are counted first. @param {HTMLElement} item */
  numberOf(item) {
    return elements(this, "[data-part=kept], [data-part=list] > *").indexOf(item) + 1;
  }

  /** @param {string} sentence */
  say(sentence) {
    part(this, "said").textContent = sentence;
  }
}

/** Whether a script may put files into a form; where it may not, the plain fields stay. */
function canFillInputs() {
  try {
    return Boolean(new DataTransfer());
  } catch (error) {
    return false;
  }
}

/**
 * @param {HTMLElement} input
 * @param {File} file
 */
function fillInput(input, file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  /** @type {HTMLInputElement} */ (input).files = transfer.files;
}

/**
 * A small upright JPEG of a photo, and what its header says. Where the module does not come, as when the network has
 * just gone, the photo is believed: the city's computer makes it small.
 *
 * @param {Blob} file
 * @returns {Promise<import("./exif.js").Small>}
 */
async function smaller(file) {
  const module = await import("./exif.js").catch(() => undefined);
  const nothing = { header: { image: !module, place: null }, small: null };
  return module ? module.smaller(file).catch(() => nothing) : nothing;
}

customElements.define("photo-input", PhotoInput);
