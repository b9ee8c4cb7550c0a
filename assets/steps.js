// <step-form>: shows the sections of a form one at a time. Each step is an entry of the browser's history.

import { Component, elements, fromTemplate, make, part, setText } from "./element.js";
import { complain, entitle, forgive, goTo, targetOf } from "./errors.js";
import { contentOf } from "./fields.js";
import { isCostly } from "./outbox.js";
import { fill, moment } from "./words.js";

/**
 * What a history entry remembers.
 *
 * @typedef {object} Entry
 * @property {string} step  the step's key
 * @property {number} up    how many entries back the step before it is; 0 if that is not in the history
 * @property {string} [then]  where Continue leads, if not to the next step
 */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */
/** @typedef {import("./errors.js").Problem} Problem */

/** What a report weighs on its way besides words and photos, in bytes. */
const AROUND = 1500;

/**
 * What `ready` finds or makes.
 *
 * @typedef {object} Parts
 * @property {HTMLFormElement} form
 * @property {HTMLElement[]} steps
 * @property {HTMLElement} current
 * @property {HTMLElement} progress
 * @property {HTMLElement} buttons
 * @property {HTMLElement} back
 * @property {HTMLElement} next
 * @property {string} pageTitle
 * @property {boolean} [moved]  whether the person has gone from one step to another
 * @property {string} [left]  the step that was open when the page was left
 */

class StepForm extends /** @type {new () => Component & Parts} */ (Component) {
  // Modules run when the page is complete, so everything is there already.
  ready() {
    this.form = /** @type {HTMLFormElement} */ (this.closest("form"));
    /** @type {HTMLElement[]} */
    this.steps = elements(this, "[data-step]");
    this.current = this.steps[0];
    this.progress = fromTemplate(this, "progress");
    this.buttons = fromTemplate(this, "buttons");
    this.back = part(this.buttons, "back");
    this.next = part(this.buttons, "next");
    this.pageTitle = document.title.replace(this.dataset.errorPrefix + " ", "");
    this.left = entry().step;
    this.enter();
    const summary = document.getElementById("errors");
    if (summary) summary.focus();
  }

  begin() {
    // Browsers put back what was typed only now; with it, a later step may be within reach.
    this.on(window, "pageshow", () => this.moved || this.enter());
    this.on(this.buttons, "click", (/** @type {MouseEvent} */ event) => {
      // The second click of a double click would press what stands there in the next step.
      if (event.detail > 1) return;
      if (event.target === this.next) this.goOn();
      if (event.target === this.back) this.goBack();
    });
    // Before <offline-form>, which holds the form: Enter in a field means Continue, and nothing incomplete is sent.
    this.on(this.form, "submit", (event) => this.check(event));
    this.on(this, "step-open", (event) => {
      const section = this.holderOf(/** @type {Element} */ (event.target));
      if (section && section !== this.current)
        this.go(section, this.isLast() ? keyOf(this.current) : undefined);
    });
    this.on(window, "popstate", () => this.travel());
  }

  enter() {
    const first = this.firstStep(this.left || keyOfHash());
    history.replaceState({ up: 0, ...entry(), step: keyOf(first) }, "");
    this.show(first);
  }

  /**
   * The step to begin with: one with an error, the one that was open, or the first that is not complete.
   *
   * @param {string} wanted
   */
  firstStep(wanted) {
    const error = document.querySelector("#errors li");
    // A slow module must not take a field away from under somebody's fingers.
    const needed = (error && this.holderOf(targetOf(error))) || this.holderOf(document.activeElement);
    if (needed) return needed;
    const index = this.steps.findIndex((step) => keyOf(step) === wanted);
    const open = this.steps.findIndex((step) => this.problemsIn(step).length);
    return this.steps[Math.max(0, open < 0 ? index : Math.min(index, open))];
  }

  /** The step that holds an element. @param {Element | null} element */
  holderOf(element) {
    return this.steps.find((step) => step.contains(element));
  }

  /** Show a step; says nothing and moves nothing. @param {HTMLElement} section */
  show(section) {
    this.current = section;
    for (const step of this.steps) step.hidden = step !== section;
    const heading = headingOf(section);
    const n = this.steps.indexOf(section) + 1;
    this.progress.textContent = fill(this.dataset.stepOf, { n, total: this.steps.length });
    heading.before(this.progress);
    heading.setAttribute("aria-describedby", "progress");
    this.back.hidden = n === 1;
    this.next.hidden = this.isLast();
    section.append(this.buttons);
    if (this.isLast()) {
      this.fillAnswers();
      this.tellCost();
    }
    /** @type {HTMLElement} */ (this.closest("main")).dataset.at = keyOf(section);
    entitle(this, [heading.textContent, this.progress.textContent, this.pageTitle].join(" – "));
  }

  /** Show a step, and let people who listen know. @param {HTMLElement} section */
  open(section) {
    this.moved = true;
    this.show(section);
    window.scrollTo(0, 0);
    headingOf(section).focus();
  }

  /**
   * Open a step as a new entry of the history.
   *
   * @param {HTMLElement} section
   * @param {string} [then]
   */
  go(section, then) {
    history.pushState({ step: keyOf(section), up: 1, then }, "", "#step-" + keyOf(section));
    this.open(section);
  }

  /** The browser went to another entry of the history. */
  travel() {
    const key = entry().step || keyOfHash();
    const section = key ? this.named(key) : this.steps[0];
    // A link within the page, as the one past the header: still the same step.
    if (!section) history.replaceState({ step: keyOf(this.current), up: 2 }, "");
    else if (section !== this.current && !this.form.dataset.busy) this.open(section);
  }

