// <city-alerts>: on every page; sync.js loads this where there is something to do for it. Takes away alerts that have
// ended, and keeps the page of all alerts on this phone as new as the pages beside it. A page that comes from the phone
// shows what was on when the network last answered.

import { Component, elements } from "./element.js";

/** Timers cannot wait longer. */
const LONGEST_MS = 2 ** 31 - 1;

class CityAlerts extends Component {
  ready() {
    const { lang, dataset } = document.documentElement;
    const { tag } = this.dataset;
    const isKept = dataset.away !== undefined || !tag;
    // On a page that has just come, an alert is on because the server says so, whatever this device's clock says.
    if (!isKept && performance.navigation.type !== 2)
      for (const one of ended()) one.removeAttribute("data-until");
    const path = `/${lang}/alerts/`;
    // Where nothing can be kept, pages come from the network only.
    if (location.pathname !== path) this.compare(path, isKept, tag).catch(() => {});
  }

  begin() {
    this.on(document, "visibilitychange", () => this.end());
    this.end();
  }

  /** @param {string} path @param {boolean} isKept @param {string} [tag] */
  async compare(path, isKept, tag) {
    // Only asked for, not opened: that would bring back what a worker that is gone has taken with it.
    const response = await caches.match(path, { cacheName: "seen", ignoreVary: true });
    const html = response ? await response.text() : "";
    if (isKept) this.show(html);
    else if (
      navigator.serviceWorker.controller &&
      !html.includes(`data-tag="${tag}"`) &&
      (await caches.has("seen"))
    )
      await (await caches.open("seen")).add(path);
  }

  /** Show the banner of another page. @param {string} html */
  show(html) {
    // Only the banner: a stylesheet of another version would be against the policy of this page.
    const [banner] = /<city-alerts[\s\S]*<\/city-alerts>/.exec(html) || [""];
    const fresh = new DOMParser().parseFromString(banner, "text/html").querySelector("city-alerts");
    if (!fresh) return;
    for (const old of Array.from(this.childNodes)) old.remove();
    this.append(...Array.from(fresh.childNodes));
    this.end();
  }

  /** Take away what has ended, and come back when the next one does. */
  end() {
    const gone = ended();
    for (const one of gone) {
      if (one.contains(document.activeElement)) elements(document, "main")[0].focus();
      one.remove();
    }
    if (gone.length) this.count();
    const times = elements(document, "[data-until]").map(
      ({ dataset }) => Date.parse(dataset.until) - Date.now(),
    );
    clearTimeout(this.timer);
    if (times.length && this.isConnected)
      this.timer = setTimeout(() => this.end(), Math.min(LONGEST_MS, ...times));
  }

  /** Say how many are left, on the page of all alerts too. */
  count() {
    const lines = elements(this, "[data-part=alert]");
    lines.forEach((line, i) => (line.hidden = i > 0));
    for (const banner of elements(this, "section")) {
      const more = elements(banner, "[data-part=more]")[0];
      banner.hidden = !lines.length;
      more.hidden = lines.length < 2;
      more.children[0].textContent = banner.dataset.more.replace("{count}", lines.length - 1);
    }
    const note = elements(document, "main [data-part=ended]")[0];
    if (note) note.hidden = Boolean(document.querySelector(".alert"));
  }
}

/** What has ended by this device's clock. */
function ended() {
  return elements(document, "[data-until]").filter(({ dataset }) => Date.parse(dataset.until) <= Date.now());
}

customElements.define("city-alerts", CityAlerts);
