// Where a kept report stands, in the words of the page (components/standing.py brings them).

import { fill } from "./forms.js";
import { isCostly } from "./outbox.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").News} News */

/**
 * @param {HTMLElement} host  bears the sentences as data-say-…
 * @param {Kept} kept
 * @param {News} [news]  what is being done with it at this moment
 */
export function standing(host, kept, { doing, n = 0, total = 0 } = { id: "" }) {
  const { state, trouble, agreed, errors = [], missing = [], refused = [] } = kept;
  const say = (/** @type {string} */ key) => host.getAttribute("data-say-" + key) || "";
  const costly = state === "accepted" && !agreed && isCostly() && "costly";
  const why = errors.map(({ message }) => message).join(" ") || say("refused");
  const key = doing || costly || (state === "queued" && trouble) || (kept.standing && state === "done" ? "standing" : state);
  const sentence = fill(say(key), { n, total, why, count: missing.length, status: kept.standing || "" });
  return [sentence, ...refused].join(" ");
}
