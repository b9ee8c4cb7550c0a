// The map: first a picture of the spot, then Leaflet with our own tiles, on which finger, mouse and keyboard move the pin.
// If only the picture can be had, the keys and buttons move the pin all the same. Loaded when somebody asks for it.
//
// The pin is a slider to screen readers, which says with each stop where it is. A finger scrolls the page, as
// everywhere; two move the map. Everything a finger can do, keys and buttons do, too.

import { fromTemplate, make, part } from "./element.js";
import { isCostly } from "./outbox.js";
import { fill } from "./words.js";

/** @typedef {import("./place.js").Picker} Picker */
/** @typedef {import("./place.js").Point} Point */

/**
 * `/map/layers.json` (app/maps/web.py).
 *
 * @typedef {object} Layers
 * @property {Record<string, {url: string, attribution: string, lowest_zoom: number, highest_zoom: number}>} themes
 * @property {string} picture
 * @property {{script: string, style: string}} library
 * @property {[Point, Point]} bounds
 */

/**
 * Something that shows where the pin is.
 *
 * @typedef {object} Ground
 * @property {(point: Point | null) => void} show  move the pin there, and keep it in sight; null: there is none
 * @property {(by: number) => void} zoom
 */

const METERS_PER_DEGREE = 111195;
/** Pixels of a picture, as the server draws it (app/maps/web.py). */
const [WIDTH, HEIGHT] = [360, 400];
/** A key moves the pin so far, in meters. */
const [STEP_M, FAR_M] = [5, 50];
const [NEAR, WHOLE_CITY] = [16, 11];
/** The pin counts as moved when it has rested this long, in milliseconds. */
const REST_MS = 300;
/** From this size of text on, maps are shown twice as large. */
const LARGE_TEXT_PX = 24;
const MOVES = /** @type {Record<string, Point>} */ ({
  n: [1, 0],
  s: [-1, 0],
  w: [0, -1],
  e: [0, 1],
  ArrowUp: [1, 0],
  ArrowDown: [-1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
});

/** What the button says while the map is hidden. */
let toShow = "";

/** Show the map, or hide it; the pin stays. @param {Picker} picker  the <place-picker> */
export function toggleMap(picker) {
  const { mapButton, dataset } = picker;
  let box = part(picker, "map");
  if (box) box.hidden = !box.hidden;
  else {
    box = fromTemplate(picker, "map");
    picker.tools.after(box);
    toShow = mapButton.textContent;
    openMap(picker, box);
  }
  // Screen readers do not say that the button has another name now.
  if (box.hidden) picker.say(dataset.mapHidden, false);
  else picker.say(dataset.mapHint, !picker.pin());
  mapButton.textContent = box.hidden ? toShow : dataset.mapHide || "";
}

/**
 * Fill the map, and keep it and the picker's pin together.
 *
 * @param {Picker} picker
 * @param {HTMLElement} box  holds the surface, the pin and the buttons
 */
async function openMap(picker, box) {
  const map = new PinMap(picker, box);
  try {
    const response = await fetch(`${picker.dataset.layers}?language=${document.documentElement.lang}`);
    /** @type {Layers} */
    const layers = await response.json();
    map.stand(new Picture(map, layers));
    // Where data are dear, the picture is all.
    if (!isCostly()) map.stand(await openTiles(map, layers));
  } catch (error) {
    if (map.ground) return picker.say(picker.dataset.mapPlain);
    // Nothing stays that does nothing; the button may be pressed again.
    box.remove();
    picker.mapButton.textContent = toShow;
    map.fail();
  }
}

class PinMap {
  /** @param {Picker} picker @param {HTMLElement} box */
  constructor(picker, box) {
    this.picker = picker;
    this.surface = part(box, "surface");
    this.pin = part(box, "pin");
    this.far = /** @type {HTMLInputElement} */ (part(box, "far"));
    /** @type {Ground | undefined} */
    this.ground = undefined;
    /** Where the pin would begin. @type {Point} */
    this.middle = [0, 0];
    this.resting = 0;
    this.pin.append(drop());
    this.pin.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("click", (event) => {
      const { move, zoom } = /** @type {HTMLElement} */ (event.target).dataset;
      if (move) this.move(MOVES[move], event.shiftKey);
      if (zoom && this.ground) this.ground.zoom(zoom === "in" ? 1 : -1);
    });
    picker.addEventListener("change", () => this.show());
    picker.addEventListener("pin-told", () => this.speak());
  }

  /** Change what the pin stands on. @param {Ground} ground */
  stand(ground) {
    this.ground = ground;
    this.show();
    this.speak();
  }

  show() {
    const point = this.picker.pin();
    this.pin.classList.toggle("unset", !point);
    if (this.ground) this.ground.show(point);
  }

  /**
   * @param {Point} point
   * @param {boolean} [byKey]  the slider itself says where it is now
   */
  put(point, byKey = false) {
    this.picker.setPin(point, "map");
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.picker.tell(undefined, byKey), REST_MS);
  }

  /** @param {Point} direction @param {boolean} far @param {boolean} [byKey] */
  move([north, east], far, byKey) {
    const [lat, long] = this.picker.pin() || this.middle;
    const degrees = (far || this.far.checked ? FAR_M : STEP_M) / METERS_PER_DEGREE;
    this.put([lat + north * degrees, long + (east * degrees) / Math.cos((lat * Math.PI) / 180)], byKey);
  }

  fail() {
    this.picker.say(this.picker.dataset.mapFailed);
  }

  /** The slider's value in words; the number changes with every stop so that each one is spoken. */
  speak() {
    this.pin.setAttribute(
      "aria-valuetext",
      this.picker.words.textContent || this.picker.dataset.mapHint || "",
    );
    this.pin.setAttribute("aria-valuenow", this.pin.getAttribute("aria-valuenow") === "0" ? "1" : "0");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const direction = MOVES[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey || !this.ground) return;
    if (direction) this.move(direction, event.shiftKey, true);
    else if (event.key === "+" || event.key === "=") this.ground.zoom(1);
    else if (event.key === "-") this.ground.zoom(-1);
    else if (event.key === "Enter" || event.key === " ") this.put(this.picker.pin() || this.middle, true);
    else return;
    event.preventDefault();
  }
}

