// <my-requests>: all that this phone will send or has sent, with what can be done about each.

import { address, all as every, copy, fill, grouped, moment, part, write } from "./forms.js";
import { flush } from "./outbox.js";
import { all, change, get, listen } from "./store.js";
import { standing } from "./sync.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").News} News */

/** How many requests are asked about at once, so that a long list does not cost much. */
const MOST_ASKED = 20;

class MyRequests extends HTMLElement {
  constructor() {
    super();
    this.append(copy(this, "lists"));
    this.said = part(this, "said");
    /** Buttons that do what they say only when they are pressed again. @type {HTMLElement | null} */
    this.armed = null;
    /** @type {Promise<unknown>} */
    this.work = Promise.resolve();
    document.addEventListener("click", (event) => this.press(/** @type {HTMLElement} */ (event.target)));
    listen((news) => (this.work = this.work.then(() => this.show(news)).catch(() => {})));
    this.begin();
  }

  async begin() {
    const reports = await all();
    for (const kept of reports) this.put(kept);
    this.tidy();
    this.tellWhetherItLasts();
    const sent = reports.filter(({ state, submit }) => submit && (state === "accepted" || state === "done"));
    for (const kept of sent.slice(0, MOST_ASKED)) await refresh(kept);
  }

  // --- what is shown ----------------------------------------------------------------------------------------------

  /** @param {News} news */
  async show(news) {
    const kept = await get(news.id);
    if (kept) this.put(kept, news);
    else for (const item of every(this, `[id="${news.id}"]`)) item.remove();
    this.tidy();
  }

  /** Lists that are empty are not there. */
  tidy() {
    for (const list of every(this, "[data-list]")) list.parentNode.hidden = !list.children.length;
    part(this, "all").hidden = !(part(this, "none").hidden = every(this, "[data-list] > *").length > 0);
  }

  /** Show a report where it belongs; what has not changed is not touched, so that nobody who reads there is moved. @param {Kept} kept @param {News} [news] */
  put(kept, news) {
    const item = document.getElementById(kept.id) || copy(this, "item");
    item.id = kept.id;
    const list = /** @type {HTMLElement} */ (this.querySelector(`[data-list~="${kept.state}"]`));
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const hasFocus = item.contains(focused);
    if (item.parentNode !== list) list.append(item);
    const { name, place, state, changed, followed } = kept;
    write(part(item, "name"), name || this.dataset.noType);
    write(part(item, "place"), place);
    write(part(item, "number"), grouped(kept.reference));
    write(part(item, "standing"), followed ? this.dataset.following : standing(this, kept, news));
    write(part(item, "age"), fill(this.dataset[followed ? "followed" : state === "draft" ? "saved" : "since"], { time: moment(changed) }));
    for (const control of every(item, "[data-act]")) {
      const { act, when, to } = control.dataset;
      control.hidden = when && !when.includes(followed ? "followed" : state);
      // The page of a request that somebody follows is opened with their key.
      if (to) control.href = followed && act === "see" ? kept.sent : address(to, kept);
      // Whoever hears only the button knows which report it belongs to.
      write(part(control, "about"), ` ${name} ${place}`);
    }
    if (!hasFocus) return;
    // The focus stays with the report, also if what was pressed is no longer there; what is hidden cannot take it.
    this.tidy();
    (focused.hidden ? part(item, "name") : focused).focus();
  }

  /** Say honestly how long this browser keeps what is here. */
  async tellWhetherItLasts() {
    const lasting = await Promise.resolve(navigator.storage).then((storage) => storage.persisted()).catch(() => false);
    write(part(this, "lasts"), this.dataset[lasting ? "lasting" : "passing"]);
  }

  // --- what can be done -------------------------------------------------------------------------------------------

  /** @param {HTMLElement} target */
  async press(target) {
    const control = /** @type {HTMLElement | null} */ (target.closest("my-requests [data-act]"));
    // A press anywhere else takes back what the first one asked for.
    if (control !== this.armed) this.disarm();
    if (!control) return;
    const item = control.closest("li");
    const id = item ? item.id : "";
    const { act } = control.dataset;
    if (act === "delete" && this.confirmed(control, this.dataset.reallyDelete)) await this.forget([id]);
    if (act === "wipe") await this.wipe(control);
    if (act === "photos") await change(id, (old) => old && { ...old, agreed: true });
    if (act === "photos" || act === "try") flush(id);
    if (act === "save-all") await (await this.copies()).saveFile(this, (await all()).filter(({ state }) => state !== "done"));
    const kept = await get(id);
    if (kept && act === "save") await (await this.copies()).saveFile(this, [kept]);
    if (kept && act === "share") await (await this.copies()).shareLink(this, kept, control.dataset.link);
  }

  /** Whether a button has been pressed a second time; the first time it says what the second will do. @param {HTMLElement} control @param {string | undefined} sentence */
  confirmed(control, sentence = "") {
    if (control === this.armed) return true;
    this.armed = control;
    control.dataset.words = /** @type {string} */ (part(control, "words").textContent);
    write(part(control, "words"), sentence);
    write(this.said, sentence);
    return false;
  }

  disarm() {
    if (this.armed) write(part(this.armed, "words"), this.armed.dataset.words);
    this.armed = null;
  }

  /** @param {string[]} ids */
  async forget(ids) {
    this.armed = null;
    for (const id of ids) await change(id, () => null);
    write(this.said, this.dataset.removed);
    part(this, "heading").focus();
  }

  /** Somebody else uses this phone: one press, unless something would be lost that the city does not have. @param {HTMLElement} control */
  async wipe(control) {
    const unsent = every(this, "[data-list]:not([data-list=done]) > *").length;
    if (unsent && !this.confirmed(control, fill(this.dataset.reallyWipe, { count: unsent }))) return;
    this.disarm();
    await this.forget((await all()).map(({ id }) => id));
    // Pages that were looked at say something about a person, too.
    if (self.caches) await caches.delete("seen");
    write(this.said, this.dataset.wiped);
  }

  /** What takes something from this phone. @returns {Promise<any>} */
  copies() {
    return import(/** @type {string} */ (this.dataset.copies));
  }
}

/** Ask the city what has become of a report. @param {Kept} kept */
async function refresh({ id, submit = "", token, locale }) {
  try {
    const response = await fetch(submit, { headers: { Authorization: "Bearer " + token, "Accept-Language": locale }, cache: "no-cache" });
    const answer = await response.json();
    if (response.ok && answer.id === id) await change(id, (old) => old && { ...old, standing: answer.status_words });
    // The city has lost it, as after a fire: it gets it once more.
    if (response.status === 404 && answer.error === "not_found") await change(id, (old) => (old && old.body && old.state === "done" ? { ...old, state: "queued" } : undefined));
  } catch (error) {
    // No network: what is known is shown.
  }
}

customElements.define("my-requests", MyRequests);
