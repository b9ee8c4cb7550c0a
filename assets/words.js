// Sentences, numbers, addresses and moments, filled in as the page has them.

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
export function addressOf(pattern, { id, reference, token, code }) {
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
