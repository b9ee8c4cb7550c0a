// <place-picker>: suggestions, the device's location, a map and what a photo knows add to the place in words.
//
// What is only sometimes needed comes when it is needed: suggest.js with the first key, map.js with the map,
// reported.js with a pin, atlas.js when the page is at rest.

import { Component, fromTemplate, make, part, setText } from "./element.js";
import { isCostly } from "./outbox.js";
import { fill } from "./words.js";

/** @typedef {[number, number]} Point  latitude and longitude in WGS84 degrees */
/** @typedef {"found" | "device" | "map" | "photo"} Source */
/** @typedef {PlacePicker} Picker  what suggest.js, map.js and reported.js work for */

/**
 * What is known of a spot.
 *
 * @typedef {object} Spot
 * @property {string} words
 * @property {boolean} [ours]  whether the city takes care of it
 * @property {string} [neighborhood]
 * @property {string} [district]
 * @property {string} [sentence]  whose it is, if not the city's alone
 * @property {{name: string, phone: string, url: string} | null} [call]
 */

/**
 * A place that was found by words.
 *
 * @typedef {object} Found
 * @property {string} name
 * @property {number} lat
 * @property {number} long
 * @property {number} [sure_m]  the true place is probably within so many meters
 * @property {string} [area]
 * @property {string} [note]
 */

const FEET_PER_METER = 3.28084;
const METERS_PER_MILE = 1609.344;
/** From here on, miles say more than feet. */
const LONG_WAY_M = 500;
/** Words about a place are worth a short wait, not a long one. */
const PATIENCE_MS = 4000;
/** What the map weighs: all of it, and where data are dear only a picture. */
const [MAP_KB, PICTURE_KB] = [75, 10];

/**
 * What `ready` finds or makes.
 *
 * @typedef {object} Parts
 * @property {HTMLElement} tools
 * @property {HTMLElement} said
 * @property {HTMLElement} words
 * @property {HTMLElement} call
 * @property {HTMLElement} mapButton
 * @property {HTMLElement} removeButton
 * @property {import("./suggest.js").Suggestions} [suggestions]
 * @property {boolean} [locating]  whether the device is being asked where it is
 * @property {boolean} [offered]  whether the place of a photo has been offered: once is enough
 */

class PlacePicker extends /** @type {new () => Component & Parts} */ (Component) {
  ready() {
    const tools = fromTemplate(this, "tools");
    this.append(tools);
    this.tools = tools;
    this.said = part(tools, "said");
    this.words = part(tools, "pin-words");
    this.call = part(tools, "call");
    this.mapButton = part(tools, "show-map");
    this.removeButton = part(tools, "remove");
    this.mapButton.append(" ", fill(this.dataset.mapSize, { kb: isCostly() ? PICTURE_KB : MAP_KB }));
    const locate = part(tools, "locate");
    locate.hidden = !navigator.geolocation || !window.isSecureContext;
    locate.addEventListener("click", () => this.locate());
    this.mapButton.addEventListener("click", () => this.toggleMap());
    this.removeButton.addEventListener("click", () => this.removePin());
    this.suggest();
  }

  begin() {
    const form = /** @type {HTMLElement} */ (this.closest("form"));
    this.on(form, "photo-location", (/** @type {CustomEvent<Point | null>} */ event) => this.offer(event));
    // Browsers put back hidden fields only when the page is shown.
    this.on(window, "pageshow", () => this.pin() && this.tell(undefined, true));
    // Put back, it listens anew.
    if (this.suggestions) this.suggestions.watch();
    // When the page is at rest, and where bytes are not dear: what makes places known without a network.
    if (!isCostly())
      this.on(window, "load", () => (this.timer = setTimeout(() => this.keepAtlas(), PATIENCE_MS)));
  }

