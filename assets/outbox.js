// The outbox: sends what waits, text before photos, one sender at a time, and keeps each report until the city has it.
//
// Every step is a change in the store, so that the phone may die between any two of them. Pages and the service worker
// run the same code. docs/offline.md has a picture of the states.

import { Refused, sendPhoto, sendTexts, Unreached } from "./deliver.js";
import { all, change, get, hold, photosOf, tell } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */

const LONGEST_WAIT_S = 300;
/** A time further ahead than any we set: the clock has been set back. */
const TOO_FAR_MS = 36e5;
/** So long after sending we could send a report again, should the city lose it. */
const KEEP_MS = 14 * 864e5;
/** After so many failures in a row it is not the report's fault. */
const PATIENCE = 3;
/** Texts in one request: enough to save, and few enough that a bad connection loses little. */
const TOGETHER = 20;

/** Reports that a person wants to be sent now, whenever they were due. @type {Set<string>} */
const wanted = new Set();
let eager = false;
/** @type {Promise<void> | undefined} */
let waiting;
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

/**
 * One sender at a time, over all tabs and the worker. Where there are no locks, or a page may have none because it may
 * keep nothing, the server sorts it out.
 *
 * @param {() => Promise<void>} work
 */
async function locked(work) {
  let begun = false;
  const once = async () => {
    if (!begun) await ((begun = true), work());
  };
  try {
    await navigator.locks.request("outbox", once);
  } catch (error) {
    // At least one at a time on this page.
    await (last = last.then(once, once));
  }
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
  /** @param {(reports: Kept[]) => Promise<boolean>} step @param {Kept[]} some @returns {Promise<void>} */
  const attempt = async (step, some) => {
    if (failures >= PATIENCE) return;
    try {
      if (await step(some)) failures = 0;
    } catch (error) {
      const { reason, after } = unreached(error);
      // What did not get through together may still get through one by one.
      if (some.length > 1 && reason !== "network" && !after) for (const one of some) await attempt(step, [one]);
      else {
        // Without a network no other would get through; and what the server asks of one it asks of all.
        failures += reason === "network" || after ? PATIENCE : 1;
        for (const one of after ? reports : some) await failed(one, error);
      }
    }
  };
  const queued = reports.filter(({ state }) => state === "queued");
  while (queued.length) await attempt(texts, queued.splice(0, TOGETHER));
  for (const one of reports) await attempt(photos, [one]);
  await tidy();
}

/** @param {Kept} kept */
function isDue({ id, state, next = 0, asked }) {
  const ahead = next - Date.now();
  return (state === "queued" || state === "accepted") && (wanted.has(id) || (eager && !asked) || ahead <= 0 || ahead > TOO_FAR_MS);
}

/** Those that are still in a state: another tab may have dealt with them. @param {Kept[]} some @param {string} state */
async function still(some, state) {
  const now = await Promise.all(some.map(({ id }) => get(id)));
  return /** @type {Kept[]} */ (now.filter((kept) => kept && kept.state === state));
}

/** @param {Kept[]} some */
async function texts(some) {
  const reports = await still(some, "queued");
  if (!reports.length) return false;
  for (const kept of reports) tell({ id: kept.id, doing: "text" });
  const outcomes = await sendTexts(reports);
  for (const [n, receipt] of outcomes.entries()) await settle(reports[n], receipt);
  return true;
}

/** @param {Kept} kept @param {() => import("./deliver.js").Receipt} outcome */
async function settle(kept, outcome) {
  try {
    const { photos_missing: missing, reference, sent_url } = outcome();
    await note(kept.id, (old) => old && { ...old, ...RESTED, missing, reference, state: missing.length ? "accepted" : "done", sent: sent_url || old.sent });
  } catch (error) {
    await failed(kept, error);
  }
}

/** @param {Kept[]} some  one */
async function photos(some) {
  const [kept] = await still(some, "accepted");
  if (!kept || (isCostly() && !kept.agreed)) return false;
  const here = await photosOf(kept.id);
  const missing = kept.missing || [];
  for (const [n, sha256] of missing.entries()) {
    tell({ id: kept.id, doing: "photo", n: n + 1, total: missing.length });
    const photo = here.find((photo) => photo.sha256 === sha256);
    // A photo that is not here any more, or that the city cannot take, never holds up the others.
    const refusal = photo ? await sendPhoto(kept, photo).catch(refused) : "";
    await note(kept.id, (old) => {
      if (!old) return old;
      const left = (old.missing || []).filter((other) => other !== sha256);
      return { ...old, ...RESTED, missing: left, state: left.length ? "accepted" : "done", refused: [...(old.refused || []), ...(refusal === undefined ? [] : [refusal])] };
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

/** @param {unknown} error */
function unreached(error) {
  return error instanceof Unreached ? error : new Unreached("network");
}

/**
 * Note a failure. Nothing is ever dropped: the report waits longer, or waits for a person.
 *
 * @param {Kept} kept
 * @param {unknown} error
 */
async function failed({ id }, error) {
  const { reason, after } = unreached(error);
  await note(id, (old) => {
    if (!old || (old.state !== "queued" && old.state !== "accepted")) return undefined;
    if (error instanceof Refused) {
      const errors = error.errors.length ? error.errors : [{ field: "", message: error.message }];
      return { ...old, ...RESTED, state: "attention", errors };
    }
    const tries = (old.tries || 0) + 1;
    // Longer each time, and never all phones at the same moment.
    const seconds = after || Math.min(LONGEST_WAIT_S, 2 ** tries) * (0.5 + Math.random() / 2);
    return { ...old, tries, next: Date.now() + seconds * 1000, asked: after > 0, trouble: reason };
  });
}

/**
 * Note a step that a report has taken. A phone that has no room left for that knows it as long as the page is there.
 *
 * @param {string} id
 * @param {(old: Kept | undefined) => Kept | undefined} step
 */
async function note(id, step) {
  await change(id, step).catch(async () => {
    const kept = step(await get(id));
    if (kept) hold(kept, await photosOf(id));
  });
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
