// <sync-status>: on every page. Keeps the portal on this phone, sends what waits, and says what is here and unsent.

import { fill, moment, part } from "./forms.js";
import { flush } from "./outbox.js";
import { all, change, listen } from "./store.js";

const EVERY_MS = 3e4;

class SyncStatus extends HTMLElement {
  constructor() {
    super();
    this.said = part(this, "said");
    this.link = part(this, "link");
    listen(({ doing }) => doing || this.show());
    for (const event of ["online", "focus"]) window.addEventListener(event, () => flush(true));
    document.addEventListener("visibilitychange", () => document.hidden || flush(true));
    // navigator.onLine says little: whether something gets through, only trying shows.
    setInterval(flush, EVERY_MS);
    window.addEventListener("beforeinstallprompt", (event) => this.invite(/** @type {any} */ (event)));
    this.begin();
  }

  /** A quiet offer to put the portal on the home screen; after a no it is never made again. @param {any} event */
  invite(event) {
    event.preventDefault();
    const box = document.querySelector("[data-part=install]");
    if (!box || kept("no-install")) return;
    /** @type {HTMLElement} */ (box).hidden = false;
    box.addEventListener("click", ({ target }) => {
      const { act } = /** @type {HTMLElement} */ (target).dataset;
      if (act === "install") event.prompt();
      if (act === "no-install") keep(act);
      if (act) box.remove();
    });
  }

  async begin() {
    const { away } = document.documentElement.dataset;
    if (away !== undefined) part(this, "away").hidden = false;
    if (away) part(this, "since").textContent = fill(this.dataset.since, { time: moment(Date.parse(away)) });
    await noteSent();
    await this.show();
    flush(true);
    if (document.readyState !== "complete") await new Promise((resolve) => window.addEventListener("load", resolve));
    install();
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
    if (this.said.textContent !== sentence) this.said.textContent = sentence;
  }
}

/** @param {string} name */
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch (error) {
    // A browser that keeps nothing would ask again and again.
    return "1";
  }
}

/** @param {string} name */
function keep(name) {
  try {
    localStorage.setItem(name, "1");
  } catch (error) {
    // As above.
  }
}

/** A report that arrived by the plain form is no draft any more. */
async function noteSent() {
  const receipt = /** @type {HTMLElement | null} */ (document.querySelector("[data-sent-number]"));
  if (!receipt) return;
  for (const { id, reference, state } of await all()) {
    if (reference === receipt.dataset.sentNumber && state !== "done") await change(id, (old) => old && { ...old, state: "done", sent: location.pathname });
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
