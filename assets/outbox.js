// The outbox: sends what waits, text before photos, one sender at a time, and keeps each report until the city has it.
//
// Every step is a change in the store, so that the phone may die between any two of them. Pages and the service worker
// run the same code. docs/offline.md has a picture of the states.

import { Refused, sendPhoto, sendTexts, underWay, Unreached } from "./deliver.js";
import { all, change, get, hold, listen, photosOf, tell } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */

const LONGEST_WAIT_S = 300;
/** A time further ahead than any we set: the clock has been set back. */
const TOO_FAR_MS = 36e5;
/** For so many days of use after all of it was confirmed we could send a report again, should the city lose it. */
const KEEP_DAYS = 14;
const DAY_MS = 864e5;
/** After so many failures in a row it is not the report's fault. */
const PATIENCE = 3;
/** Texts in one request: enough to save, and few enough that a bad connection loses little. */
const TOGETHER = 20;
/** Photos at once on a good link. */
const LANES = 4;
/** A step of a photo that is answered so soon leaves room for others beside it. */
const QUICK_MS = 5e3;
/** Whoever sends and says nothing of it for so long is frozen, as pages in the back/forward memory of a browser are. */
const SILENCE_MS = 12e4;

/** Reports that a person wants to be sent now, whenever they were due. @type {Set<string>} */
const wanted = new Set();
let eager = false;
/** @type {Promise<void> | undefined} */
let waiting;
let last = Promise.resolve();
let away = false;
/** Somebody is at work: wait on. */
let patient = () => {};
listen(() => patient());

/**
 * Send what is due. Resolves when there is nothing more to do now; never rejects.
 *
 * @param {string | boolean} [now]  a report that is due now, because a person says so; true: all of them, because
 *   something has changed (a connection came back), but not before the time that the server has asked for
 */
export function flush(now) {
  if (typeof now === "string") {
    wanted.add(now);
    // Whoever has pressed a button sees at once that it was heard.
    tell({ id: now, doing: "text" });
  } else if (now) eager = true;
  waiting = waiting || locked(round).catch(() => {});
  return waiting;
}

/**
 * Give up all that this page is sending, and its turn: a browser may keep a page that leaves, frozen with all that it
 * holds, and nobody else would ever get a turn.
 */
export function leave() {
  away = true;
  for (const one of underWay) one.abort();
}

/** This page is back from the browser's memory; others may have done a lot since. */
export async function comeBack() {
  away = false;
  waiting = undefined;
  flush(true);
  for (const { id } of await all()) tell({ id });
}

/**
 * One sender at a time, over all tabs and the worker. Where there are no locks, or a page may have none because it may
 * keep nothing, or whoever has it is silent for too long, the server sorts it out.
 *
 * @param {(signal: AbortSignal) => Promise<void>} work
 * @param {LockOptions} [how]
 */
async function locked(work, how) {
  const stop = new AbortController();
  const { signal } = stop;
  const left = new Promise((resolve) => (signal.onabort = resolve));
  let begun = false;
  const once = async () => {
    if (begun || away) return;
    begun = true;
    await Promise.race([work(signal), left]);
  };
  let timer = 0;
  patient = () => {
    clearTimeout(timer);
    if (!begun) timer = setTimeout(() => begun || stop.abort(), SILENCE_MS);
  };
  patient();
  underWay.add(stop);
  try {
    await navigator.locks.request("outbox", how || { signal }, once);
  } catch (error) {
    // At least one at a time on this page.
    await (signal.aborted && !away ? locked(work, { steal: true }) : (last = last.then(once, once)));
  }
  underWay.delete(stop);
}

