// Suggestions for the place: an editable combobox with a list (ARIA Authoring Practices, "list autocomplete with manual
// selection"). Nothing is chosen unless somebody chooses it, and the words alone are always enough.

import { make, part, setText } from "./element.js";
import { fill } from "./words.js";

/** @typedef {import("./place.js").Found} Found */
/** @typedef {import("./place.js").Picker} Picker */

/** So long after the last key somebody has stopped typing. */
const REST_MS = 250;
/** Fewer letters say nothing yet; in Chinese one is a word. */
const FEWEST = 2;
const LIST = "places-found";

export class Suggestions {
  /** @param {Picker} picker  the <place-picker> @param {HTMLInputElement} input */
  constructor(picker, input) {
    this.picker = picker;
    this.input = input;
    this.said = part(picker, "count");
    this.list = make("ul", "found");
    this.list.id = LIST;
    /** @type {Found[]} */
    this.found = [];
    /** Which one the arrow keys are at; -1: none. */
    this.at = -1;
    this.timer = 0;
    this.request = new AbortController();
    input.setAttribute("aria-controls", LIST);
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", picker.dataset.list || "");
    this.list.hidden = true;
    this.pressing = false;
    input.after(this.list);
    this.listen();
    this.watch();
  }

  listen() {
    const { input, list } = this;
    // The browser's own suggestions would cover ours. Without a focus it may remember what was typed.
    const own = (/** @type {boolean} */ off) =>
      off ? input.setAttribute("autocomplete", "off") : input.removeAttribute("autocomplete");
    own(document.activeElement === input);
    input.addEventListener("focus", () => own(true));
    input.addEventListener("blur", () => own(false));
    input.addEventListener("blur", () => this.leave());
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    // The focus stays in the field, so that the list is still there when the finger leaves it.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.choose(Array.from(list.children).indexOf(option));
    });
  }

  /** Whoever presses what is below the list must not have it move away from under the finger: first the press is over. */
  watch() {
    for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
      this.picker.on(document, type, () => {
        this.pressing = type === "pointerdown";
        this.leave();
      });
    }
  }

  leave() {
    if (!this.pressing) setTimeout(() => document.activeElement === this.input || this.close());
  }

  typed() {
    clearTimeout(this.timer);
    this.request.abort();
    const words = this.input.value.trim();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the first of a range.
    if (words.length < FEWEST && !/[^\u0000-\u2e7f]/.test(words)) return this.close();
    this.timer = window.setTimeout(() => this.search(words), REST_MS);
  }

  /** @param {string} words */
  async search(words) {
    const { picker } = this;
    this.request = new AbortController();
    const { signal } = this.request;
    const query = new URLSearchParams({ q: words, locale: document.documentElement.lang });
    try {
      const response = await fetch(`${picker.dataset.search}?${query}`, { signal });
      if (!response.ok) throw new Error();
      const { results, message } = await response.json();
      this.show(results, message);
    } catch (error) {
      if (signal.aborted) return;
      const atlas = await picker.atlas();
      if (!signal.aborted) this.show(atlas ? atlas.search(words) : []);
    }
  }

  /** @param {Found[]} found @param {string} [message]  what to say if there is none */
  show(found, message) {
    // Whoever has left the field has said all they wanted to.
    if (document.activeElement !== this.input) return;
    this.found = found;
    this.list.textContent = "";
    for (const [n, { name, area, note }] of found.entries()) {
      const option = make("li", "", make("bdi", "", name));
      if (area || note) option.append(" ", make("span", "hint", [area, note].filter(Boolean).join(" · ")));
      option.id = `${LIST}-${n}`;
      option.setAttribute("role", "option");
      this.list.append(option);
    }
    this.open(found.length > 0);
    // How many there are is in sight already.
    this.said.classList.toggle("sr", !message);
    setText(
      this.said,
      message || (found.length ? fill(this.picker.dataset.count, { count: found.length }) : ""),
    );
  }

  /** @param {boolean} open */
  open(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.goTo(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.request.abort();
    this.open(false);
    setText(this.said);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key } = event;
    // While a word is being put together, keys belong to that.
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
    if (step && this.found.length) {
      if (this.list.hidden) this.open(true);
      // Past either end is the field itself.
      const places = this.found.length + 1;
      if (!event.altKey) this.goTo(((this.at + 1 + step + places) % places) - 1);
    } else if (key === "Enter" && this.at >= 0) this.choose(this.at);
    else if (key === "Escape" && !this.list.hidden) this.close();
    else {
      if (key !== "Tab") this.goTo(-1);
      return;
    }
    event.preventDefault();
  }

  /** @param {number} n */
  goTo(n) {
    this.at = n;
    for (const [i, option] of Array.from(this.list.children).entries())
      option.setAttribute("aria-selected", String(i === n));
    const option = this.list.children[n];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} n */
  choose(n) {
    const found = this.found[n];
    this.found = [];
    this.close();
    this.picker.choose(found);
  }
}
