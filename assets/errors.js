// What is to be mended: said in a summary and at each control of a form, and taken back.

import { elements, make } from "./element.js";

const DESCRIBED = "aria-describedby";

/** @typedef {[HTMLElement, string]} Problem  A control of the form, and the sentence that says what to do about it. */

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
  openStepOf(problems[0][0]);
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
  for (const message of elements(area, "p.error")) {
    for (const control of elements(area, `[aria-describedby~="${message.id}"]`)) {
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
  for (const line of elements(document, "#errors li")) {
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
  openStepOf(target);
  const field = target.closest("fieldset, .field, .photo") || target;
  field.scrollIntoView();
  inSight(target).focus({ preventScroll: true });
}

/**
 * Ask the steps, if there are any, to show the one that holds a control.
 *
 * @param {HTMLElement | null} target
 */
function openStepOf(target) {
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
  const prefix = make("span", "sr", (host.dataset.errorPrefix || "") + " ");
  const message = make("p", "error", prefix, text);
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
for (const summary of elements(document, "#errors")) follow(summary);
