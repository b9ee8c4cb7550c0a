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
/** Whoever sends and says nothing of it for so long is frozen, as pages in the back/forward memory of a browser are. */
const SILENCE_MS = 12e4;

/** Reports that a person wants to be sent now, whenever they were due. @type {Set<string>} */
const wanted = new Set();
let eager = false;
/** @type {Promise<void> | undefined} */
let waiting;
/** @type {Promise<any>} */
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
  waiting = waiting || (away ? last : locked(round).catch(() => {}));
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
  let begun = false;
  let timer = 0;
  /** @returns {Promise<unknown>} */
  const once = async () =>
    begun ||
    away ||
    new Promise((resolve) => {
      begun = true;
      // Whatever the work still waits for.
      signal.onabort = resolve;
      work(signal).then(resolve, resolve);
    });
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
  reports.sort(
    (a, b) =>
      Number(first.has(b.id)) - Number(first.has(a.id)) ||
      (a.tries || 0) - (b.tries || 0) ||
      a.changed - b.changed,
  );
  let failures = 0;
  /** Those that have failed in this round; each waits for another one. @type {Set<string>} */
  const hurt = new Set();
  /** @param {(reports: Kept[]) => Promise<boolean>} step @param {Kept[]} some @returns {Promise<void>} */
  const attempt = async (step, some) => {
    if (failures >= PATIENCE || signal.aborted || some.every(({ id }) => hurt.has(id))) return;
    try {
      if (await step(some)) failures = 0;
    } catch (error) {
      // A page that leaves has not failed.
      if (signal.aborted) return;
      const { reason, after } = unreached(error);
      // What did not get through together may still get through one by one.
      if (some.length > 1 && reason !== "network" && !after)
        for (const one of some) await attempt(step, [one]);
      else {
        // Without a network no other would get through; and what the server asks of one it asks of all.
        failures += reason === "network" || after ? PATIENCE : 1;
        for (const one of after ? reports : some) {
          if (!hurt.has(one.id)) await failed(one, error);
          hurt.add(one.id);
        }
      }
    }
  };
  const queued = reports.filter(isOpen);
  while (queued.length) await attempt(texts, queued.splice(0, TOGETHER));
  await photos(reports, attempt);
  if (signal.aborted) return;
  // Nobody who has pressed a button is left with what was said then.
  for (const id of first) tell({ id });
  await tidy();
}

/** @param {Kept} kept */
function isDue(kept) {
  const { id, state, next = 0, asked } = kept;
  const ahead = next - Date.now();
  return (
    (isOpen(kept) || state === "accepted") &&
    (wanted.has(id) || (eager && !asked) || ahead <= 0 || ahead > TOO_FAR_MS)
  );
}

/**
 * Whether the city has to confirm the text. Of what was kept before `days` were counted nobody knows whether all photos
 * have arrived: the city is asked once more, and says which are missing.
 *
 * @param {Kept} kept
 */
function isOpen({ state, submit, body, days }) {
  return state === "queued" || (state === "done" && !!submit && !!body && !days);
}

/** Reports as they are now: another tab may have dealt with them. @param {Kept[]} some */
async function fresh(some) {
  return /** @type {Kept[]} */ ((await Promise.all(some.map(({ id }) => get(id)))).filter(Boolean));
}

/** @param {Kept[]} some */
async function texts(some) {
  const reports = (await fresh(some)).filter(isOpen);
  if (!reports.length) return false;
  for (const { id, state } of reports) if (state === "queued") tell({ id, doing: "text" });
  const outcomes = await sendTexts(reports);
  for (const [n, receipt] of outcomes.entries()) await settle(reports[n], receipt);
  return true;
}

/** @param {Kept} kept @param {() => import("./deliver.js").Receipt} outcome */
async function settle(kept, outcome) {
  try {
    const { photos_missing: missing, reference, sent_url, state } = outcome();
    const gone = state === "gone" && { gone: true, body: undefined, content: undefined };
    /** @param {Kept | undefined} old */
    const step = (old) => {
      if (!old || !isOpen(old)) return undefined;
      // The text of one that the city had lost proves nothing yet: were it lost again and again, it would wait longer.
      const { tries } = (old.missing || []).length && missing.length ? old : RESTED;
      return {
        ...old,
        ...RESTED,
        tries,
        refused: [],
        reference,
        sent: sent_url || old.sent,
        ...having(missing),
        ...gone,
      };
    };
    await note(kept.id, step, gone ? [] : undefined);
  } catch (error) {
    await failed(kept, error);
  }
}

/** What is known of a report whose text the city has. @param {string[]} missing */
function having(missing) {
  /** @type {Partial<Kept>} */
  const known = missing.length ? { state: "accepted" } : { state: "done", days: [] };
  return { ...known, missing };
}

