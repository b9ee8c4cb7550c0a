// Brings a frozen report to the city: its text in one step, each photo in small steps that go on where they were.
//
// One try and no more: outbox.js knows when the next one is due. It knows nothing of the page, so that the service
// worker can use it, too.

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").Photo} Photo */

/**
 * @typedef {object} Receipt
 * @property {string} id
 * @property {string} digest  in hex
 * @property {string} reference
 * @property {string[]} photos_missing
 * @property {string} [sent_url]
 */

/** Bytes that go in one step: what a bad connection loses at most. */
const STEP = 65536;
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
export class Unreached extends Error {
  /**
   * @param {"network" | "busy" | "strange"} reason  no answer; ours, but not now; an answer that is not ours
   * @param {number} [after]  seconds, if the server said so; a date (RFC 9110 §10.2.3) is not a number
   */
  constructor(reason, after) {
    super(reason);
    this.reason = reason;
    this.after = Math.min(after || 0, LONGEST_ASKED_S);
  }
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
    const response = await fetch(url, { ...request, signal: stop.signal, redirect: "manual", cache: "no-store", referrerPolicy: "no-referrer" });
    const answer = await response.json().catch(() => null);
    const { status, headers } = response;
    const offset = headers.get("Upload-Offset");
    if (LATER.includes(status) || status >= 500) throw new Unreached(status ? "busy" : "strange", Number(headers.get("Retry-After")));
    // With an offset the server says where to go on instead.
    if (status >= 400 && !offset) {
      // Only our own server says why; the sign-in page of a hotel does not.
      if (request.method === "PUT" && !(answer && (answer.errors || answer.error))) throw new Unreached("strange");
      throw new Refused(answer);
    }
    return { status, answer, offset: Number(offset) };
  } catch (error) {
    throw error instanceof Refused || error instanceof Unreached ? error : new Unreached("network");
  } finally {
    clearTimeout(timer);
  }
}

/** Send the text. @param {Kept} kept @returns {Promise<Receipt>} */
export async function sendText({ id, submit = "", body, digest = "", locale }) {
  const bytes = (digest.match(/../g) || []).map((pair) => parseInt(pair, 16));
  const headers = {
    "Content-Type": "application/json",
    "Content-Digest": `sha-256=:${btoa(String.fromCharCode(...bytes))}:`,
    "Accept-Language": locale,
  };
  const { status, answer } = await ask(submit, { method: "PUT", headers, body });
  // A hotel's sign-in page answers 200, too: a receipt names the report and its very bytes.
  const isReceipt = status <= 201 && answer && answer.id === id && answer.digest === digest;
  if (!isReceipt) throw new Unreached("strange");
  return { ...answer, photos_missing: answer.photos_missing || [] };
}

/**
 * Send what the server does not have yet of a photo. The server's offset wins.
 *
 * @param {Kept} kept
 * @param {Photo} photo
 * @returns {Promise<string>}  why the city cannot use the photo, or nothing
 */
export async function sendPhoto({ token, upload = "", locale }, { sha256 = "", bytes, type }) {
  const blob = new Blob([bytes], { type });
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
    if (step.status === 200 && step.answer && step.answer.state) return step.answer.message || "";
    // 422: something on the way has changed the bytes. Once more from the start, but not for ever.
    if (step.status === 422) broken += 1;
    else if (!(step.offset > offset)) throw new Unreached("strange");
    offset = step.offset;
  }
  throw new Refused(null);
}