/** A picture from the server with the pin in its middle; when the pin has rested elsewhere, another one. */
class Picture {
  /** @param {PinMap} map @param {Layers} layers */
  constructor(map, { picture, bounds: [[south, west], [north, east]] }) {
    this.map = map;
    this.pattern = picture;
    map.middle = [(south + north) / 2, (west + east) / 2];
    /** As somebody has chosen it. */
    this.level = 0;
    this.image = /** @type {HTMLImageElement} */ (make("img", "map-picture"));
    // The words below say the same.
    this.image.alt = "";
    map.surface.prepend(this.image);
    map.surface.classList.add("still");
    map.picker.addEventListener("pin-told", () => this.draw());
    this.image.addEventListener("click", (event) => this.tap(event));
    // Otherwise tiles are to follow.
    this.image.addEventListener("error", () => isCostly() && map.fail());
  }

  get zoomed() {
    return this.level || (this.map.picker.pin() ? NEAR : WHOLE_CITY);
  }

  show() {
    if (!this.image.src) this.draw();
  }

  /** @param {number} by */
  zoom(by) {
    this.level = Math.min(18, Math.max(WHOLE_CITY, this.zoomed + by));
    this.draw();
  }

  /** The pin goes where the finger is, and with the next picture that is the middle. @param {MouseEvent} event */
  tap({ clientX, clientY }) {
    const { left, top, width, height } = this.image.getBoundingClientRect();
    const [lat, long] = this.map.picker.pin() || this.map.middle;
    // So many degrees of longitude to a pixel; the picture is as large as it must be to cover the surface.
    const degrees = 360 / 256 / 2 ** this.zoomed / Math.max(width / WIDTH, height / HEIGHT);
    this.map.put([
      lat - (clientY - top - height / 2) * degrees * Math.cos((lat * Math.PI) / 180),
      long + (clientX - left - width / 2) * degrees,
    ]);
  }

  draw() {
    if (this.map.ground !== this && this.image.src) return;
    const [lat, long] = this.map.picker.pin() || this.map.middle;
    const values = { lat: lat.toFixed(5), long: long.toFixed(5), zoom: this.zoomed, theme: theme() };
    this.image.src = `${fillPlain(this.pattern, values)}?language=${document.documentElement.lang}`;
  }
}

/** @param {PinMap} map @param {Layers} layers @returns {Promise<Ground>} */
async function openTiles(map, { themes, library, bounds }) {
  const [L, sent] = await Promise.all([import(library.script), fetch(library.style)]);
  if (!sent.ok) throw new Error();
  const [sheet] = Array.from(document.styleSheets);
  // Before our own rules, so that those hold.
  let n = 0;
  for (const rule of (await sent.text()).trim().split("\n")) {
    try {
      sheet.insertRule(rule, n);
      n++;
    } catch (error) {
      // A rule for other browsers.
    }
  }
  return new Tiles(map, L, themes[theme()], bounds);
}

