// What the elements of our pages share: filled sentences, cloned markup, and messages about what is to be mended.

const DESCRIBED = "aria-describedby";

/** @typedef {[HTMLElement, string]} Problem  A control of the form, and the sentence that says what to do about it. */

/**
 * What every element of ours has: `ready` takes its markup in hand, once; `begin` is its work, each time that it
 * comes onto the page; `ends` is what is to be done when it goes; `timer` is the one thing that it waits for.
 *
 * @typedef {HTMLElement & {ready(): void, begin(): unknown, ends: (() => unknown)[], timer: number | undefined}} Life
 */

/**
 * What improves markup that works without it. Its work begins when it comes onto the page and ends when it is taken
 * away: then nothing of it listens to the page or waits any more. Put back, it goes on.
 */
export class Component extends /** @type {new () => Life} */ (HTMLElement) {
  connectedCallback() {
    if (!this.ends) this.ready();
    this.ends = [];
    this.begin();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const end of this.ends) end();
  }

  /**
   * Listen to something until this element goes.
   *
   * @template {Event} E
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: E) => unknown} listener
   */
  on(target, type, listener) {
    target.addEventListener(type, /** @type {EventListener} */ (listener));
    this.ends.push(() => target.removeEventListener(type, /** @type {EventListener} */ (listener)));
  }
}

/**
 * Fill the {placeholders} of a sentence.
 *
 * @param {string | undefined} sentence
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  // In a right-to-left page a Latin name or a number must not reorder the words around it.
  const [open, close] = document.dir === "rtl" ? ["\u2068", "\u2069"] : ["", ""];
  return (sentence || "").replace(/\{(\w+)\}/g, (whole, name) =>
    name in values ? open + values[name] + close : whole,
  );
}

/** A number as people read it: 482 913 557 0246. @param {string} reference */
export function grouped(reference) {
  return reference.replace(/^(...)(...)(...)/, "$1 $2 $3 ");
}

/**
 * An address in which ID, REFERENCE, TOKEN and CODE stand for those of a report.
 *
 * @param {string | undefined} pattern
 * @param {import("./store.js").Kept} kept
 */
export function address(pattern, { id, reference, token, code }) {
  /** @type {Record<string, string>} */
  const values = { ID: id, REFERENCE: reference, TOKEN: token, "CODE/": code && code + "/" };
  return (pattern || "").replace(/\b(ID|REFERENCE|TOKEN|CODE\/)/g, (name) => values[name]);
}

/**
 * A moment on this device's clock as people write it: November 24, 2026, 2:05 PM. Browsers lack the names of months in
 * many languages, so the page brings them (`moments` in app/http/formats.py).
 *
 * @param {number | string} time  milliseconds, or as HTTP or a field of a form writes it
 */
export function moment(time) {
  const {
    moment = "",
    days = "",
    hours = "",
  } = /** @type {HTMLElement} */ (document.querySelector("sync-status")).dataset;
  const when = new Date(time);
  const day = days
    .split("|")
    [when.getMonth()].replace("{day}", `${when.getDate()}`)
    .replace("{year}", `${when.getFullYear()}`);
  const hour = hours.split("|")[when.getHours()].replace("{minute}", `${when.getMinutes()}`.padStart(2, "0"));
  return moment.replace("{date}", day).replace("{time}", hour);
}

/**
 * The first element inside `host` that is marked `data-part=name`.
 *
 * @param {ParentNode} host
 * @param {string} name
 * @returns {HTMLElement}
 */
export function part(host, name) {
  return /** @type {HTMLElement} */ (host.querySelector(`[data-part="${name}"]:not(template)`));
}

/**
 * All elements inside `host` that fit a selector.
 *
 * @param {ParentNode} host
 * @param {string} selector
 * @returns {any[]}
 */
export function all(host, selector) {
  return Array.from(host.querySelectorAll(selector));
}

/**
 * A copy of the one element that `<template data-part=name>` holds.
 *
 * @param {ParentNode} host
 * @param {string} name
 */
export function copy(host, name) {
  const template = /** @type {HTMLTemplateElement} */ (host.querySelector(`template[data-part="${name}"]`));
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}

/**
 * Write words into an element, unless they stand there already: what is said twice is heard twice.
 *
 * @param {Element} element
 * @param {string} [words]
 */
