// Brings one frozen report to the city: the text first, then its photos, again and again until they are there.
//
// It knows nothing of the page, so that a queue or a service worker can use it, too.

/**
 * A report that does not change any more.
 *
 * @typedef {object} Report
 * @property {string} id
 * @property {string} token    the manage token, which also allows the photos
 * @property {string} locale   for the sentences of the answers
 * @property {string} submit   where the text goes
 * @property {string} upload   where photos go; SHA256 stands for the photo's hash
 * @property {Uint8Array<ArrayBuffer>} body  the frozen JSON
 * @property {ArrayBuffer} digest  SHA-256 of body
 * @property {{sha256: string, blob: Blob}[]} photos
 */

/**
 * @typedef {object} Receipt
 * @property {string} id
 * @property {string} digest  in hex
 * @property {string} reference
 * @property {string[]} photos_missing
 * @property {string} [sent_url]
 */

/**
 * What happens on the way.
 *
 * @typedef {object} Listener
 * @property {(receipt: Receipt) => void} arrived  the text is with the city
 * @property {(n: number, total: number) => void} photo  photo n of total is on its way
 * @property {(tries: number) => void} waiting  it did not work; tried this often in a row
 */

/** Bytes that go in one step: what a bad connection loses at most. */
const STEP = 65536;
const LONGEST_WAIT_S = 60;
const LONGEST_ASKED_S = 3600;
const ANSWER_WITHIN_S = 60;
/** Answers of a server that may say otherwise later (RFC 9110, RFC 6585, RFC 8470). */
const LATER = [0, 408, 425, 429];

/** The server has understood and says no; trying again would not help. */
export class Refused extends Error {
  /** @param {any} answer */
  constructor(answer) {
    /** For the person, in their language; empty if the server did not say why. */
    super((answer && answer.message) || "");
    /** @type {{field: string, message: string}[]} */
    this.errors = (answer && answer.errors) || [];
  }
}

/** It may work later. */
class Unreached extends Error {
  /** @param {number} [after]  seconds, if the server said so; a date (RFC 9110 §10.2.3) is not a number */
  constructor(after) {
    super();
    this.after = Math.min(after || 0, LONGEST_ASKED_S);
  }
}

/**
 * Deliver a report. Resolves when the city has all of it. Rejects with Refused only.
 *
 * @param {Report} report
 * @param {Listener} listener
 * @returns {Promise<Receipt>}
 */
export async function deliver(report, listener) {
  const receipt = await keepTrying(() => sendText(report), listener);
  listener.arrived(receipt);
  const missing = report.photos.filter(({ sha256 }) => receipt.photos_missing.includes(sha256));
  for (const photo of missing) {
    listener.photo(missing.indexOf(photo) + 1, missing.length);
    try {
      await keepTrying((progress) => sendPhoto(report, photo, progress), listener);
    } catch (error) {
      // One photo that the city cannot take never holds up the others; the next page says which.
    }
  }
  return receipt;
}

/** Try again now instead of waiting. */
export function hurry() {
  window.dispatchEvent(new Event("deliver-now"));
}

/**
 * @template Result
 * @param {(progress: () => void) => Promise<Result>} attempt
 * @param {Listener} listener
 * @returns {Promise<Result>}
 */
async function keepTrying(attempt, listener) {
  for (let tries = 0; ; ) {
    try {
      return await attempt(() => (tries = 0));
    } catch (error) {
      if (!(error instanceof Unreached)) throw error;
      tries += 1;
      listener.waiting(tries);
      await pause(tries, error.after);
    }
  }
}

/**
 * Wait longer each time, never all at the same moment; less when the connection or the person comes back.
 *
 * @param {number} tries
 * @param {number} after  seconds the server asked for
 */
function pause(tries, after) {
  const seconds = after || Math.min(LONGEST_WAIT_S, 2 ** tries) * (0.5 + Math.random() / 2);
  return new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    setTimeout(resolve, seconds * 1000);
    window.addEventListener("deliver-now", resolve, { once: true });
    if (!after) window.addEventListener("online", resolve, { once: true });
  });
}

/**
 * One request, and what came back: only JSON that is ours counts as an answer.
 *
 * @param {string} url
 * @param {RequestInit} request
 */
async function ask(url, request) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_WITHIN_S * 1000);
  try {
    const response = await fetch(url, { ...request, signal: stop.signal, redirect: "manual", cache: "no-store" });
    const answer = await response.json().catch(() => null);
    const { status, headers } = response;
    const offset = headers.get("Upload-Offset");
    if (LATER.includes(status) || status >= 500) throw new Unreached(Number(headers.get("Retry-After")));
    // With an offset the server says where to go on instead.
    if (status >= 400 && !offset) throw new Refused(answer);
    return { status, answer, offset: Number(offset) };
  } catch (error) {
    throw error instanceof Refused || error instanceof Unreached ? error : new Unreached();
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Report} report @returns {Promise<Receipt>} */
async function sendText({ id, submit, body, digest, locale }) {
  const bytes = Array.from(new Uint8Array(digest));
  const base64 = btoa(String.fromCharCode(...bytes));
  const headers = {
    "Content-Type": "application/json",
    "Content-Digest": `sha-256=:${base64}:`,
    "Accept-Language": locale,
  };
  const { status, answer } = await ask(submit, { method: "PUT", headers, body });
  // A hotel's sign-in page answers 200, too: a receipt names the report and its very bytes.
  const isReceipt = status <= 201 && answer && answer.id === id && answer.digest === hex(digest);
  if (!isReceipt) throw new Unreached();
  return { ...answer, photos_missing: answer.photos_missing || [] };
}

/**
 * Send what the server does not have yet of a photo. The server's offset wins.
 *
 * @param {Report} report
 * @param {{sha256: string, blob: Blob}} photo
 * @param {() => void} progress
 */
async function sendPhoto({ token, upload, locale }, { sha256, blob }, progress) {
  const url = upload.replace("SHA256", sha256);
  const rights = { Authorization: "Bearer " + token, "Accept-Language": locale };
  let { offset } = await ask(url, { method: "HEAD", headers: rights });
  for (let broken = 0; broken < 2; ) {
    const headers = {
      ...rights,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
      "Upload-Length": String(blob.size),
    };
    // When all bytes are there, an empty step asks what became of them.
    const step = await ask(url, { method: "PATCH", headers, body: blob.slice(offset, offset + STEP) });
    // 200 says what became of the photo: stored or refused, the server remembers either.
    if (step.status === 200 && step.answer && step.answer.state) return;
    // 422: something on the way has changed the bytes. Once more from the start, but not for ever.
    if (step.status === 422) broken += 1;
    else if (!(step.offset > offset)) throw new Unreached();
    offset = step.offset;
    progress();
  }
}

/** @param {ArrayBuffer} digest */
export function hex(digest) {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