  /** @param {string} key */
  named(key) {
    return this.steps.find((step) => keyOf(step) === key);
  }

  goBack() {
    const { up } = entry();
    if (this.form.dataset.busy) return;
    if (up) return history.go(-up);
    const before = this.steps[this.steps.indexOf(this.current) - 1];
    history.replaceState({ step: keyOf(before), up: 0 }, "", "#step-" + keyOf(before));
    this.open(before);
  }

  goOn() {
    const problems = this.problemsIn(this.current);
    forgive(this, this.current);
    if (problems.length) complain(this, problems);
    else this.go(this.named(entry().then || "") || this.steps[this.steps.indexOf(this.current) + 1]);
  }

  /** @param {Event} event  the form is about to be sent */
  check(event) {
    if (!this.isLast()) {
      event.preventDefault();
      return this.goOn();
    }
    const problems = this.problemsIn(this);
    forgive(this, this);
    if (!problems.length) return;
    event.preventDefault();
    complain(this, problems);
  }

  isLast() {
    return this.current === this.steps[this.steps.length - 1];
  }

  /** What an area of the form still needs. @param {HTMLElement} area @returns {Problem[]} */
  problemsIn(area) {
    /** @type {Problem[]} */
    const problems = [];
    let before = "";
    for (const control of elements(area, "[data-required]")) {
      const { localName, name, type } = control;
      const asked = name && name === before;
      before = name;
      if (asked) continue;
      if (localName === "place-picker") {
        const [address, lat] = elements(control, "[name=address_string], [name=lat]");
        if (!address.value.trim() && !lat.value) problems.push([address, this.dataset.missingPlace || ""]);
      } else if (!answersIn(fieldOf(control)).length) {
        const sentence =
          this.dataset[
            type === "checkbox"
              ? "missingChoices"
              : /^(radio|select)/.test(type)
                ? "missingChoice"
                : "missing"
          ];
        problems.push([control, fill(sentence, { label: labelOf(fieldOf(control)) })]);
      }
    }
    return problems;
  }

  fillAnswers() {
    const list = part(this, "answers");
    list.textContent = "";
    list.hidden = false;
    for (const section of this.steps.slice(0, -1)) {
      const fields = elements(section, ".field, [data-answer]").filter(isListed);
      for (const field of fields) list.append(this.line(field, labelOf(field), answersIn(field).join("\n")));
      if (!fields.length) list.append(this.line(section, headingOf(section).textContent, ""));
    }
  }

  /** How much of somebody's data it will take. */
  tellCost() {
    const photos = elements(this, "[name=media]").reduce(
      (sum, { files }) => sum + (files[0] ? files[0].size : 0),
      0,
    );
    const words = JSON.stringify(contentOf(this.form)).length;
    const sentence = photos && isCostly() ? this.dataset.costLater : this.dataset.cost;
    setText(part(this, "cost"), fill(sentence, { kb: Math.ceil((photos + words + AROUND) / 1000) }));
  }

  /**
   * @param {HTMLElement} field
   * @param {string | null} label
   * @param {string} answer
   */
  line(field, label, answer) {
    const change = make("a", "", this.dataset.change || "", make("span", "sr", " " + label));
    change.setAttribute("href", "#step-" + keyOf(/** @type {HTMLElement} */ (this.holderOf(field))));
    change.addEventListener("click", (event) => {
      event.preventDefault();
      if (!this.form.dataset.busy) goTo(field);
    });
    const words = answer || field.dataset.nothing || this.dataset.notAnswered || "";
    // <bdi>: whatever script somebody wrote in, it does not disturb the page's own direction.
    return make(
      "div",
      "",
      make("dt", "", label || ""),
      make("dd", "said", make("bdi", "", words)),
      make("dd", "", change),
    );
  }
}

/** @returns {Partial<Entry>} */
function entry() {
  return history.state || {};
}

/** @param {HTMLElement} section */
function keyOf(section) {
  return section.dataset.step || "";
}

function keyOfHash() {
  return location.hash.replace("#step-", "");
}

/** @param {HTMLElement} section */
function headingOf(section) {
  return /** @type {HTMLElement} */ (section.querySelector("h2"));
}

/** @param {HTMLElement} control */
function fieldOf(control) {
  return /** @type {HTMLElement} */ (control.closest(".field"));
}

/** The words of a field's label, without "(optional)". @param {HTMLElement} field */
function labelOf(field) {
  const label = field.querySelector("legend, label");
  return field.dataset.answer || (label && label.firstChild && label.firstChild.textContent) || "";
}

/** Places for photos that are empty and a pin that is not there are not listed. @param {HTMLElement} field */
function isListed(field) {
  const controls = elements(field, "[type=file], input");
  return (
    !field.dataset.answer ||
    (controls.length ? controls[0].type !== "file" || isAnswered(controls[0]) : field.textContent)
  );
}

/** What a person answered, in the words they saw. @param {HTMLElement} field @returns {string[]} */
function answersIn(field) {
  const controls = elements(field, "input:not([type=file]), select, textarea");
  return controls.length ? controls.filter(isAnswered).map(answerOf) : [field.textContent || ""];
}

/** @param {any} control */
function isAnswered({ type, checked, files, value }) {
  if (type === "file") return files.length;
  return type === "radio" || type === "checkbox" ? checked : value.trim();
}

/** @param {any} control */
function answerOf({ type, value, selectedOptions, parentNode }) {
  if (selectedOptions) return selectedOptions[0].text;
  if (type === "radio" || type === "checkbox") return parentNode.textContent.trim();
  return type === "datetime-local" ? moment(value) : value.trim();
}

customElements.define("step-form", StepForm);
