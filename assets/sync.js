// <sync-status>: on every page. Keeps the portal on this phone, sends what waits, and says what is here and unsent.

import { fill, moment, part, write } from "./forms.js";
import { flush } from "./outbox.js";
import { all, listen } from "./store.js";

const EVERY_MS = 3e4;
/** Many things may happen at once; they are said in one go. */
const REST_MS = 500;

class SyncStatus extends HTMLElement {
  constructor() {
    super();
    this.said = part(this, "said");
    this.link = part(this, "link");
    let timer = 0;
    listen(() => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.show(), REST_MS);
    });
    window.addEventListener("online", () => flush(true));
    document.addEventListener("visibilitychange", () => document.hidden || flush(true));
    // navigator.onLine says little: whether something gets through, only trying shows.
    setInterval(flush, EVERY_MS);
    // The page comes first.
    window.addEventListener("load", install);
    this.begin();
  }

  async begin() {
    const { away } = document.documentElement.dataset;
    if (away !== undefined) part(this, "away").hidden = false;
    if (away) part(this, "since").textContent = fill(this.dataset.since, { time: moment(Date.parse(away)) });
    await this.show();
    flush(true);
  }

  /** Say what is here and not with the city yet. */
  async show() {
    // What is on this very page speaks for itself, and nothing may move below somebody's fingers.
    const here = /** @type {HTMLInputElement | null} */ (document.querySelector("offline-form [name=id]"));
    const reports = (await all()).filter(({ id }) => !here || id !== here.value);
    const waiting = reports.filter(({ state }) => state === "queued" || state === "accepted").length;
    const drafts = reports.filter(({ state }) => state === "draft").length;
    const stuck = reports.filter(({ state }) => state === "attention").length;
    const words = [
      waiting && fill(this.dataset.waiting, { count: waiting }),
      stuck && fill(this.dataset.stuck, { count: stuck }),
      drafts && fill(this.dataset.drafts, { count: drafts }),
    ];
    const sentence = words.filter(Boolean).join(" ");
    this.hidden = !sentence && document.documentElement.dataset.away === undefined;
    this.link.hidden = !sentence;
    write(this.said, sentence);
  }
}

/** Keep the pages of this language on the phone, so that they are there without a network. */
async function install() {
  try {
    await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    if (active) active.postMessage({ keep: document.documentElement.lang });
  } catch (error) {
    // An old browser, or a private window: everything works, but only with a network.
  }
}

customElements.define("sync-status", SyncStatus);
