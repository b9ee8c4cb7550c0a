// What the elements of our pages share: their life on a page, and how they find, clone and write markup.

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
export function elements(host, selector) {
  return Array.from(host.querySelectorAll(selector));
}

/**
 * A copy of the one element that `<template data-part=name>` holds.
 *
 * @param {ParentNode} host
 * @param {string} name
 */
export function fromTemplate(host, name) {
  const template = /** @type {HTMLTemplateElement} */ (host.querySelector(`template[data-part="${name}"]`));
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}

/**
 * Write words into an element, unless they stand there already: what is said twice is heard twice.
 *
 * @param {Element} element
 * @param {string} [words]
 */
export function setText(element, words = "") {
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
