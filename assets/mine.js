// <my-requests>: all that this phone will send or has sent, with what can be done about each.

import { Component, elements, fromTemplate, part, setText } from "./element.js";
import "./install.js";
import { all, get, listen } from "./store.js";
import { standing } from "./sync.js";
import { addressOf, fill, grouped, moment } from "./words.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").News} News */
/** @typedef {Pick<import("./long.js").LongList, "fits" | "most" | "tell">} Long */

/** As many as are shown of each list, until somebody wants more (long.js). */
const FEW = 20;
/** From so many on the list has a search. */
const MANY = 10;
/** In place of the module that has not come: all of it, however long that is. */
class Everything {
  fits() {
    return true;
  }
  most() {
    return Infinity;
  }
  tell() {}
}

const acts = () => import("./acts.js");

/**
 * What `ready` finds or makes.
 *
 * @typedef {object} Parts
 * @property {HTMLElement} said
 * @property {Kept[]} reports
 * @property {Map<string, HTMLElement>} items
 * @property {Long | undefined} long  what a long list needs besides
 * @property {Promise<unknown>} work
 */

class MyRequests extends /** @type {new () => Component & Parts} */ (Component) {
  ready() {
    this.append(fromTemplate(this, "lists"));
    this.said = part(this, "said");
    /** All that is on this phone, the newest first. */
    this.reports = [];
    /** What is shown of it, by id. */
    this.items = new Map();
    /** What a long list needs besides (long.js). */
    this.long = undefined;
  }

  begin() {
    this.on(document, "click", ({ target }) =>
      acts()
        .then(({ press }) => press(this, target))
        .catch(() => {}),
    );
    this.work = this.load();
    this.ends.push(listen((news) => (this.work = this.work.then(() => this.show(news)).catch(() => {}))));
  }

  async load() {
    this.reports = await all();
    this.arrange();
    this.tellWhetherItLasts();
    // It is at hand when somebody presses a button, be it without a network.
    acts().catch(() => {});
    import("./lost.js").then(({ lookAfter }) => lookAfter(true)).catch(() => {});
  }

  // --- what is shown ----------------------------------------------------------------------------------------------

  /** @param {News} news */
  async show(news) {
    const kept = await get(news.id);
    this.reports = this.reports
      .filter(({ id }) => id !== news.id)
      .concat(kept || [])
      .sort((a, b) => b.changed - a.changed);
    this.arrange(news);
  }

  /** Bring each report where it belongs; what has not changed is not touched, so that nobody who reads there is moved. @param {News} [news] */
  arrange(news) {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const reading = /** @type {HTMLElement | null} */ (focused.closest("my-requests li"));
    const lists = elements(this, "[data-list]").map((list) => this.choose(list, reading ? reading.id : ""));
    for (const { list, shown } of lists)
      for (const item of elements(list, "li")) if (!shown.some(({ id }) => id === item.id)) item.remove();
    for (const { list, shown } of lists) shown.forEach((kept, n) => this.put(list, n, kept, news));
    for (const [id, item] of Array.from(this.items)) if (!item.isConnected) this.items.delete(id);
    part(this, "all").hidden = !(part(this, "none").hidden = this.reports.length > 0);
    if (this.long) this.long.tell(lists);
    else if (this.reports.length >= MANY) this.lengthen();
    // The focus stays with the report, also if what was pressed is no longer there; what is hidden cannot take it.
    if (!reading || (document.activeElement === focused && !focused.hidden)) return;
    (!reading.isConnected ? part(this, "heading") : focused.hidden ? part(reading, "name") : focused).focus();
  }

  /** What one list shows: first what needs somebody, and in any case that in which somebody reads. @param {HTMLElement} list @param {string} reading */
  choose(list, reading) {
    const { long } = this;
    const fit = this.reports.filter(
      (kept) => (list.dataset.list || "").includes(kept.state) && (!long || long.fits(kept)),
    );
    fit.sort((a, b) => Number(b.state === "attention") - Number(a.state === "attention"));
    const shown = fit.filter(({ id }, n) => n < (long ? long.most(list) : FEW) || id === reading);
    // Lists that are empty are not there.
    /** @type {HTMLElement} */ (list.parentNode).hidden = !shown.length;
    return { list, shown, left: fit.length - shown.length };
  }

  async lengthen() {
    const { LongList } = await import("./long.js").catch(() => ({ LongList: Everything }));
    this.long = this.long || new LongList(this);
    this.arrange();
  }

  /** Show a report as the nth of a list. @param {HTMLElement} list @param {number} n @param {Kept} kept @param {News} [news] */
  put(list, n, kept, news) {
    const { id } = kept;
    const old = this.items.get(id);
    const item = old || fromTemplate(this, "item");
    item.id = id;
    this.items.set(id, item);
    if (list.children[n] !== item) list.insertBefore(item, list.children[n] || null);
    if (!old || (news && news.id === id)) this.fill(item, kept, news);
  }

  /** @param {HTMLElement} item @param {Kept} kept @param {News} [news] */
  fill(item, kept, news) {
    const { code, name, place, state, changed, followed, gone } = kept;
    const phase = followed ? "followed" : gone ? "gone" : state;
    // The city has stopped asking for such reports: another type takes what was written.
    const withdrawn =
      code && /draft|attention/.test(state) && !(this.dataset.types || "").split(" ").includes(code);
    setText(part(item, "name"), name || this.dataset.noType);
    setText(part(item, "place"), place);
    setText(part(item, "number"), grouped(kept.reference));
    setText(
      part(item, "standing"),
      this.dataset[phase] || standing(this, kept, news) + (withdrawn ? " " + this.dataset.withdrawn : ""),
    );
    setText(
      part(item, "age"),
      fill(this.dataset[followed ? "sinceFollowed" : state === "draft" ? "saved" : "since"], {
        time: moment(changed),
      }),
    );
    for (const control of elements(item, "[data-act]")) {
      const { act, when, to } = control.dataset;
      control.hidden = when && !when.includes(phase);
      // The page of a request that somebody follows is opened with their key.
      if (to)
        control.href =
          followed && act === "see" ? kept.sent : addressOf(to, withdrawn ? { ...kept, code: "" } : kept);
      // Whoever hears only the button knows which report it belongs to.
      setText(part(control, "about"), ` ${name} ${place}`);
    }
  }

  /** Say honestly how long this browser keeps what is here. */
  async tellWhetherItLasts() {
    const lasting = await Promise.resolve(navigator.storage)
      .then((storage) => storage.persisted())
      .catch(() => false);
    setText(part(this, "lasts"), this.dataset[lasting ? "lasting" : "passing"]);
  }
}

customElements.define("my-requests", MyRequests);
