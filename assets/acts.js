// What can be done with the reports in My requests: tried, copied, shared and deleted. mine.js loads it after the list.

import { part, say, setText } from "./element.js";
import { flush } from "./outbox.js";
import { all, change } from "./store.js";
import { fill } from "./words.js";

/** @typedef {import("./store.js").Kept} Kept */

/** The button that does what it says only when it is pressed again. @type {HTMLElement | null} */
let armed = null;

/** @param {any} host  the <my-requests> @param {any} target  what was pressed */
export async function press(host, target) {
  const control = /** @type {HTMLElement | null} */ (target.closest("my-requests [data-act]"));
  // A press anywhere else takes back what the first one asked for.
  if (control !== armed) disarm();
  if (!control) return;
  const item = control.closest("li");
  const id = item ? item.id : "";
  const { act, link } = control.dataset;
  if (act === "delete" && confirmed(host, control, host.dataset.reallyDelete)) await forget(host, [id]);
  if (act === "wipe") await wipe(host, control);
  if (act === "photos") await change(id, (old) => old && { ...old, agreed: true });
  if (act === "photos" || act === "try") flush(id);
  const kept = host.reports.filter((/** @type {Kept} */ one) =>
    act === "save-all" ? one.state !== "done" : one.id === id,
  );
  if (act === "save" || act === "save-all") (await import("./copies.js")).saveFile(host, kept);
  if (act === "share") (await import("./copies.js")).shareLink(host, kept[0], link);
}

/** Whether a button has been pressed a second time; the first time it says what the second will do. @param {any} host @param {HTMLElement} control @param {string} sentence */
function confirmed(host, control, sentence) {
  if (control === armed) return true;
  armed = control;
  control.dataset.words = /** @type {string} */ (part(control, "words").textContent);
  setText(part(control, "words"), sentence);
  say(host.said, sentence);
  return false;
}

function disarm() {
  if (armed) setText(part(armed, "words"), armed.dataset.words);
  armed = null;
}

/** @param {any} host @param {string[]} ids */
async function forget(host, ids) {
  armed = null;
  for (const id of ids) await change(id, () => null);
  say(host.said, host.dataset.removed);
  part(host, "heading").focus();
}

/** Somebody else uses this phone: one press, unless something would be lost that the city does not have. @param {any} host @param {HTMLElement} control */
async function wipe(host, control) {
  const reports = await all();
  const count = reports.filter(({ state }) => state !== "done").length;
  if (count && !confirmed(host, control, fill(host.dataset.reallyWipe, { count }))) return;
  disarm();
  await forget(
    host,
    reports.map(({ id }) => id),
  );
  // Pages that were looked at say something about a person, too.
  if (self.caches) await caches.delete("seen");
  say(host.said, host.dataset.wiped);
}
