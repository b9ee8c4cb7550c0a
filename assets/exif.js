// Reads the little we need of an image file's header: what kind it is, how large, which way up, and where it was taken.

/**
 * @typedef {object} Header
 * @property {boolean} image    whether the bytes begin like a photo
 * @property {number} width     pixels as stored, 0 if unknown
 * @property {number} height    pixels as stored, 0 if unknown
 * @property {number} orientation  1 to 8 (EXIF 2.32, tag 0x0112)
 * @property {[number, number] | null} place  latitude and longitude in WGS84 degrees, if the photo says so credibly
 */

// JPEG, PNG, GIF, WebP, BMP, TIFF, HEIF and AVIF; an MP4 film begins like a HEIF file, but with other letters.
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
