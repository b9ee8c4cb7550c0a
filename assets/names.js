// What a report is called from its first moment on: its id, its reference number and the token of its private link.

/**
 * @typedef {object} Names
 * @property {string} id  UUID version 7 (RFC 9562 §5.7)
 * @property {string} reference  13 digits, the last one a Damm check digit
 * @property {string} token  128 random bits in base64url
 */

/** Row by row the table of Damm's check digit, as on the server. */
const DAMM =
  "0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790";

/** @returns {Names} */
export function newNames() {
  const bytes = random(16);
  for (let i = 5, time = Date.now(); i >= 0; i--, time = Math.floor(time / 256)) bytes[i] = time % 256;
  bytes[6] = (bytes[6] & 15) | 0x70;
  bytes[8] = (bytes[8] & 63) | 0x80;
  const id = hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const token = btoa(String.fromCharCode(...Array.from(random(16))))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .slice(0, 22);
  return { id, reference: newReference(), token };
}

function newReference() {
  let digits = "";
  while (digits.length < 12) {
    const [byte] = Array.from(random(1));
    // 250 is a multiple of ten, so every digit is as likely as any other; a number does not begin with 0.
    if (byte < 250 && (digits || byte % 10)) digits += byte % 10;
  }
  let check = 0;
  for (const digit of digits) check = Number(DAMM[check * 10 + Number(digit)]);
  return digits + check;
}

/** @param {number} size */
function random(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** @param {Uint8Array | ArrayBuffer} bytes */
export function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
