// What is done with the bytes of a photo. Of the file's header the little that we need is read: what kind it is, how
// large, which way up, and where it was taken. Then the photo is drawn upright and small, without any header.
//
// photo.js loads it with the first photo.

/**
 * @typedef {object} Header
 * @property {boolean} image    whether the bytes begin like a photo
 * @property {number} width     pixels as stored, 0 if unknown
 * @property {number} height    pixels as stored, 0 if unknown
 * @property {number} orientation  1 to 8 (EXIF 2.32, tag 0x0112)
 * @property {[number, number] | null} place  latitude and longitude in WGS84 degrees, if the photo says so credibly
 */

/** @typedef {{header: Pick<Header, "image" | "place">, small: Blob | null}} Small */

const LONGEST_SIDE = 1600;
/** Below this a photo stays as large as it is: smaller, nobody could see the problem on it. */
const SHORTEST_LONG_SIDE = 800;
/** Bytes of a photo that is small enough. */
const TARGET = 2e5;
const QUALITIES = [0.8, 0.65, 0.5];
/** Larger pictures take more memory than a phone has. */
const MOST_PIXELS = 12e7;

// JPEG, PNG, GIF, WebP, BMP, TIFF, HEIF and AVIF; an MP4 film begins like a HEIF file, but with other letters.
// biome-ignore lint/correctness/noEmptyCharacterClassInRegex: [^] is any byte, a line break, too.
const PHOTO = /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF[^]{4}WEBP|BM|II\*\0|MM\0\*|[^]{4}ftyp(hei|hev|mif|msf|avi))/;

/**
 * @param {ArrayBuffer} bytes  the beginning of the file: 256 KiB are enough
 * @returns {Header}
 */
export function readHeader(bytes) {
  const start = String.fromCharCode.apply(null, Array.from(new Uint8Array(bytes.slice(0, 12))));
  /** @type {Header} */
  const header = { image: PHOTO.test(start), width: 0, height: 0, orientation: 1, place: null };
  const view = new DataView(bytes);
  try {
    if (start[0] === "\xff") readJpeg(view, header);
    if (start[0] === "\x89") [header.width, header.height] = [view.getUint32(16), view.getUint32(20)];
  } catch (error) {
    // A header that points outside the file says nothing more; the picture itself may still be fine.
  }
  return header;
}

/**
 * @param {DataView} view
 * @param {Header} header
 */
function readJpeg(view, header) {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // SOF0 to SOF15 bear the size; between them stand DHT, JPG and DAC, which do not (ITU-T T.81, table B.1).
    if (marker >> 4 === 0xc && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      [header.height, header.width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return;
    }
    if (marker === 0xda) return;
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
      try {
        readTiff(view, at + 10, header);
      } catch (error) {
        // Broken EXIF data; the size still follows.
      }
    }
    at += 2 + view.getUint16(at + 2);
  }
}

/**
 * @param {DataView} view
 * @param {number} start  where the TIFF header begins; all offsets count from here
 * @param {Header} header
 */
function readTiff(view, start, header) {
  const little = view.getUint16(start) === 0x4949;
  const short = (/** @type {number} */ at) => view.getUint16(at, little);
  const long = (/** @type {number} */ at) => view.getUint32(at, little);

  /** Where each tag's entry stands. @param {number} directory */
  const entries = (directory) => {
    /** @type {Record<number, number>} */
    const found = {};
    for (let n = short(directory), at = directory + 2; n > 0; n--, at += 12) found[short(at)] = at;
    return found;
  };
  /** Degrees, minutes and seconds as three fractions. @param {number} entry @param {number} reference  the entry with N, S, E or W */
  const degrees = (entry, reference) => {
    const values = [0, 8, 16].map((offset) => fraction(start + long(entry + 8) + offset));
    const sum = values[0] + values[1] / 60 + values[2] / 3600;
    return /[SW]/.test(String.fromCharCode(view.getUint8(reference + 8))) ? -sum : sum;
  };
  /** @param {number} at */
  const fraction = (at) => (long(at) === 0 ? 0 : long(at) / long(at + 4));

  const main = entries(start + long(start + 4));
  if (main[0x0112]) header.orientation = short(main[0x0112] + 8);
  if (!main[0x8825]) return;
  const gps = entries(start + long(main[0x8825] + 8));
  if (!(gps[1] && gps[2] && gps[3] && gps[4])) return;
  const lat = degrees(gps[2], gps[1]);
  const east = degrees(gps[4], gps[3]);
  // 0, 0 is what some cameras write while they do not know.
  if (Math.abs(lat) <= 90 && Math.abs(east) <= 180 && (lat || east)) header.place = [lat, east];
}

/**
 * A small upright JPEG without any metadata, or null if this browser cannot make one.
 *
 * @param {Blob} file
 * @returns {Promise<Small>}
 */
export async function smaller(file) {
  /** @type {Header} */
  let header = { image: false, width: 0, height: 0, orientation: 1, place: null };
  let small = null;
  try {
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
 * @param {Header} header
 */
function turnsStillNeeded(picture, header) {
  const { orientation, width, height } = header;
  if (!(orientation > 1 && orientation <= 8)) return 1;
  const turned =
    orientation > 4 && width !== height && width
      ? picture.width === height
      : !(picture instanceof Image) || CSS.supports("image-orientation", "from-image");
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
    blob = await new Promise((/** @type {BlobCallback} */ resolve) =>
      canvas.toBlob(resolve, "image/jpeg", quality),
    );
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
