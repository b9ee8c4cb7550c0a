// <photo-input>: turns photos upright, makes them small and takes their hidden data out before they are sent.

import { all, copy, fill, make, part } from "./forms.js";

const LONGEST_SIDE = 1600;
/** Below this a photo stays as large as it is: smaller, nobody could see the problem on it. */
const SHORTEST_LONG_SIDE = 800;
/** Bytes of a photo that is small enough. */
const TARGET = 2e5;
const QUALITIES = [0.8, 0.65, 0.5];
/** What the server takes of a photo that this browser cannot read. */
const LARGEST_UNREAD = 15e6;
/** Larger pictures take more memory than a phone has. */
const MOST_PIXELS = 12e7;

class PhotoInput extends HTMLElement {
  constructor() {
    super();
    /** What is being done, one photo after the other. */
    this.work = Promise.resolve();
    /** Photos that are not ready yet. */
    this.waiting = 0;
    /** @type {string[]} */
    this.results = [];
    /** Whether there is one list instead of the plain fields. */
    this.able = canFillInputs();
    const box = this.able ? copy(this, "add") : this;
    this.list = part(box, "list");
    this.heading = part(box, "list-heading");
    this.choose = /** @type {HTMLInputElement} */ (part(box, "choose"));
    /** Photos of a draft that the plain fields cannot show. @type {import("./store.js").Photo[]} */
    this.restored = [];
    if (this.able) this.begin(box);
    else this.addEventListener("change", () => this.tell());
  }

  /** @param {HTMLElement} box */
  begin(box) {
    const rows = all(this, "[data-part=row]");
    this.append(box);
    this.choose.addEventListener("change", () => {
      this.take(Array.from(/** @type {FileList} */ (this.choose.files)));
      this.choose.value = "";
    });
    for (const row of rows) {
      // What was chosen before this module arrived is kept, and links to the first row lead to the one field now.
      const [file, description] = all(row, "input");
      this.take(Array.from(file.files), description.value);
      if (row === rows[0]) /** @type {HTMLLabelElement} */ (box.firstChild).htmlFor = this.choose.id = file.id;
      row.remove();
    }
    this.count();
  }

  /** The photos as they are to be sent, once all are ready. @returns {Promise<import("./store.js").Photo[]>} */
  async photos() {
    await this.work;
    const photos = this.restored.slice();
    for (const row of all(this, ".photo")) {
      const [input, description] = all(row, "[name=media], [name=media_description]");
      const file = input && input.files[0];
      if (!file) continue;
      const blob = this.able ? file : (await smaller(file, this.dataset.exif)).small || file;
      photos.push({ bytes: await new Response(blob).arrayBuffer(), type: blob.type, description: description.value.trim() });
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
    const photos = all(this, "[data-part=kept], [data-part=list] > *");
    return photos.filter((photo) => !photo.querySelector("[name=leave_out]:checked"));
  }

  /**
   * Add a photo to the list, for now as it is: so it is sent even if it never becomes smaller.
   *
   * @param {File} file
   * @param {string} description
   */
  add(file, description) {
    const item = copy(this, "item");
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
    const { header, small } = await smaller(file, this.dataset.exif);
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
    const items = all(this.list, "li");
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
    return all(this, "[data-part=kept], [data-part=list] > *").indexOf(item) + 1;
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
 * A small upright JPEG without any metadata, or null if this browser cannot make one.
 *
 * @param {Blob} file
 * @param {string} [exif]  the module that reads headers; it comes with the first photo
 * @returns {Promise<{header: import("./exif.js").Header, small: Blob | null}>}
 */
async function smaller(file, exif = "") {
  /** @type {import("./exif.js").Header} */
  let header = { image: false, width: 0, height: 0, orientation: 1, place: null };
  let small = null;
  try {
    const { readHeader } = await import(exif);
    header = readHeader(await new Response(file.slice(0, 1 << 18)).arrayBuffer());
    // What does not begin like a photo is never decoded, nor is what would fill the memory.
    if (header.image && header.width * header.height <= MOST_PIXELS) {
      const picture = await decode(file);
      small = await pack(picture, turnsStillNeeded(picture, header));
      if (picture instanceof HTMLImageElement) URL.revokeObjectURL(picture.src);
      else picture.close();
    }
  } catch (error) {
    // It cannot be read here; perhaps the server can.
  }
  return { header, small };
}

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | HTMLImageElement>}
 */
async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    // An old browser, or a picture that only <img> can read (HEIC in Safari).
  }
  const image = new Image();
  return new Promise((resolve, reject) => {
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = URL.createObjectURL(file);
  });
}