/**
 * Send photos, one at a time; on a good link several.
 *
 * @param {Kept[]} reports
 * @param {(step: (some: Kept[]) => Promise<boolean>, some: Kept[]) => Promise<void>} attempt
 */
async function photos(reports, attempt) {
  /** @type {(() => Promise<void>)[]} */
  const jobs = [];
  /** @type {Promise<void>[]} */
  const lanes = [];
  let good = false;
  let fast = false;
  const lane = async () => {
    const isFirst = !lanes.length;
    for (let job; (good || isFirst) && (job = jobs.shift()); ) await job();
  };
  for (const kept of await fresh(reports)) {
    const { id, state, agreed } = kept;
    if (state !== "accepted" || (isCostly() && !agreed)) continue;
    // Two lanes must not send the same one.
    const missing = [...new Set(kept.missing)];
    /** @type {import("./store.js").News & {n: number}} */
    const news = { id, doing: "photo", n: 1, total: missing.length };
    const heard = (quick = fast) => {
      tell(news);
      fast = quick;
      // If the browser says so, or else if the last step was quick.
      good = !isCostly() && (link().effectiveType || (fast && "4g")) === "4g";
      if (good && jobs.length && lanes.length < LANES) lanes.push(lane());
    };
    for (const sha256 of missing) {
      const send = () => {
        tell(news);
        return photo(id, sha256, heard).finally(() => news.n++);
      };
      jobs.push(() => attempt(send, [kept]));
    }
  }
  lanes.push(lane());
  for (const one of lanes) await one;
}

/** @param {string} id @param {string} sha256 @param {(quick?: boolean) => void} heard */
async function photo(id, sha256, heard) {
  const kept = await get(id);
  // Another tab may have dealt with it.
  if (!kept || kept.state !== "accepted") return false;
  const bytes = (await photosOf(id)).find((one) => one.sha256 === sha256);
  // A photo that is not here any more, or that the city cannot take, never holds up the others.
  const sent = bytes ? sendPhoto(kept, bytes, heard) : Promise.reject(new Refused(null));
  const refusal = await sent.catch((error) => {
    if (error instanceof Refused) return error.message;
    throw error;
  });
  await note(id, (old) => {
    if (!old || old.state !== "accepted") return undefined;
    const left = (old.missing || []).filter((other) => other !== sha256);
    // Another one beside it may have failed just now: then the report waits.
    const rested = left.length && (old.next || 0) > Date.now() ? {} : RESTED;
    return {
      ...old,
      ...rested,
      ...having(left),
      refused: (old.refused || []).concat(refusal === undefined ? [] : refusal),
    };
  });
  return true;
}

const RESTED = { tries: 0, next: 0, asked: false, trouble: "" };

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
      return { ...old, ...RESTED, state: "attention", errors: error.errors };
    }
    const tries = (old.tries || 0) + 1;
    // Longer each time, and never all phones at the same moment.
    const seconds = after || Math.min(LONGEST_WAIT_S, 2 ** tries) * (0.5 + Math.random() / 2);
    // What the city had confirmed and does not know any more, as after a fire, it gets once more: the text, then photos.
    const lost = reason === "lost" && { state: /** @type {"queued"} */ ("queued"), trouble: "" };
    return { ...old, tries, next: Date.now() + seconds * 1000, asked: after > 0, trouble: reason, ...lost };
  });
}

/**
 * Note a step that a report has taken. A phone that has no room left for that knows it as long as the page is there.
 *
 * @param {string} id
 * @param {(old: Kept | undefined) => Kept | undefined} step
 * @param {import("./store.js").Photo[]} [photos]  in place of those it has
 */
async function note(id, step, photos) {
  await change(id, step, photos).catch(async () => {
    const kept = step(await get(id));
    if (kept) hold(kept, photos || (await photosOf(id)));
  });
}

/**
 * Let go of what the city has had for long. Days on which this phone was used are counted, because its clock may jump by
 * years.
 */
async function tidy() {
  const today = Math.floor(Date.now() / DAY_MS);
  for (const { id, state, body, days } of await all()) {
    if (state !== "done" || !body || !days || days.includes(today)) continue;
    const last = days.length === KEEP_DAYS;
    await change(
      id,
      (old) =>
        old && { ...old, days: days.concat(today), ...(last && { body: undefined, content: undefined }) },
      last ? [] : undefined,
    );
  }
}

/** Whether a connection costs money or is slow, so that photos wait for a yes. (Only Chromium tells.) */
export function isCostly() {
  const { saveData, effectiveType } = link();
  return saveData || /2g/.test(effectiveType);
}

/** @returns {{saveData?: boolean, effectiveType?: any}} */
function link() {
  return /** @type {any} */ (navigator).connection || {};
}

/** Whether anything waits that can be sent without asking anybody. */
export async function isWaiting() {
  return (await all()).some(
    ({ state, agreed }) => state === "queued" || (state === "accepted" && (agreed || !isCostly())),
  );
}
