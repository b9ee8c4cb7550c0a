// <service-list>: what the list of types can do without the server: be searched, and take a draft along.

import { Component, elements, make } from "./element.js";
import { folded } from "./fold.js";

const UNSPACED = /^[\u3400-\u9fff\uf900-\ufaff]{1,6}$/;

class ServiceList extends Component {
  ready() {
    const asked = new URLSearchParams(location.search);
    const draft = asked.get("draft");
    if (draft) this.takeAlong(draft);
    // The server has not answered the search: this page comes from the phone.
    if (asked.get("q") && document.documentElement.dataset.away !== undefined)
      this.find(asked.get("q") || "");
  }

  begin() {}

  /** A draft goes on in the type that is chosen, found by a search or not. @param {string} draft */
  takeAlong(draft) {
    for (const link of elements(this, ".services a")) link.search = "?draft=" + encodeURIComponent(draft);
    const field = /** @type {HTMLInputElement} */ (make("input", ""));
    Object.assign(field, { type: "hidden", name: "draft", value: draft });
    for (const form of elements(document, "form.search")) form.append(field);
  }

  /** Show only what has every word, in whatever order. @param {string} query */
  find(query) {
    const words = folded(query);
    const items = elements(this, ".services li");
    const fits = items.map((item) => {
      const known = folded(item.textContent + " " + item.dataset.words);
      // Where nobody puts spaces between words, a whole sentence is typed, and a keyword stands somewhere in it.
      const parts = known.filter((word) => UNSPACED.test(word));
      const text = " " + known.join(" ");
      // Two letters are the beginning of a word, or they are everywhere.
      const has = (/** @type {string} */ word) =>
        text.includes(/^[a-z]{1,2}$/.test(word) ? " " + word : word);
      return words.every((word) => has(word) || parts.some((part) => word.includes(part)));
    });
    // Better everything than nothing.
    if (!fits.includes(true)) return;
    items.forEach((item, n) => (item.hidden = !fits[n]));
    for (const group of elements(this, "section")) group.hidden = !group.querySelector("li:not([hidden])");
    /** @type {HTMLInputElement} */ (document.getElementById("q")).value = query;
  }
}

customElements.define("service-list", ServiceList);
