// The outbox: sends what waits, text before photos, one sender at a time, and keeps each report until the city has it.
//
// Every step is a change in the store, so that the phone may die between any two of them. Pages and the service worker
// run the same code. docs/offline.md has a picture of the states.

import { Refused, sendPhoto, sendText, Unreached } from "./deliver.js";
import { all, change, get, photosOf, tell } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */

const LONGEST_WAIT_S = 300;
/** A time further ahead than any we set: the clock has been set back. */
const TOO_FAR_MS = 36e5;
/** So long after sending we could send a report again, should the city lose it. */
const KEEP_MS = 14 * 864e5;
/** After so many failures in a row it is not the report's fault. */
const PATIENCE = 3;

/** Reports that a person wants to be sent now, whenever they were due. @type {Set<string>} */
const wanted = new Set();
let eager = false;
/** @type {Promise<void> | undefined} */
let waiting;
/** @type {Promise<void>} */
let last = Promise.resolve();

/**
 * Send what is due. Resolves when there is nothing more to do now; never rejects.
 *
 * @param {string | boolean} [now]  a report that is due now, because a person says so; true: all of them, because
 *   something has changed (a connection came back), but not before the time that the server has asked for
 */
export function flush(now) {
  if (typeof now === "string") wanted.add(now);
  else if (now) eager = true;
  waiting = waiting || locked(round).catch(() => {});
  return waiting;
}

/** One sender at a time, over all tabs and the worker. Where there are no locks, the server sorts it out. @param {() => Promise<void>} work */
async function locked(work) {
  if (navigator.locks) return navigator.locks.request("outbox", work);
  last = last.then(work, work);
  return last;
}

async function round() {
  // Whoever asks from now on needs another round.
  waiting = undefined;
  const reports = (await all()).filter(isDue);
  eager = false;
  wanted.clear();
  // First those that never failed, so that one that always fails holds up nobody.
  reports.sort((a, b) => (a.tries || 0) - (b.tries || 0) || a.changed - b.changed);
  let failures = 0;
  for (const step of [text, photos]) {
    for (const { id } of reports) {
      if (failures >= PATIENCE) return;
      // Another tab may have dealt with it while this one was waiting.
      const kept = await get(id);
      if (!kept) continue;
      try {
        if (await step(kept)) failures = 0;
      } catch (error) {
        failures += await failed(kept, error);
      }
    }
  }
  await tidy();
}

/** @param {Kept} kept */
function isDue({ id, state, next = 0, asked }) {
  const ahead = next - Date.now();
  return (state === "queued" || state === "accepted") && (wanted.has(id) || (eager && !asked) || ahead <= 0 || ahead > TOO_FAR_MS);
}

/** @param {Kept} kept */
async function text(kept) {
  if (kept.state !== "queued") return false;
  tell({ id: kept.id, doing: "text" });
  const receipt = await sendText(kept);
  const missing = receipt.photos_missing;
  await change(kept.id, (old) => old && { ...old, ...RESTED, missing, state: missing.length ? "accepted" : "done", reference: receipt.reference, sent: receipt.sent_url || old.sent });
  return true;
}

/** @param {Kept} kept */
async function photos(kept) {
  if (kept.state !== "accepted" || (isCostly() && !kept.agreed)) return false;
  const here = await photosOf(kept.id);
  const missing = kept.missing || [];
  for (const [n, sha256] of missing.entries()) {
    tell({ id: kept.id, doing: "photo", n: n + 1, total: missing.length });
    const photo = here.find((photo) => photo.sha256 === sha256);
    // A photo that is not here any more, or that the city cannot take, never holds up the others.
    const refusal = photo ? await sendPhoto(kept, photo).catch(refused) : "";
    await change(kept.id, (old) => {
      if (!old) return old;
      const left = (old.missing || []).filter((other) => other !== sha256);
      return { ...old, ...RESTED, missing: left, state: left.length ? "accepted" : "done", refused: [...(old.refused || []), ...(refusal ? [refusal] : [])] };
    });
  }
  return true;
}

const RESTED = { tries: 0, next: 0, asked: false, trouble: "" };

/** @param {unknown} error */
function refused(error) {
  if (error instanceof Refused) return error.message;
  throw error;
}

/**
 * Note a failure. Nothing is ever dropped: the report waits longer, or waits for a person.
 *
 * @param {Kept} kept
 * @param {unknown} error
 * @returns {Promise<number>}  how much it says about all others: without a network, no other would get through
 */
async function failed({ id }, error) {
  if (error instanceof Refused) {
    const errors = error.errors.length ? error.errors : [{ field: "", message: error.message }];
    await change(id, (old) => old && { ...old, ...RESTED, state: "attention", errors });
    return 0;
  }
  const { reason, after } = error instanceof Unreached ? error : new Unreached("network");
  await change(id, (old) => {
    if (!old) return old;
    const tries = (old.tries || 0) + 1;
    // Longer each time, and never all phones at the same moment.
    const seconds = after || Math.min(LONGEST_WAIT_S, 2 ** tries) * (0.5 + Math.random() / 2);
    return { ...old, tries, next: Date.now() + seconds * 1000, asked: after > 0, trouble: reason };
  });
  return reason === "network" || after ? PATIENCE : 1;
}

/** Let go of what the city has had for long. */
async function tidy() {
  for (const { id, state, changed, body } of await all()) {
    if (state === "done" && body && changed < Date.now() - KEEP_MS) await change(id, (old) => old && { ...old, body: undefined, content: undefined }, []);
  }
}

/** Whether a connection costs money or is slow, so that photos wait for a yes. (Only Chromium tells.) */
export function isCostly() {
  const link = /** @type {any} */ (navigator).connection;
  return Boolean(link && (link.saveData || /2g/.test(link.effectiveType)));
}

/** Whether anything waits that can be sent without asking anybody. */
export async function isWaiting() {
  return (await all()).some(({ state, agreed }) => state === "queued" || (state === "accepted" && (agreed || !isCostly())));
}
