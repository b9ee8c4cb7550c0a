// What a long list of My requests needs besides: a search, pages, and how much of all that waits has been sent.
//
// mine.js loads it, and goes on without it.

import { part, say, setText } from "./element.js";
import { folded } from "./fold.js";
import { fill, grouped } from "./words.js";

/** @typedef {import("./store.js").Kept} Kept */

/** As many come with each press. */
const MORE = 20;
/** After so long a pause the count is said; whoever types on hears nothing in between. */
const REST_MS = 500;

export class LongList {
  /** @param {any} host  the <my-requests> */
  constructor(host) {
    this.host = host;
    /** How many each list shows at most. @type {Map<HTMLElement, number>} */
    this.limits = new Map();
    /** What has waited since the page came. @type {Set<string>} */
    this.waited = new Set();
    /** What was typed. @type {string[]} */
    this.words = [];
    /** @type {WeakMap<Kept, string>} */
    this.texts = new WeakMap();
    this.timer = 0;
    const search = part(host, "search");
    search.hidden = false;
    search.addEventListener("input", (event) =>
      this.find(/** @type {HTMLInputElement} */ (event.target).value),
    );
    host.addEventListener("click", (/** @type {Event} */ { target }) => {
      const section =
        /** @type {Element} */ (target).closest("[data-part=more]") &&
        /** @type {Element} */ (target).closest("section");
      if (section) this.more(/** @type {HTMLElement} */ (section.querySelector("ul")));
    });
  }

  /** @param {HTMLElement} list */
  most(list) {
    return this.limits.get(list) || MORE;
  }

  /** @param {HTMLElement} list */
  more(list) {
    const first = list.children.length;
    this.limits.set(list, this.most(list) + MORE);
    this.host.arrange();
    // On with what is new, as if it had stood there.
    const next = list.children[first];
    if (next) part(next, "name").focus();
  }

  /** @param {string} typed */
  find(typed) {
    this.words = folded(typed);
    this.host.arrange();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(), REST_MS);
  }

  count() {
    const { host } = this;
    const count = host.reports.filter((/** @type {Kept} */ kept) => this.fits(kept)).length;
    say(host.said, fill(host.dataset.found, { count }));
  }

  /** Whether every word that was typed stands somewhere in a report. @param {Kept} kept */
  fits(kept) {
    return this.words.every((word) => this.textOf(kept).includes(word));
  }

  /** What a report is found by. @param {Kept} kept */
  textOf(kept) {
    const { name, place, reference, content = {} } = kept;
    const text =
      this.texts.get(kept) ||
      folded([name, place, reference, grouped(reference), content.description].join(" ")).join(" ");
    this.texts.set(kept, text);
    return text;
  }

  /** What stands around the lists. @param {{list: HTMLElement, left: number}[]} lists  left: how many are not shown */
  tell(lists) {
    for (const { list, left } of lists) {
      const more = part(/** @type {HTMLElement} */ (list.parentNode), "more");
      more.hidden = !left;
      setText(part(more, "left"), `(${left})`);
    }
    this.progress();
  }

  /** How much of all that has waited since the page came is with the city. */
  progress() {
    const { host, waited } = this;
    for (const { id, state } of host.reports) if (/queued|accepted/.test(state)) waited.add(id);
    const all = host.reports.filter((/** @type {Kept} */ { id }) => waited.has(id));
    const n = all.filter((/** @type {Kept} */ { state }) => state === "done").length;
    const words = fill(host.dataset.progress, { n, total: all.length });
    const box = part(host, "progress");
    const bar = /** @type {HTMLProgressElement} */ (box.querySelector("progress"));
    box.hidden = all.length < 2;
    setText(part(box, "sent"), words);
    // Said once, at the end.
    if (n === all.length && bar.value < n) say(host.said, words);
    Object.assign(bar, { max: all.length || 1, value: n });
  }
}
