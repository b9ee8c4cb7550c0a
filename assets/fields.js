// What stands in the fields of a form, as plain values, and back again.

import { elements } from "./element.js";

/** @typedef {import("./store.js").Content} Content */

/** Fields that the page itself fills, and those of photos. */
const THE_PAGES_OWN = /^(id$|reference|manage_|service_|language|question|media|leave_)/;

/** Every field under its own name; several answers as a list. @param {HTMLFormElement} form @returns {Content} */
export function contentOf(form) {
  const data = new FormData(form);
  /** @type {Content} */
  const content = {};
  for (const name of Array.from(data.keys())) {
    if (/^(media(\[|$)|leave_)/.test(name)) continue;
    const values = data.getAll(name).map((value) => String(value).trim());
    content[name] = values.length > 1 ? values : values[0];
  }
  return content;
}

/** @param {HTMLFormElement} form @param {string} name */
export function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.querySelector(`[name=${name}]`));
}

/** What the report in a form is called. @param {HTMLFormElement} form */
export function namesOf(form) {
  return {
    id: field(form, "id").value,
    reference: field(form, "reference").value,
    token: field(form, "manage_token").value,
  };
}

/** @param {HTMLFormElement} form @param {import("./names.js").Names} names */
export function setNames(form, { id, reference, token }) {
  field(form, "id").value = id;
  field(form, "reference").value = reference;
  field(form, "manage_token").value = token;
}

/** @param {string | string[]} [value] @returns {string[]} */
export function listOf(value = []) {
  return /** @type {string[]} */ ([]).concat(value);
}

/**
 * Put back what stood in a form. What somebody has typed since the page came, or the browser has put back, is newer.
 *
 * @param {HTMLFormElement} form
 * @param {Content} content
 */
export function fillForm(form, content) {
  for (const control of elements(form, "input[name], select[name], textarea[name]")) {
    const { name, type } = control;
    if (THE_PAGES_OWN.test(name)) continue;
    const given = listOf(content[name]);
    if (/radio|checkbox/.test(type)) control.checked = given.includes(control.value);
    else if (control.value === (control.defaultValue || "")) control.value = given[0] || "";
  }
}
