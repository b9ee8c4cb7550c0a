// Asks the city whether it still has what this phone has sent, and lets the outbox send again what it has lost, as after
// a fire. docs/offline.md says what the city answers.
//
// sync.js loads this from any page, mine.js from the list; where nothing has been sent, nobody does.

import { flush } from "./outbox.js";
import { all, change, photosOf } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */

/**
 * What the city says of one report (app/requests/web_standing.py).
 *
 * @typedef {object} Answer
 * @property {string} id
 * @property {string} [error]  "not_found": the city does not have it
 * @property {string} [state]  "gone": it has been taken back or its time is over, and the city keeps it no longer
 * @property {string} [status_words]
 * @property {string[]} [photos_missing]
 * @property {{message: string}[]} [photos_refused]
 */

/** As many as the city answers at once. */
const TOGETHER = 50;
const EVERY_MS = 864e5;
/** All phones of a city may be told the same at one moment; they ask one after the other. */
const SPREAD_MS = 1e4;
/** As a report is that has just been queued: nothing is known of this sending yet. */
const ANEW = { agreed: false, refused: [], tries: 0, next: 0, asked: false, trouble: "" };

let begun = false;

/**
 * Ask about what has not been asked about today, the newest first. The first failure is the last try on this page.
 *
 * @param {boolean} [everything]  at once and about all that was sent, because somebody looks at the list
 */
export async function lookAfter(everything) {
  if (!everything) await pause();
  // The list has done it.
  if (!everything && begun) return;
  begun = true;
  const asked = (await all()).filter((kept) => isSent(kept) && (everything || (kept.body && isDue(kept))));
  for (let n = 0; n < asked.length; n += TOGETHER) {
    if (n) await pause();
    const some = asked.slice(n, n + TOGETHER);
    // A list of one report needs no list for an answer, unless that is lost.
    if (everything && asked.length === 1 && (await oneByOne(some))) {
      await flush();
      return;
    }
    const answers = await ask(some).catch(() => []);
    if (!answers) return;
    if (areOurs(some, answers)) for (const [i, kept] of some.entries()) await note(kept, answers[i]);
    // A portal of the last release answers only one at a time; elsewhere nobody waits for that.
    else if (!everything || !(await oneByOne(some))) return;
    // What is lost goes before more is asked.
    await flush();
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD_MS));
}

/** @param {Kept} kept */
function isSent({ submit, state, gone }) {
  return submit && !gone && (state === "done" || state === "accepted");
}

/** A time that lies ahead means that the clock was changed. @param {Kept} kept */
function isDue({ looked = 0 }) {
  return Math.abs(Date.now() - looked) > EVERY_MS;
}

/** Whoever else answers, a hotel or a firewall, does not know what was asked. @param {Kept[]} some @param {Answer[]} answers */
function areOurs(some, answers) {
  return answers.length === some.length && some.every(({ id }, i) => answers[i] && answers[i].id === id);
}

/** @param {Kept[]} some @returns {Promise<Answer[] | null>}  null: not now */
async function ask(some) {
  const [{ submit = "", id }] = some;
  const body = JSON.stringify(some.map(({ id, token }) => ({ id, token })));
  const answers = await answerOf(submit.replace(id, "standing"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  return !answers || Array.isArray(answers) ? answers : [];
}

/** Whether each of them was answered. @param {Kept[]} some */
async function oneByOne(some) {
  for (const kept of some) {
    const answer = await answerOf(kept.submit || "", {
      headers: { Authorization: "Bearer " + kept.token },
    }).catch(() => null);
    if (!areOurs([kept], [answer])) return false;
    await note(kept, answer);
  }
  return true;
}

/** @param {string} url @param {RequestInit & {headers: Record<string, string>}} request */
async function answerOf(url, request) {
  const headers = { ...request.headers, "Accept-Language": document.documentElement.lang };
  const response = await fetch(url, {
    ...request,
    headers,
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  // It is too much for the city at the moment.
  return response.status >= 429 ? null : response.json();
}

/** @param {Kept} kept  as it was when it was asked about @param {Answer} answer */
async function note({ id, looked: before }, answer) {
  const {
    error,
    state,
    status_words: standing = "",
    photos_missing: missing = [],
    photos_refused: refused = [],
  } = answer;
  // Photos that the city waits for, and that are still here.
  const here = missing.length && !error ? (await photosOf(id)).map(({ sha256 }) => sha256) : [];
  const lost = missing.filter((sha256) => here.includes(sha256));
  // Those that neither the city has nor this phone are said to be missing, as are those that the city could not use.
  const lacking = refused
    .map(({ message }) => message)
    .concat(missing.filter((sha256) => !here.includes(sha256)).map(() => ""));
  await change(
    id,
    (old) => {
      // Meanwhile it was deleted, is on its way, or another tab has asked.
      if (!old || !isSent(old) || old.looked !== before) return undefined;
      const now = { ...old, looked: Date.now() };
      if (state === "gone") return { ...now, state: "done", gone: true, body: undefined, content: undefined };
      if (error)
        return error === "not_found" && old.body ? { ...now, ...ANEW, state: "queued", standing: "" } : now;
      if (lost.length && old.state === "done")
        return { ...now, ...ANEW, state: "accepted", standing, missing: lost, refused: lacking };
      const known =
        old.state === "done" && lacking.length > (old.refused || []).length ? { refused: lacking } : {};
      return standing === old.standing && !known.refused && !isDue(old)
        ? undefined
        : { ...now, standing, ...known };
    },
    state === "gone" ? [] : undefined,
  );
}
