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
 * @property {string} [state]  "gone": the city has had it, and keeps it no longer
 */

/** Bytes that go in one step: what a bad connection loses at most. */
const STEP = 65536;
/** A step that is answered so soon leaves room for others beside it. */
const QUICK_MS = 5e3;
const LONGEST_ASKED_S = 3600;
const ANSWER_WITHIN_S = 60;
/** How often the city may send a photo back to another point; two who answer in turn must not keep us for ever. */
const MOST_TURNS = 3;
/** What is under way; a page that leaves gives it up. @type {Set<AbortController>} */
export const underWay = new Set();
/** Answers of a server that may say otherwise later (RFC 9110, RFC 6585, RFC 8470). */
const LATER = [0, 408, 425, 429];

/** Our server has understood and says no; trying again would not help. */
export class Refused extends Error {
  /** @param {any} answer */
  constructor(answer) {
    /** For the person, in their language; empty if the server did not say why. */
    const { message = "", errors = [{ field: "", message }] } = answer || {};
    super(message);
    /** @type {{field: string, message: string}[]} */
    this.errors = errors;
  }
}

/** It may work later. */
export class Unreached extends Error {
  /**
   * @param {"network" | "busy" | "strange" | "lost"} reason  no answer; not now; an answer that is not ours; the city
   *   does not know this report, or this photo of it, any more
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
  underWay.add(stop);
  const timer = setTimeout(() => stop.abort(), ANSWER_WITHIN_S * 1000);
  try {
    const response = await fetch(url, {
      ...request,
      signal: stop.signal,
      redirect: "manual",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
    const answer = await response.json().catch(() => null);
    heed(response.status, Number(response.headers.get("Retry-After")));
    return { status: response.status, answer, at: response.headers.get("Upload-Offset") };
  } catch (error) {
    throw error instanceof Unreached ? error : new Unreached("network");
  } finally {
    clearTimeout(timer);
    underWay.delete(stop);
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
  const headers = (type, digest) => ({
    "Content-Type": "application/" + type,
    "Accept-Language": locale,
    "Content-Digest": `sha-256=:${base64(digest)}:`,
  });
  if (reports.length === 1) {
    const { status, answer } = await ask(submit, { method: "PUT", headers: headers("json", digest), body });
    return [() => receipt(reports[0], status, answer)];
  }
  const lines = await new Response(
    new Blob(reports.map(({ body = "" }) => new Blob([body, "\n"]))),
  ).arrayBuffer();
  const whole = hex(await crypto.subtle.digest("SHA-256", lines));
  const { answer } = await ask(submit.replace(id, ""), {
    method: "POST",
    headers: headers("x-ndjson", whole),
    body: lines,
  });
  if (!Array.isArray(answer) || answer.length !== reports.length) throw new Unreached("strange");
  return answer.map((one, n) => () => receipt(reports[n], one && one.status, one));
}

/**
 * Only our own server names the report and its very bytes, whether it takes it or says why not. Whoever else answers
 * on the way, be it a hotel's sign-in page, a firewall or a gateway, in whatever status and form, has not had it.
 *
 * @param {Kept} kept
 * @param {number} status
 * @param {any} answer
 * @returns {Receipt}
 */
function receipt({ id, digest }, status, answer) {
  heed(status, answer && answer.after);
  const ours = answer && answer.id === id && answer.digest === digest;
  if (ours && status >= 400 && (answer.errors || answer.error)) throw new Refused(answer);
  if (!ours || status > 201 || !answer.photos_missing) throw new Unreached("strange");
  return answer;
}

/** @param {string} [hex] */
function base64(hex = "") {
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
}

/**
 * Send what the server does not have yet of a photo. Resolves when the city has it; only an answer that names the report
 * and the photo's hash can end it in any way.
 *
 * @param {Kept} kept
 * @param {Photo} photo
 * @param {(quick?: boolean) => void} heard  called at each answer; quick: whether that to a step came soon
 */
export async function sendPhoto({ id, token, upload = "", locale }, { sha256 = "", bytes, type }, heard) {
  const blob = new Blob([bytes], { type });
  const url = upload.replace("SHA256", sha256);
  const rights = { Authorization: "Bearer " + token, "Accept-Language": locale };
  /** Where to go on. Whoever says so, it does no harm: the city takes bytes where they belong, and hashes them all. @param {string | null} at */
  const offsetIn = (at) => (/^\d{1,9}$/.test(at || "") && Number(at) <= blob.size ? Number(at) : -1);
  // A no to this question has no words, so it could be a hotel's. The first step gets a whole answer.
  let offset = Math.max(0, offsetIn((await ask(url, { method: "HEAD", headers: rights })).at));
  heard();
  for (let turns = 0; ; ) {
    const headers = {
      ...rights,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
      "Upload-Length": String(blob.size),
    };
    const step = blob.slice(offset, offset + STEP);
    const begun = Date.now();
    // When all bytes are there, an empty step asks what became of them.
    const { status, answer, at } = await ask(url, { method: "PATCH", headers, body: step });
    heard(step.size > 0 && Date.now() - begun < QUICK_MS);
    const ours = answer && answer.id === id && answer.sha256 === sha256;
    if (ours && status === 200 && answer.state === "stored") return;
    // 413: larger than any photo may be.
    if (ours && (status === 413 || (status === 200 && answer.state === "refused"))) throw new Refused(answer);
    // A report that the city keeps no longer gets a receipt that says so.
    if (ours && (status === 404 || (status === 200 && answer.state === "gone"))) throw new Unreached("lost");
    // Not the bytes of this hash. What was changed on the way comes again; what is damaged here never gets better.
    if (status === 422 && hex(await crypto.subtle.digest("SHA-256", bytes)) !== sha256)
      throw new Refused(null);
    const next = offsetIn(at);
    if (!(next > offset || (ours && status === 409 && next >= 0 && turns++ < MOST_TURNS)))
      throw new Unreached("strange");
    offset = next;
  }
}