/** @param {AbortSignal} signal */
async function round(signal) {
  // Whoever asks from now on needs another round.
  waiting = undefined;
  const reports = (await all()).filter(isDue);
  const first = new Set(wanted);
  eager = false;
  wanted.clear();
  // First what a person wants, then those that never failed, so that one that always fails holds up nobody.
  reports.sort((a, b) => Number(first.has(b.id)) - Number(first.has(a.id)) || (a.tries || 0) - (b.tries || 0) || a.changed - b.changed);
  let failures = 0;
  /** Those that have failed in this round; each waits for another one. @type {Set<string>} */
  const hurt = new Set();
  /** @param {(reports: Kept[]) => Promise<boolean>} step @param {Kept[]} some @returns {Promise<void>} */
  const attempt = async (step, some) => {
    if (failures >= PATIENCE || signal.aborted) return;
    try {
      if (await step(some)) failures = 0;
    } catch (error) {
      // A page that leaves has not failed.
      if (signal.aborted) return;
      const { reason, after } = unreached(error);
      // What did not get through together may still get through one by one.
      if (some.length > 1 && reason !== "network" && !after) for (const one of some) await attempt(step, [one]);
      else {
        // Without a network no other would get through; and what the server asks of one it asks of all.
        failures += reason === "network" || after ? PATIENCE : 1;
        for (const one of after ? reports : some) if (hurt.size < hurt.add(one.id).size) await failed(one, error);
      }
    }
  };
  const queued = reports.filter(isOpen);
  while (queued.length) await attempt(texts, queued.splice(0, TOGETHER));
  await photos(reports, hurt, attempt);
  if (signal.aborted) return;
  // Nobody who has pressed a button is left with what was said then.
  for (const id of first) tell({ id });
  await tidy();
}

/** @param {Kept} kept */
function isDue(kept) {
  const { id, state, next = 0, asked } = kept;
  const ahead = next - Date.now();
  return (isOpen(kept) || state === "accepted") && (wanted.has(id) || (eager && !asked) || ahead <= 0 || ahead > TOO_FAR_MS);
}

/**
 * Whether the city has to confirm the text. Of what was kept before `days` were counted nobody knows whether all photos
 * have arrived: the city is asked once more, and says which are missing.
 *
 * @param {Kept} kept
 */
function isOpen({ state, body, days }) {
  return state === "queued" || (state === "done" && body !== undefined && days === undefined);
}

/** Reports as they are now: another tab may have dealt with them. @param {Kept[]} some */
async function fresh(some) {
  return /** @type {Kept[]} */ ((await Promise.all(some.map(({ id }) => get(id)))).filter(Boolean));
}

/** @param {Kept[]} some */
async function texts(some) {
  const reports = (await fresh(some)).filter(isOpen);
  if (!reports.length) return false;
  for (const { id, state } of reports) tell(state === "queued" ? { id, doing: "text" } : { id });
  const outcomes = await sendTexts(reports);
  for (const [n, receipt] of outcomes.entries()) await settle(reports[n], receipt);
  return true;
}

/** @param {Kept} kept @param {() => import("./deliver.js").Receipt} outcome */
async function settle(kept, outcome) {
  try {
    const { photos_missing: missing, reference, sent_url } = outcome();
    await note(kept.id, (old) => {
      if (!old || !isOpen(old)) return undefined;
      // The text of one that the city had lost proves nothing yet: were it lost again and again, it would wait longer.
      const { tries } = old.missing && missing.length ? old : RESTED;
      return { ...old, ...RESTED, tries, refused: [], reference, sent: sent_url || old.sent, ...having(missing) };
    });
  } catch (error) {
    await failed(kept, error);
  }
}

/** What is known of a report whose text the city has. @param {string[]} missing */
function having(missing) {
  /** @type {Partial<Kept>} */
  const known = missing.length ? { state: "accepted" } : { state: "done", days: 0, day: today() };
  return { ...known, missing };
}

/**
 * Send photos, one at a time; on a good link several.
 *
 * @param {Kept[]} reports
 * @param {Set<string>} hurt
 * @param {(step: (some: Kept[]) => Promise<boolean>, some: Kept[]) => Promise<void>} attempt
 */