class Tiles {
  /**
   * @param {PinMap} map
   * @param {any} L  Leaflet
   * @param {Layers["themes"][string]} layer
   * @param {[Point, Point]} bounds
   */
  constructor(map, L, { url, attribution, lowest_zoom: minZoom, highest_zoom: maxZoom }, bounds) {
    this.map = map;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const animations = still
      ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false }
      : {};
    const large = parseFloat(getComputedStyle(document.documentElement).fontSize) >= LARGE_TEXT_PX;
    map.surface.classList.remove("still");
    map.surface.textContent = "";
    this.leaflet = L.map(map.surface, {
      ...animations,
      // One finger scrolls the page; the wheel does, too, unless Ctrl is held, as a pinch on a touch pad does.
      dragging: !L.Browser.mobile,
      scrollWheelZoom: false,
      zoomControl: false,
      // Our pin takes the keys.
      keyboard: false,
      attributionControl: false,
      minZoom,
      maxZoom,
    });
    const tiles = L.tileLayer(url, {
      minZoom,
      maxZoom,
      ...(large ? { tileSize: 512, zoomOffset: -1 } : {}),
    }).addTo(this.leaflet);
    // Beyond the city there are none; but none at all is no map.
    let failed = false;
    tiles.on("load", () => {
      failed = !map.surface.querySelector(".leaflet-tile-loaded");
      if (failed) map.fail();
    });
    L.control.attribution({ prefix: false }).addAttribution(attribution).addTo(this.leaflet);
    this.leaflet.fitBounds(bounds);
    this.marker = L.marker(this.leaflet.getCenter(), {
      draggable: true,
      autoPan: true,
      keyboard: false,
      icon: L.divIcon({ html: map.pin, className: "map-drop", iconSize: [44, 44], iconAnchor: [22, 44] }),
    }).addTo(this.leaflet);
    this.marker.on("dragend", () => map.put(spot(this.marker.getLatLng())));
    this.leaflet.on("click", (/** @type {any} */ event) => map.put(spot(event.latlng)));
    // Screen readers click into the middle of the pin: that means "here".
    this.marker.on("click", () => map.put(spot(this.marker.getLatLng())));
    map.surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    if (map.picker.pin()) this.leaflet.setView(map.picker.pin(), NEAR, { animate: false });
    // Also when it is shown again: hidden, it has no size. What did not come then is tried once more.
    new ResizeObserver(() => {
      this.leaflet.invalidateSize();
      if (failed && map.surface.clientWidth) tiles.redraw();
    }).observe(map.surface);
  }

  /** @param {Point | null} point */
  show(point) {
    if (!point) return;
    this.marker.setLatLng(point);
    if (!this.leaflet.getBounds().pad(-0.15).contains(point))
      this.leaflet.setView(point, Math.max(this.leaflet.getZoom(), NEAR), { animate: false });
    this.map.middle = point;
  }

  /** @param {number} by */
  zoom(by) {
    this.leaflet.setZoomAround(this.marker.getLatLng(), this.leaflet.getZoom() + by);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.leaflet.setZoomAround(
      this.leaflet.mouseEventToLatLng(event),
      this.leaflet.getZoom() - Math.sign(event.deltaY),
    );
  }
}

/** @param {{lat: number, lng: number}} at @returns {Point} */
function spot({ lat, lng }) {
  return [lat, lng];
}

/** Which of the map's themes fits what the person has set. */
function theme() {
  if (matchMedia("(prefers-contrast: more), (forced-colors: active)").matches) return "contrast";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** An address is filled without marks of direction. @param {string} pattern @param {Record<string, string | number>} values */
function fillPlain(pattern, values) {
  return fill(pattern, values).replace(/[\u2068\u2069]/g, "");
}

/** The pin itself. */
function drop() {
  const element = (/** @type {string} */ tag, /** @type {Record<string, string>} */ attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const svg = element("svg", {
    viewBox: "0 0 24 32",
    width: "33",
    height: "44",
    "aria-hidden": "true",
    focusable: "false",
  });
  svg.append(
    element("path", { d: "M12 31C9 24 2 19 2 12a10 10 0 0 1 20 0c0 7-7 12-10 19Z" }),
    element("circle", { cx: "12", cy: "12", r: "4" }),
  );
  return svg;
}
