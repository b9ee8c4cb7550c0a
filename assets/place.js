// <place-picker>: adds the device's location, a map and what a photo knows to the place in words.

import { copy, fill, part } from "./forms.js";

/** @typedef {[number, number]} Point  latitude and longitude in WGS84 degrees */

/**
 * What is known of the city.
 *
 * @typedef {object} Places
 * @property {Point[]} outline
 * @property {Point[][]} holes
 * @property {{kind: "river" | "street", name: string, points: Point[]}[]} lines
 * @property {[string, number, number][]} places
 */

const METERS_PER_DEGREE = 111195;
const FEET_PER_METER = 3.28084;
const METERS_PER_MILE = 1609.344;
// The same distances as on the server: "at" up to here, feet up to there, and beyond that no place helps.
const VERY_CLOSE_M = 25;
const LONG_WAY_M = 500;
const TOO_FAR_M = 5000;

class PlacePicker extends HTMLElement {
  constructor() {
    super();
    const tools = copy(this, "tools");
    this.append(tools);
    this.said = part(tools, "said");
    this.words = part(tools, "pin-words");
    this.mapButton = part(tools, "show-map");
    const kb = this.dataset.mapKb;
    this.mapWords = this.mapButton.textContent + (kb ? " " + fill(this.dataset.mapSize, { kb }) : "");
    this.mapButton.textContent = this.mapWords;
    this.removeButton = part(tools, "remove");
    const locate = part(tools, "locate");
    locate.hidden = !navigator.geolocation || !window.isSecureContext;
    locate.addEventListener("click", () => this.locate());
    this.mapButton.addEventListener("click", () => this.toggleMap());
    this.removeButton.addEventListener("click", () => this.removePin());
    this.locating = false;
    this.offered = false;
    /** @type {Places | undefined} */
    this.known = undefined;
    const form = /** @type {HTMLElement} */ (this.closest("form"));
    form.addEventListener("photo-location", (event) => this.offer(/** @type {CustomEvent} */ (event)));
    // Browsers put back hidden fields only when the page is shown.
    window.addEventListener("pageshow", () => this.pin() && this.tell(undefined, true));
  }

  /** @param {string} name */
  field(name) {
    return /** @type {HTMLInputElement} */ (this.querySelector(`[name=${name}]`));
  }

  /** The pin, if there is one. @returns {Point | null} */
  pin() {
    return this.field("lat").value ? [Number(this.field("lat").value), Number(this.field("long").value)] : null;
  }

  /**
   * Put the pin somewhere; the words that somebody wrote stay as they are.
   *
   * @param {Point} point
   * @param {"device" | "map" | "photo"} source
   * @param {number} [accuracy]  meters
   */
  setPin(point, source, accuracy) {
    this.field("lat").value = point[0].toFixed(6);
    this.field("long").value = point[1].toFixed(6);
    this.field("place_source").value = source;
    this.field("accuracy_m").value = accuracy === undefined ? "" : String(Math.round(accuracy));
  }

  removePin() {
    for (const name of ["lat", "long", "place_source", "accuracy_m"]) this.field(name).value = "";
    this.words.textContent = "";
    this.removeButton.hidden = this.words.hidden = true;
    this.say(this.dataset.removed);
    this.mapButton.focus();
    this.dispatchEvent(new Event("pin-removed"));
  }

  /**
   * Say something to everybody, or only to those who listen.
   *
   * @param {string | undefined} sentence
   * @param {boolean} [shown]  left out, it is in sight, too
   */
  say(sentence, shown = true) {
    this.said.classList.toggle("sr", !shown);
    this.said.textContent = sentence || "";
  }

  /**
   * Show where the pin is, and say it. (The words in sight are no live region, because the map's slider speaks for
   * itself, and regions that are switched off for a moment stay silent in some screen readers.)
   *
   * @param {(place: string) => string} [sentence]
   * @param {boolean} [silently]
   */
  async tell(sentence, silently) {
    await this.places();
    const point = this.pin();
    if (!point) return;
    this.removeButton.hidden = this.words.hidden = false;
    const place = this.describe(point);
    const words = sentence ? sentence(place) : fill(this.dataset.pinAt, { place });
    this.words.textContent = words + (this.isOutside(point) ? " " + this.dataset.outside : "");
    this.say(silently ? "" : this.words.textContent, false);
  }

  /** What is known of the city, or null while it cannot be had. @returns {Promise<Places | null>} */
  async places() {
    if (this.known) return this.known;
    // Words about the place are worth a short wait, not a long one.
    const late = new Promise((resolve) => setTimeout(resolve, 8000));
    const load = async () => {
      const response = await fetch(this.dataset.places || "");
      return response.ok ? response.json() : undefined;
    };
    this.known = await Promise.race([load(), late]).catch(() => undefined);
    return this.known || null;
  }

