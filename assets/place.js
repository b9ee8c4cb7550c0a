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
    this.mapButton = part(tools, "show-map");
    const kb = this.dataset.mapKb;
    this.mapWords = this.mapButton.textContent + (kb ? " " + fill(this.dataset.mapSize, { kb }) : "");
    this.mapButton.textContent = this.mapWords;
    this.removeButton = part(tools, "remove");
    const locate = part(tools, "locate");
    locate.hidden = !navigator.geolocation || window.isSecureContext === false;
    locate.addEventListener("click", () => this.locate());
    this.mapButton.addEventListener("click", () => this.toggleMap());
    this.removeButton.addEventListener("click", () => this.removePin());
    this.locating = false;
    this.offered = false;
    /** @type {Places | undefined} */
    this.known = undefined;
    const form = this.closest("form") || document;
    form.addEventListener("photo-location", (event) => this.offer(/** @type {CustomEvent} */ (event)));
    // Browsers put back hidden fields only when the page is shown.
    window.addEventListener("pageshow", () => this.pin() && this.tell());
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
    this.changed();
  }

  removePin() {
    for (const name of ["lat", "long", "place_source", "accuracy_m"]) this.field(name).value = "";
    part(this, "pin-words").textContent = "";
    this.removeButton.hidden = true;
    this.say(this.dataset.removed);
    this.mapButton.focus();
    this.changed();
    this.dispatchEvent(new Event("pin-removed"));
  }

  changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {string | undefined} sentence @param {boolean} [quietly]  shown, but not read out */
  say(sentence, quietly) {
    this.said.setAttribute("aria-live", quietly ? "off" : "polite");
    this.said.textContent = sentence || "";
  }

  /** Say where the pin is. @param {(place: string) => string} [sentence] @param {boolean} [quietly] */
  async tell(sentence, quietly) {
    const point = /** @type {Point} */ (this.pin());
    this.removeButton.hidden = false;
    await this.places();
    const place = this.describe(point);
    const words = fill(this.dataset.pinAt, { place });
    part(this, "pin-words").textContent = words;
    this.say((sentence ? sentence(place) : words) + (this.isOutside(point) ? " " + this.dataset.outside : ""), quietly);
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
    const roughly = accuracy > LONG_WAY_M;
    const size = roughly ? (accuracy / METERS_PER_MILE).toFixed(1) : feet(accuracy);
    await this.tell((place) => fill(roughly ? this.dataset.locatedRoughly : this.dataset.located, { accuracy: size, place }));
    this.locating = false;
    this.dispatchEvent(new Event("pin-moved"));
  }

  /**
   * Say where a point is, from the nearest place people know.
   *
   * @param {Point} point
   */
  describe(point) {
    let [nearest, east, north, distance] = ["", 0, 0, Infinity];
    for (const [name, lat, long] of this.known ? this.known.places : []) {
      const [x, y] = offset([lat, long], point);
      const meters = Math.hypot(x, y);
      if (meters < distance) [nearest, east, north, distance] = [name, x, y, meters];
    }
    if (distance > TOO_FAR_M) return fill(this.dataset.coordinates, { lat: point[0].toFixed(5), long: point[1].toFixed(5) });
    if (distance < VERY_CLOSE_M) return fill(this.dataset.at, { name: nearest });
    const eighth = (Math.round(Math.atan2(east, north) / (Math.PI / 4)) + 8) % 8;
    const direction = (this.dataset.directions || "").split(",")[eighth];
    if (distance < LONG_WAY_M) return fill(this.dataset.near, { feet: feet(distance), direction, name: nearest });
    return fill(this.dataset.nearMiles, { miles: (distance / METERS_PER_MILE).toFixed(1), direction, name: nearest });
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

/**
 * Meters east and north of `origin`, on a plane that touches the Earth there.
 *
 * @param {Point} origin
 * @param {Point} point
 * @returns {Point}
 */
function offset(origin, point) {
  const east = (point[1] - origin[1]) * Math.cos((origin[0] * Math.PI) / 180);
  return [east * METERS_PER_DEGREE, (point[0] - origin[0]) * METERS_PER_DEGREE];
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