  /** Suggestions come when somebody goes to the field. */
  suggest() {
    const input = this.field("address_string");
    input.addEventListener("input", () => this.field("place_source").value === "found" && this.setPin(null));
    const load = () => {
      const before = input.value;
      import("./suggest.js")
        .then(({ Suggestions }) => {
          this.suggestions = new Suggestions(this, input);
          // On a slow line somebody has typed meanwhile.
          if (input.value !== before) this.suggestions.typed();
        })
        .catch(wait);
    };
    const wait = () => input.addEventListener("focus", load, { once: true });
    // What a field is must not change under somebody who is in it already.
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
    ])
      input.setAttribute(name, value);
    if (document.activeElement === input) load();
    else wait();
  }

  /** A field of the form. @param {string} name @returns {HTMLInputElement} */
  field(name) {
    return /** @type {any} */ (this.closest("form")).elements[name];
  }

  /** The pin, if there is one. @returns {Point | null} */
  pin() {
    return this.isConnected && this.field("lat").value
      ? [Number(this.field("lat").value), Number(this.field("long").value)]
      : null;
  }

  /**
   * Put the pin somewhere, or take it away (null); the words that somebody wrote stay as they are.
   *
   * @param {Point | null} point
   * @param {Source | ""} [source]
   * @param {number} [accuracy]  meters
   */
  setPin(point, source = "", accuracy) {
    const [lat, long] = (point || []).map((degrees) => degrees.toFixed(6));
    const values = { lat, long, place_source: source, accuracy_m: accuracy && Math.round(accuracy) };
    for (const [name, value] of Object.entries(values)) this.field(name).value = String(value || "");
    // As if it had been typed, so that it is kept.
    this.field("lat").dispatchEvent(new Event("change", { bubbles: true }));
    if (point) return;
    this.show("");
    // Without a pin there is nothing near it.
    const near = part(this, "reported");
    if (near) near.remove();
  }

  /** A suggestion was chosen. @param {Found} found */
  choose({ name, lat, long, sure_m: sure, note }) {
    this.field("address_string").value = name;
    this.setPin([lat, long], "found", sure);
    this.tell((place) => fill(this.dataset.pinAt, { place }) + (note ? " " + this.dataset.approximate : ""));
  }

  /**
   * Show what is known of the pin.
   *
   * @param {string} words  empty: there is no pin
   * @param {Spot["call"]} [call]  whom to call about it
   * @param {boolean} [silently]
   */
  show(words, call, silently) {
    this.removeButton.hidden = this.words.hidden = !words;
    setText(this.words, words);
    this.call.hidden = !call;
    this.call.textContent = "";
    if (call) {
      const link = make("a", "", fill(this.dataset.call, { phone: `${call.phone} (${call.name})` }));
      link.setAttribute("href", call.url);
      this.call.append(link);
    }
    this.say(silently ? "" : words, false);
    this.dispatchEvent(new Event("pin-told"));
  }

  removePin() {
    this.setPin(null);
    this.say(this.dataset.removed);
    this.mapButton.focus();
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
   * Show where the pin is and whose that is, and say it. (The words in sight are no live region, because the map's
   * slider speaks for itself, and regions that are switched off for a moment stay silent in some screen readers.)
   *
   * @param {(place: string) => string} [sentence]
   * @param {boolean} [silently]
   * @returns {Promise<string>}  what is shown; empty if the pin has moved on since
   */
  async tell(sentence, silently) {
    const point = this.pin();
    if (!point) return "";
    const spot = await this.spotAt(point);
    if (String(this.pin()) !== String(point)) return "";
    const words = [
      sentence ? sentence(spot.words) : fill(this.dataset.pinAt, { place: spot.words }),
      ...this.about(spot),
    ].join(" ");
    this.show(words, spot.call, silently);
    // Outside the city nothing is reported.
    if (spot.ours !== false) this.lookAround(point);
    return words;
  }

  /** The areas of a spot, and whose it is. @param {Spot} spot */
  about({ neighborhood, district, sentence }) {
    return [
      neighborhood && fill(this.dataset.neighborhood, { name: neighborhood }),
      district && fill(this.dataset.district, { name: district }),
      sentence,
    ].filter(Boolean);
  }

  /** What is known of a spot: by the city, or else by this phone. @param {Point} point @returns {Promise<Spot>} */
  async spotAt([lat, long]) {
    const query = new URLSearchParams({
      lat: lat.toFixed(6),
      long: long.toFixed(6),
      locale: document.documentElement.lang,
      service_code: this.field("service_code").value,
    });
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const response = await fetch(`${this.dataset.near}?${query}`, { signal: stop.signal });
      const spot = await response.json();
      if (response.ok && spot.words) return spot;
      // Not on Earth, says our own server.
      if (spot.message) return { words: this.degrees([lat, long]), sentence: spot.message };
    } catch (error) {
      // Then what this phone knows has to be enough.
    } finally {
      clearTimeout(timer);
    }
    const atlas = await this.atlas();
    return (atlas && atlas.spotAt([lat, long], this.dataset)) || { words: this.degrees([lat, long]) };
  }

  /** @param {Point} point */
  degrees([lat, long]) {
    return fill(this.dataset.degrees, { lat: lat.toFixed(5), long: long.toFixed(5) });
  }

  keepAtlas() {
    return import("./atlas.js")
      .then(({ keepAtlas }) => keepAtlas(/** @type {string} */ (this.dataset.offline)))
      .catch(() => {});
  }

  /** What this phone knows of the city. @returns {Promise<import("./atlas.js").Atlas | undefined>} */
  atlas() {
    return import("./atlas.js")
      .then(({ openAtlas }) => openAtlas(/** @type {string} */ (this.dataset.offline)))
      .catch(() => undefined);
  }

  /** See what is reported already. @param {Point} point */
  async lookAround(point) {
    if (!this.dataset.nearM) return;
    const module = await import("./reported.js").catch(() => undefined);
    if (module) module.showReported(this, point);
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
  async located({ latitude, longitude, accuracy: claimed }) {
    // No phone is more exact than that.
    const accuracy = Math.max(5, claimed);
    this.setPin([latitude, longitude], "device", accuracy);
    const rough = accuracy > LONG_WAY_M;
    /** @type {Record<string, string | number>} */
    const exact = rough
      ? { miles: (accuracy / METERS_PER_MILE).toFixed(1), kilometers: (accuracy / 1000).toFixed(1) }
      : { feet: rounded(accuracy * FEET_PER_METER, 10), meters: rounded(accuracy, 5) };
    await this.tell((place) => fill(this.dataset[rough ? "locatedRoughly" : "located"], { ...exact, place }));
    this.locating = false;
  }

  /**
   * Ask whether a photo's own place is the place of the report.
   *
   * @param {CustomEvent<Point | null>} event
   */
  async offer({ target, detail: point }) {
    if (!point || this.offered || this.pin()) return;
    const spot = await this.spotAt(point);
    // Only what is known to be in the city: a photo from a holiday is nobody's question.
    if (!spot.ours || this.offered || this.pin()) return;
    this.offered = true;
    const box = fromTemplate(this, "offer");
    const question = part(box, "question");
    const photos = /** @type {HTMLElement} */ (target);
    photos.after(box);
    box.addEventListener("click", (event) => {
      const yes = event.target === part(box, "yes");
      if (!yes && event.target !== part(box, "no")) return;
      part(box, "choices").remove();
      if (yes) this.setPin(point, "photo");
      if (yes) this.tell();
      question.textContent = yes ? fill(this.dataset.pinAt, { place: spot.words }) : "";
      (yes ? question : part(photos, "list-heading")).focus();
    });
    // A region is only read out when it was there before its words came.
    setTimeout(() => (question.textContent = fill(this.dataset.photoOffer, { place: spot.words })), 500);
  }

  async toggleMap() {
    const module = await import("./map.js").catch(() => undefined);
    if (module) module.toggleMap(this);
    else this.say(this.dataset.mapFailed);
  }
}

/** @param {number} exact @param {number} step */
function rounded(exact, step) {
  return Math.round(exact / step) * step;
}

customElements.define("place-picker", PlacePicker);
