// What is reported already near the pin: shown with its picture, words and date, to follow it instead of reporting again.

import { elements, fromTemplate, make, part, setText } from "./element.js";
import { newNames } from "./names.js";
import { change } from "./store.js";
import { fill } from "./words.js";

/** @typedef {import("./place.js").Picker} Picker */
/** @typedef {import("./place.js").Point} Point */

/**
 * An open request (app/reports/web_nearby.py).
 *
 * @typedef {object} Near
 * @property {string} reference
 * @property {string} title
 * @property {string} description
 * @property {string} language
 * @property {string} place
 * @property {string} date
 * @property {string} distance
 * @property {string} followed
 * @property {string | null} photo_url
 * @property {string} alt
 * @property {string} url
 * @property {string} follow_url
 */

/**
 * Show what is near a point. Without a network, or if there is nothing, nobody is bothered.
 *
 * @param {Picker} picker  the <place-picker>
 * @param {Point} point
 */
export async function showReported(picker, point) {
  const query = new URLSearchParams({
    service_code: picker.field("service_code").value,
    lat: String(point[0]),
    long: String(point[1]),
    locale: document.documentElement.lang,
  });
  /** @type {Near[]} */
  const near = await fetch(`${picker.dataset.reported}?${query}`)
    .then((response) => response.json())
    .then(({ requests }) => requests || [])
    .catch(() => []);
  // The pin has moved on.
  if (String(picker.pin()) !== String(point)) return;
  const shown = near.map(({ reference }) => reference).join();
  const old = part(picker, "reported");
  // What somebody may be reading stays.
  if (old && old.dataset.shown === shown) return;
  if (old) old.remove();
  // In a region of its own: where the pin is has been said already.
  setText(part(picker, "count"), near.length ? fill(picker.dataset.already, { count: near.length }) : "");
  if (!near.length) return;
  const box = fromTemplate(picker, "reported");
  box.dataset.part = "reported";
  box.dataset.shown = shown;
  part(box, "list").append(...near.map((one) => item(picker, box, one)));
  picker.append(box);
}

/** @param {Picker} picker @param {HTMLElement} box @param {Near} near */
function item(picker, box, near) {
  const item = fromTemplate(picker, "request");
  const title = part(item, "title");
  title.textContent = near.title;
  title.setAttribute("href", near.url);
  const description = part(item, "description");
  description.textContent = near.description;
  description.lang = near.language;
  description.dir = "auto";
  part(item, "facts").textContent = [near.distance, near.place, near.date, near.followed]
    .filter(Boolean)
    .join(" · ");
  const photo = /** @type {HTMLImageElement} */ (part(item, "photo"));
  if (near.photo_url) Object.assign(photo, { src: near.photo_url, alt: near.alt });
  else photo.remove();
  const button = part(item, "follow");
  // Whoever hears only the button knows which request it belongs to.
  button.append(make("span", "sr", ` ${near.title}, ${near.distance}`));
  button.addEventListener("click", () => follow(picker, box, near));
  return item;
}

/** @param {Picker} picker @param {HTMLElement} box @param {Near} near */
async function follow(picker, box, near) {
  if (box.dataset.busy) return;
  box.dataset.busy = "1";
  const { following, mine, mineWords, notFollowed } = /** @type {Record<string, string>} */ (picker.dataset);
  const said = part(box, "followed");
  const names = newNames();
  try {
    const response = await fetch(near.follow_url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify({ key: names.token }),
    });
    const answer = await response.json();
    if (!answer.following) throw new Refused(answer.message);
    await keep(names, near);
    for (const button of elements(box, "button")) button.remove();
    said.textContent = following;
    const link = make("a", "", mineWords);
    link.setAttribute("href", mine);
    said.append(" ", link);
  } catch (error) {
    said.textContent = (error instanceof Refused && error.message) || notFollowed;
  }
  delete box.dataset.busy;
  said.focus();
}

/** The city has said no, and why. */
class Refused extends Error {}

/** It belongs to what this phone knows of; its page is opened with the key, so that it can be left again. @param {import("./names.js").Names} names @param {Near} near */
async function keep({ id, token }, { reference, title, place, url }) {
  /** @type {import("./store.js").Kept} */
  const kept = {
    id,
    token,
    reference,
    state: "done",
    followed: true,
    locale: document.documentElement.lang,
    code: "",
    name: title,
    place,
    changed: Date.now(),
    sent: `${url}?key=${token}`,
  };
  await change(id, () => kept).catch(() => {});
}
