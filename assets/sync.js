// <sync-status>: on every page. Keeps the portal on this phone, sends what waits, and says what is here and unsent.
// And where one report stands, for pages that show it.

import { Component, part, setText } from "./element.js";
import { comeBack, flush, isCostly, leave } from "./outbox.js";
import { all, listen } from "./store.js";
import { fill, moment } from "./words.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").News} News */

/** The longest that nothing is tried. */
const EVERY_MS = 3e4;
/** Many things may happen at once; they are said in one go. */
const REST_MS = 500;
const { serviceWorker } = navigator;

class SyncStatus extends Component {
  ready() {}

  async begin() {
    let timer = 0;
    const quiet = () => clearTimeout(timer);
    const heard = listen(() => {
      quiet();
      timer = setTimeout(() => this.show(), REST_MS);
    });
    this.ends.push(heard, quiet);
    this.on(window, "online", () => flush(true));
    this.on(document, "visibilitychange", () => document.hidden || flush(true));
    this.on(window, "pagehide", leave);
    this.on(
      window,
      "pageshow",
      (/** @type {PageTransitionEvent} */ { persisted }) => persisted && comeBack(),
    );
    // The page comes first.
    this.on(window, "load", install);
    const { away } = document.documentElement.dataset;
    this.away = away !== undefined;
    part(this, "away").hidden = !this.away;
    if (away) setText(part(this, "since"), fill(this.dataset.since, { time: moment(away) }));
    await this.show();
    flush(true);
    // What is still here after it was sent could be sent again.
    if ((await all()).some(({ state, body }) => body && state === "done"))
      import("./lost.js").then(({ lookAfter }) => lookAfter()).catch(() => {});
  }

  /**
   * Try again when the first of what waits is due, so that a short gap costs no more than it lasts; and now and then in
   * any case: navigator.onLine says little, and whether something gets through, only trying shows.
   *
   * @param {Kept[]} kept
   */
  tryAgain(kept) {
    // At whole seconds, so that what failed together is tried together.
    const waits = kept
      .map(({ next = 0 }) => Math.ceil(next / 1e3) * 1e3 - Date.now())
      .filter((wait) => wait > 0);
    clearTimeout(this.timer);
    if (!this.isConnected) return;
    this.timer = setTimeout(() => flush().then(() => this.show()), Math.min(EVERY_MS, ...waits));
  }

  /** Say what is here and not with the city yet. */
  async show() {
    // What is on this very page speaks for itself, and nothing may move below somebody's fingers.
    const here = /** @type {any} */ (document.querySelector("my-requests, offline-form [name=id]"));
    const kept = await all();
    this.tryAgain(kept);
    const reports = kept.filter(({ id }) => !here || (here.value && id !== here.value));
    const say = (/** @type {string} */ name, /** @type {string} */ states) => {
      const count = reports.filter(({ state }) => states.includes(state)).length;
      return count ? fill(this.dataset[name], { count }) + " " : "";
    };
    const sentence = (
      say("waiting", "queued accepted") +
      say("stuck", "attention") +
      say("drafts", "draft")
    ).trim();
    this.hidden = !sentence && !this.away;
    part(this, "link").hidden = !sentence;
    setText(part(this, "said"), sentence);
  }
}

/**
 * Where a kept report stands, in the words of the page (components/standing.py brings them).
 *
 * @param {HTMLElement} host  bears the sentences as data-say-…
 * @param {Kept} kept
 * @param {News} [news]  what is being done with it at this moment
 */
export function standing(host, kept, { doing, n = 0, total = 0 } = { id: "" }) {
  const { state, trouble, agreed, errors = [], missing = [], refused = [] } = kept;
  const say = (/** @type {string} */ key) => host.getAttribute("data-say-" + key) || "";
  const costly = state === "accepted" && !agreed && isCostly() && "costly";
  // What is missing is said before all that is well.
  const lacking = state === "done" && refused.length && "lacking";
  const why = errors.map(({ message }) => message).join(" ") || say("refused");
  const key =
    doing ||
    costly ||
    lacking ||
    (state === "queued" && trouble) ||
    (kept.standing && state === "done" ? "standing" : state);
  const sentence = fill(say(key), { n, total, why, count: missing.length, status: kept.standing || "" });
  const also = lacking && kept.standing ? [fill(say("also"), { status: kept.standing })] : [];
  return [sentence, ...refused.map((words) => words || say("unsent")), ...also].join(" ");
}

/** Keep the pages of this language on the phone, so that they are there without a network. */
async function install() {
  try {
    await serviceWorker.register("/sw.js", { updateViaCache: "none" });
    const { active } = await serviceWorker.ready;
    if (active) active.postMessage({ keep: document.documentElement.lang });
  } catch (error) {
    // An old browser, or a private window: everything works, but only with a network.
  }
}

customElements.define("sync-status", SyncStatus);

// On a first visit, and with no alert, that module would be weight for nothing.
const banner = /** @type {HTMLElement | null} */ (document.querySelector("city-alerts"));
if (banner && (banner.firstChild || !banner.dataset.tag || (serviceWorker && serviceWorker.controller)))
  import("./alerts.js").catch(() => {});