/**
 * The EXIF orientation (1 to 8) that we have to undo ourselves: 1 where the browser has done it.
 *
 * Chrome before 81 and Safari before 13.1 draw photos as they are stored.
 *
 * @param {ImageBitmap | HTMLImageElement} picture
 * @param {import("./exif.js").Header} header
 */
function turnsStillNeeded(picture, header) {
  const { orientation, width, height } = header;
  if (!(orientation > 1 && orientation <= 8)) return 1;
  const turned = orientation > 4 && width !== height && width ? picture.width === height : !(picture instanceof Image) || CSS.supports("image-orientation", "from-image");
  return turned ? 1 : orientation;
}

/**
 * @param {ImageBitmap | HTMLImageElement} picture
 * @param {number} orientation
 */
async function pack(picture, orientation) {
  let side = LONGEST_SIDE;
  let qualities = QUALITIES;
  for (;;) {
    const canvas = draw(picture, orientation, side);
    const small = isBlank(canvas) ? null : await toJpeg(canvas, qualities);
    // A canvas keeps its memory in Safari until it has no size.
    canvas.width = canvas.height = 0;
    side *= 0.8;
    qualities = QUALITIES.slice(-1);
    if (!small || small.size <= TARGET || side < SHORTEST_LONG_SIDE) return small;
  }
}

/**
 * The first JPEG that is small enough, or the smallest.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} qualities
 */
async function toJpeg(canvas, qualities) {
  let blob = null;
  for (const quality of qualities) {
    blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (!blob || blob.size <= TARGET) break;
  }
  return blob;
}

/** What turns a stored picture upright, by EXIF orientation: quarter turns clockwise, of its mirror image for some. */
const QUARTERS = [0, 0, 0, 2, 2, 3, 1, 1, 3];
const MIRRORED = [2, 4, 5, 7];

/**
 * @param {ImageBitmap | HTMLImageElement} picture
 * @param {number} orientation
 * @param {number} side  the longest side in pixels
 */
function draw(picture, orientation, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = orientation > 4 ? [height, width] : [width, height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  // JPEG knows no transparency; without this it would be black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((QUARTERS[orientation] * Math.PI) / 2);
  if (MIRRORED.includes(orientation)) context.scale(-1, 1);
  context.drawImage(picture, -width / 2, -height / 2, width, height);
  return canvas;
}

/**
 * Whether the canvas is of one color, as Safari leaves it when memory is short, or lies about its pixels, as some
 * browsers do for privacy: in both cases the photo on it is not the photo.
 *
 * @param {HTMLCanvasElement} canvas
 */
function isBlank(canvas) {
  const sample = document.createElement("canvas");
  sample.width = sample.height = 8;
  const context = /** @type {CanvasRenderingContext2D} */ (sample.getContext("2d"));
  context.drawImage(canvas, 0, 0, 8, 8);
  context.fillStyle = "#369";
  context.fillRect(0, 0, 1, 1);
  const { data } = context.getImageData(0, 0, 8, 8);
  const lies = [0x33, 0x66, 0x99].some((value, i) => Math.abs(data[i] - value) > 8);
  return lies || data.every((value, i) => i < 4 || value === data[4 + (i % 4)]);
}

customElements.define("photo-input", PhotoInput);