async function photos(reports, hurt, attempt) {
  /** @type {{id: string, sha256: string, n: number, total: number, busy?: boolean}[]} */
  const jobs = [];
  for (const { id, state, agreed, missing = [] } of await fresh(reports)) {
    if (state === "accepted" && (agreed || !isCostly())) missing.forEach((sha256, n) => jobs.push({ id, sha256, n: n + 1, total: missing.length }));
  }
  const waiting = jobs.slice();
  /** @type {Promise<void>[]} */
  const lanes = [];
  let good = false;
  /** Say which photo is on its way; of several, the first. @param {string} id */
  const say = (id) => {
    const job = jobs.find((job) => job.busy && job.id === id);
    if (job) tell({ id, doing: "photo", n: job.n, total: job.total });
  };
  const lane = async () => {
    const { length } = lanes;
    for (let job; (good || !length) && (job = waiting.shift()); ) {
      const { id, sha256 } = job;
      if (hurt.has(id)) continue;
      let since = Date.now();
      const heard = (/** @type {number} */ bytes) => {
        good = isGood(bytes > 0 && Date.now() - since < QUICK_MS);
        since = Date.now();
        say(id);
        if (good && lanes.length < LANES && waiting.length) lanes.push(lane());
      };
      await attempt(async () => {
        job.busy = true;
        say(id);
        return photo(id, sha256, heard).finally(() => (job.busy = false));
      }, reports.filter((one) => one.id === id));
      say(id);
    }
  };
  lanes.push(lane());
  for (const one of lanes) await one;
}

/** @param {string} id @param {string} sha256 @param {(bytes: number) => void} heard */
async function photo(id, sha256, heard) {
  const kept = await get(id);
  if (!kept || kept.state !== "accepted" || !(kept.missing || []).includes(sha256)) return false;
  const photo = (await photosOf(id)).find((photo) => photo.sha256 === sha256);
  // A photo that is not here any more, or that the city cannot take, never holds up the others.
  const refusal = photo ? await sendPhoto(kept, photo, heard).catch(refused) : "";
  await note(id, (old) => {
    if (!old || old.state !== "accepted") return undefined;
    const left = (old.missing || []).filter((other) => other !== sha256);
    return { ...old, ...RESTED, ...having(left), refused: [...(old.refused || []), ...(refusal === undefined ? [] : [refusal])] };
  });
  return true;
}

/** @type {{tries: number, next: number, asked: boolean, trouble: string}} */
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
    if (!old || !(isOpen(old) || old.state === "accepted")) return undefined;
    if (error instanceof Refused) {
      // It has come in another way, as by the plain form.
      if (old.state === "done") return { ...old, ...having([]) };
      const errors = error.errors.length ? error.errors : [{ field: "", message: error.message }];
      return { ...old, ...RESTED, state: "attention", errors };
    }
    const tries = (old.tries || 0) + 1;
    // Longer each time, and never all phones at the same moment.
    const seconds = after || Math.min(LONGEST_WAIT_S, 2 ** tries) * (0.5 + Math.random() / 2);
    const waits = { ...old, tries, next: Date.now() + seconds * 1000, asked: after > 0, trouble: reason };
    // The city does not know what it has confirmed, as after a fire: it gets the text once more, and then the photos.
    return reason === "lost" && old.body ? { ...waits, state: "queued", trouble: "" } : waits;
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

/**
 * Let go of what the city has had for long. Days on which this phone was used are counted, because its clock may jump by
 * years.
 */
async function tidy() {
  const day = today();
  for (const kept of await all()) {
    if (kept.state !== "done" || !kept.body || kept.days === undefined || kept.day === day) continue;
    const days = kept.days + 1;
    const last = days > KEEP_DAYS;
    await change(kept.id, (old) => old && { ...old, day, days, ...(last && { body: undefined, content: undefined }) }, last ? [] : undefined);
  }
}

function today() {
  return Math.floor(Date.now() / DAY_MS);
}

/** Whether a connection costs money or is slow, so that photos wait for a yes. (Only Chromium tells.) */
export function isCostly() {
  const link = /** @type {any} */ (navigator).connection;
  return Boolean(link && (link.saveData || /2g/.test(link.effectiveType)));
}

/** Whether several photos at once do no harm: if the browser says so, or else if the last answer was quick. @param {boolean} quick */
function isGood(quick) {
  const { saveData, effectiveType } = /** @type {any} */ (navigator).connection || {};
  return !saveData && (effectiveType ? effectiveType === "4g" : quick);
}

/** Whether anything waits that can be sent without asking anybody. */
export async function isWaiting() {
  return (await all()).some(({ state, agreed }) => state === "queued" || (state === "accepted" && (agreed || !isCostly())));
}
