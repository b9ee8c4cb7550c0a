// Brings a frozen report to the city: its text in one step, each photo in small steps that go on where they were.
//
// One try and no more: outbox.js knows when the next one is due. It knows nothing of the page, so that the service
// worker can use it, too.

import { hex } from "./names.js";

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
 * One request, and what came back.
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
    heed(response.status, Number(response.headers.get("Retry-After")));
    return { status: response.status, answer, at: response.headers.get("Upload-Offset") };
  } catch (error) {
    throw error instanceof Unreached ? error : new Unreached("network");
  } finally {
    clearTimeout(timer);
  }
}

/** Throw if an answer may be another one later. @param {number} status @param {number} [after] */
function heed(status, after) {
  if (LATER.includes(status) || status >= 500) throw new Unreached(status ? "busy" : "strange", after);
}

/**
 * Send the text of one report, or of several at once.
 *
 * @param {Kept[]} reports
 * @returns {Promise<(() => Receipt)[]>}  of each its receipt, or what it throws: Unreached or Refused
 */
export async function sendTexts(reports) {
  const [{ submit = "", id, body, locale, digest }] = reports;
  /** @param {string} type @param {string} [digest] */
  const headers = (type, digest) => ({ "Content-Type": "application/" + type, "Accept-Language": locale, "Content-Digest": `sha-256=:${base64(digest)}:` });
  if (reports.length === 1) {
    const { status, answer } = await ask(submit, { method: "PUT", headers: headers("json", digest), body });
    return [() => receipt(reports[0], status, answer)];
  }
  const lines = await new Response(new Blob(reports.map(({ body = "" }) => new Blob([body, "\n"])))).arrayBuffer();
  const whole = hex(await crypto.subtle.digest("SHA-256", lines));
  const { answer } = await ask(submit.replace(id, ""), { method: "POST", headers: headers("x-ndjson", whole), body: lines });
  if (!Array.isArray(answer) || answer.length !== reports.length) throw new Unreached("strange");
  return answer.map((one, n) => () => receipt(reports[n], one.status, one));
}

/**
 * Only our own server knows the report and its very bytes, or says why it does not take it; a hotel's sign-in page may
 * answer 200, 403 and anything else.
 *
 * @param {Kept} kept
 * @param {number} status
 * @param {any} answer
 * @returns {Receipt}
 */
function receipt({ id, digest }, status, answer) {
  heed(status, answer && answer.after);
  // What has been changed on the way is no fault of the report.
  if (status >= 400 && answer && (answer.errors || answer.error) && answer.error !== "digest") throw new Refused(answer);
  if (status > 201 || !answer || answer.id !== id || answer.digest !== digest) throw new Unreached("strange");
  return { ...answer, photos_missing: answer.photos_missing || [] };
}

/** @param {string} [hex] */
function base64(hex = "") {
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
}

/**
 * Send what the server does not have yet of a photo. The server's offset wins.
 *
 * @param {Kept} kept
 * @param {Photo} photo
 * @returns {Promise<string | undefined>}  why the city cannot use the photo; undefined if it has it
 */
export async function sendPhoto({ token, upload = "", locale }, { sha256 = "", bytes, type }) {
  const blob = new Blob([bytes], { type });
  const url = upload.replace("SHA256", sha256);
  const rights = { Authorization: "Bearer " + token, "Accept-Language": locale };
  // A no to this question has no words, so it could be a hotel's. The first step gets a whole answer.
  let offset = Number((await ask(url, { method: "HEAD", headers: rights })).at);
  for (;;) {
    const headers = {
      ...rights,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
      "Upload-Length": String(blob.size),
    };
    // When all bytes are there, an empty step asks what became of them.
    const { status, answer, at } = await ask(url, { method: "PATCH", headers, body: blob.slice(offset, offset + STEP) });
    // 200 says what became of the photo: stored or refused, the server remembers either.
    if (status === 200 && answer && answer.state) return answer.state === "refused" ? answer.message || "" : undefined;
    // With an offset the server says where to go on, whatever else it says; without one only ours says why not.
    if (status >= 400 && !at && answer && answer.error) throw new Refused(answer);
    // 422: not the bytes of this hash. What was changed on the way comes again; what is damaged here never gets better.
    if (status === 422 && at && hex(await crypto.subtle.digest("SHA-256", bytes)) !== sha256) throw new Refused(null);
    if (!(Number(at) > offset)) throw new Unreached("strange");
    offset = Number(at);
  }
}