  locate() {
    if (this.locating) return;
    this.locating = true;
    this.say(this.dataset.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.located(coords),
      (error) => {
        this.locating = false;
        this.say(error.code === error.PERMISSION_DENIED ? this.dataset.denied : this.dataset.unknown);
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  }

  /** @param {GeolocationCoordinates} coords */
  async located({ latitude, longitude, accuracy }) {
    this.setPin([latitude, longitude], "device", accuracy);
    const { located, locatedRoughly } = this.dataset;
    const [sentence, size] = accuracy > LONG_WAY_M ? [locatedRoughly, miles(accuracy)] : [located, feet(accuracy)];
    await this.tell((place) => fill(sentence, { accuracy: size, place }));
    this.locating = false;
    this.dispatchEvent(new Event("pin-moved"));
  }

  /**
   * Say where a point is, from the nearest place people know.
   *
   * @param {Point} point
   */
  describe([lat, long]) {
    let [name, distance, eighth] = ["", Infinity, 0];
    for (const [place, placeLat, placeLong] of this.known ? this.known.places : []) {
      // A city is small enough to be flat.
      const north = (lat - placeLat) * METERS_PER_DEGREE;
      const east = (long - placeLong) * METERS_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
      const meters = Math.hypot(east, north);
      if (meters < distance) [name, distance, eighth] = [place, meters, Math.round(Math.atan2(east, north) / (Math.PI / 4))];
    }
    const { at, near, nearMiles, coordinates, directions = "" } = this.dataset;
    const sentence = distance < VERY_CLOSE_M ? at : distance < LONG_WAY_M ? near : distance < TOO_FAR_M ? nearMiles : coordinates;
    return fill(sentence, {
      name,
      feet: feet(distance),
      miles: miles(distance),
      direction: directions.split(",")[(eighth + 8) % 8],
      lat: lat.toFixed(5),
      long: long.toFixed(5),
    });
  }

  /** Whether a point is known to be outside the city. @param {Point} point */
  isOutside(point) {
    if (!this.known) return false;
    return !isIn(this.known.outline, point) || this.known.holes.some((hole) => isIn(hole, point));
  }

  /**
   * Ask whether a photo's own place is the place of the report.
   *
   * @param {CustomEvent<Point | null>} event
   */
  async offer({ target, detail: point }) {
    if (!point || this.offered || this.pin()) return;
    if (!(await this.places()) || this.isOutside(point) || this.offered || this.pin()) return;
    this.offered = true;
    const box = copy(this, "offer");
    const question = part(box, "question");
    const photos = /** @type {HTMLElement} */ (target);
    photos.after(box);
    box.addEventListener("click", (event) => {
      const yes = event.target === part(box, "yes");
      if (!yes && event.target !== part(box, "no")) return;
      part(box, "choices").remove();
      if (yes) this.setPin(point, "photo");
      if (yes) this.tell();
      question.textContent = yes ? fill(this.dataset.pinAt, { place: this.describe(point) }) : "";
      (yes ? question : part(photos, "list-heading")).focus();
    });
    // A region is only read out when it was there before its words came.
    setTimeout(() => (question.textContent = fill(this.dataset.photoOffer, { place: this.describe(point) })), 500);
  }

  async toggleMap() {
    let map = part(this, "map");
    if (map) {
      map.hidden = !map.hidden;
    } else {
      const loading = Promise.all([import(/** @type {string} */ (this.dataset.map)), this.places()]);
      const [module, places] = await loading.catch(() => []);
      if (!module || !places) return this.say(this.dataset.mapFailed);
      if (part(this, "map")) return;
      map = copy(this, "map");
      this.append(map);
      module.openMap(this, map, places);
      if (!this.pin()) this.say(this.dataset.mapHint);
    }
    this.mapButton.textContent = map.hidden ? this.mapWords : this.dataset.mapHide || "";
  }
}

/** Feet in round numbers. @param {number} meters */
function feet(meters) {
  const exact = meters * FEET_PER_METER;
  const round = exact < 200 ? 10 : 50;
  return Math.max(round, Math.round(exact / round) * round);
}

/** @param {number} meters */
function miles(meters) {
  return (meters / METERS_PER_MILE).toFixed(1);
}

/**
 * Count how often a line eastward from the point meets the ring: an odd number means inside.
 *
 * @param {Point[]} ring
 * @param {Point} point
 */
function isIn(ring, [lat, long]) {
  let inside = false;
  ring.forEach(([latA, longA], i) => {
    const [latB, longB] = ring[(i + 1) % ring.length];
    if (latA > lat !== latB > lat && long < longA + ((lat - latA) / (latB - latA)) * (longB - longA)) inside = !inside;
  });
  return inside;
}

customElements.define("place-picker", PlacePicker);
