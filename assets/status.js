// <live-status>: looks now and then whether the page has changed, shows what is new and says the status once.

import { Component, elements, part } from "./element.js";
import { fill } from "./words.js";

const EVERY_S = 60;
const AT_MOST_S = 15 * 60;

/**
 * What `ready` finds or makes.
 *
 * @typedef {object} Parts
 * @property {HTMLElement} live
 * @property {string} seen
 * @property {number} wait
 * @property {number} due
 */

class LiveStatus extends /** @type {new () => Component & Parts} */ (Component) {
  ready() {
    this.live = part(this, "live");
    /** The live part as the server last sent it. */
    this.seen = this.live.innerHTML;
    /** Seconds until the next look. */
    this.wait = EVERY_S;
    this.due = Infinity;
  }

  begin() {
    this.on(document, "visibilitychange", () => this.due <= Date.now() && this.look());
    this.next();
  }

  next() {
    if (!this.isConnected) return;
    this.due = Date.now() + this.wait * 1000;
    this.timer = window.setTimeout(() => this.look(), this.wait * 1000);
  }

  async look() {
    if (document.visibilityState !== "visible") return;
    clearTimeout(this.timer);
    this.due = Infinity;
    try {
      // "no-cache" makes the browser ask with the page's ETag; an unchanged page costs a few bytes.
      const response = await fetch(location.pathname + location.search, { cache: "no-cache" });
      if (!response.ok) throw new Error(response.statusText);
      this.show(await response.text());
      this.wait = EVERY_S;
    } catch (error) {
      this.wait = Math.min(AT_MOST_S, this.wait * 2);
    }
    this.next();
  }

  /** @param {string} html */
  show(html) {
    // Without the stylesheet: that of another version would be against the policy of this page.
    const [main] = /<main[\s\S]*<\/main>/.exec(html) || [""];
    const page = new DOMParser().parseFromString(main, "text/html");
    const fresh = part(page, "live");
    if (!fresh || fresh.innerHTML === this.seen) return;
    this.seen = fresh.innerHTML;
    replaceWhatDiffers(this.live, fresh);
    const { status } = fresh.dataset;
    if (status !== this.live.dataset.status)
      part(this, "said").textContent = fill(this.dataset.changed, { status: status || "" });
    this.live.dataset.status = status;
  }
}

/**
 * Put the new children in place of those that differ, so that whoever reads in another stays there; a focused link
 * that had to go hands the focus to the one that leads to the same place.
 *
 * @param {Element} old
 * @param {Element} fresh
 */
function replaceWhatDiffers(old, fresh) {
  const href = document.activeElement && document.activeElement.getAttribute("href");
  const now = Array.from(old.childNodes);
  const next = Array.from(fresh.childNodes);
  next.forEach((node, i) =>
    now[i] ? now[i].isEqualNode(node) || now[i].replaceWith(node) : old.append(node),
  );
  for (const node of now.slice(next.length)) node.remove();
  const link =
    document.activeElement === document.body &&
    elements(old, "a").find((link) => link.getAttribute("href") === href);
  if (link) link.focus({ preventScroll: true });
}

customElements.define("live-status", LiveStatus);