export function write(element, words = "") {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * Say words in a status, also the same ones again. Screen readers say only what is otherwise than before, so those end
 * with a sign that nobody sees or hears.
 *
 * @param {Element} element
 * @param {string} [words]
 */
export function say(element, words = "") {
  const before = element.textContent || "";
  const again = words && before.startsWith(words);
  element.textContent = words + (again ? (before.endsWith("\u200b") ? "\u00a0" : "\u200b") : "");
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/**
 * Say what is to be mended: a message at each control, and a summary that takes the focus.
 *
 * @param {HTMLElement} host  bears data-errors-heading and data-error-prefix
 * @param {Problem[]} problems
 */
export function complain(host, problems) {
  const summary = document.getElementById("errors") || newSummary(host);
  const list = /** @type {Element} */ (summary.querySelector("ul"));
  for (const [control, text] of problems) {
    const link = /** @type {HTMLAnchorElement} */ (make("a", "", text));
    control.id = control.id || control.getAttribute("name") || "send";
    link.href = "#" + encodeURIComponent(control.id);
    list.append(make("li", "", link));
    addMessage(host, control, text);
  }
  open(problems[0][0]);
  entitle(host);
  summary.focus();
}

/**
 * Take back what was said about the controls in an area.
 *
 * @param {HTMLElement} host
 * @param {HTMLElement} area
 */
export function forgive(host, area) {
  for (const message of all(area, "p.error")) {
    for (const control of all(area, `[aria-describedby~="${message.id}"]`)) {
      const rest = control
        .getAttribute(DESCRIBED)
        .split(" ")
        .filter((/** @type {string} */ id) => id !== message.id);
      if (rest.length) control.setAttribute(DESCRIBED, rest.join(" "));
      else control.removeAttribute(DESCRIBED);
      control.removeAttribute("aria-invalid");
    }
    message.remove();
  }
  for (const line of all(document, "#errors li")) {
    const target = targetOf(line);
    if (!target || area.contains(target)) line.remove();
  }
  const summary = document.getElementById("errors");
  if (summary && !summary.querySelector("li")) summary.remove();
  entitle(host);
}

/**
 * Set the page's title; while something is to be mended, it says so first.
 *
 * @param {HTMLElement} host
 * @param {string} [title]  left out, it stays as it is
 */
export function entitle(host, title = document.title) {
  const prefix = host.dataset.errorPrefix + " ";
  const bare = title.startsWith(prefix) ? title.slice(prefix.length) : title;
  document.title = (document.getElementById("errors") ? prefix : "") + bare;
}

/**
 * Bring a person to a control: its step opens, its label is in sight, the focus is on it.
 *
 * @param {HTMLElement | null} target
 */
export function goTo(target) {
  if (!target) return;
  open(target);
  const field = target.closest("fieldset, .field, .photo") || target;
  field.scrollIntoView();
  inSight(target).focus({ preventScroll: true });
}

/**
 * Ask the steps, if there are any, to show the one that holds a control.
 *
 * @param {HTMLElement | null} target
 */
export function open(target) {
  if (target) target.dispatchEvent(new CustomEvent("step-open", { bubbles: true }));
}

/**
 * The element a line of the summary links to.
 *
 * @param {Element} line
 */
export function targetOf(line) {
  const link = /** @type {HTMLAnchorElement} */ (line.querySelector("a"));
  return document.getElementById(decodeURIComponent(link.hash.slice(1)));
}

const SEEN = "input:not([type=hidden]):not([hidden]), select, textarea, button, [tabindex]";

/**
 * What can take the focus in place of a hidden field, such as the latitude of a pin or the bytes of a photo.
 *
 * @param {HTMLElement} element
 * @returns {HTMLElement}
 */
function inSight(element) {
  if (element.matches(SEEN)) return element;
  const area = element.closest(".field, .photo, place-picker, photo-input, [data-step]");
  return (area && area.querySelector(SEEN)) || element;
}

/** @param {HTMLElement} host */
function newSummary(host) {
  const heading = make("h2", "", host.dataset.errorsHeading || "");
  heading.id = "errors-heading";
  const summary = make("div", "errors", heading, make("ul", ""));
  summary.id = "errors";
  summary.tabIndex = -1;
  summary.setAttribute("role", "group");
  summary.setAttribute("aria-labelledby", heading.id);
  follow(summary);
  (host.closest("offline-form") || host).before(summary);
  return summary;
}

/**
 * @param {HTMLElement} host
 * @param {HTMLElement} control
 * @param {string} text
 */
function addMessage(host, control, text) {
  const prefix = make("span", "sr", host.dataset.errorPrefix || "");
  const message = make("p", "error", prefix, " ", text);
  message.id = control.id + "-error";
  const spoken = inSight(control);
  const described = spoken.getAttribute(DESCRIBED);
  spoken.setAttribute(DESCRIBED, (described ? described + " " : "") + message.id);
  const choice = control.closest(".choice");
  // aria-invalid is not allowed on radio buttons (ARIA 1.2), and one wrong check box says little about its group.
  if (!choice && spoken === control) control.setAttribute("aria-invalid", "true");
  (choice || control).before(message);
}

/** Lead people from a line of the summary to its control, whichever step that is in. @param {HTMLElement} summary */
function follow(summary) {
  summary.addEventListener("click", (event) => {
    const line = /** @type {Element} */ (event.target).closest("li");
    if (!line) return;
    event.preventDefault();
    goTo(targetOf(line));
  });
}

// One that came with the page.
for (const summary of all(document, "#errors")) follow(summary);
