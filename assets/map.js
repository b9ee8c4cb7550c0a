// A plain map of the city with a pin that finger, mouse and keyboard can move. Loaded when somebody asks for it.
//
// One finger up or down scrolls the page, as everywhere (`touch-action: pan-y`); sideways, and with two fingers in
// any direction, it moves the map. Everything a finger can do the buttons and the arrow keys do, too.

/** @typedef {import("./place.js").Point} Point */
/** @typedef {import("./place.js").Places} Places */
/** @typedef {[number, number]} Spot  meters east and south of the middle of the city */

const SVG = "http://www.w3.org/2000/svg";
const METERS_PER_DEGREE = 111195;
/** Meters per pixel. */
const CLOSEST = 0.5;
const NEAR = 6;
/** An arrow key moves the pin by this part of the map's width. */
const STEP = 1 / 40;
/** How far a finger may slip and still be a tap, in pixels. */
const SLIP = 8;
/** The pin counts as moved when it has rested this long, in milliseconds. */
const REST = 500;

const KEYS = /** @type {Record<string, Spot>} */ ({ ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] });
const MOVES = /** @type {Record<string, Spot>} */ ({ n: [0, -1], s: [0, 1], w: [-1, 0], e: [1, 0] });

/**
 * Draw the map and keep it and the picker's pin together.
 *
 * @param {any} picker  the <place-picker>
 * @param {HTMLElement} box  holds the surface, the pin and the buttons
 * @param {Places} places
 */
export function openMap(picker, box, places) {
  new PinMap(picker, box, places);
}

class PinMap {
  /**
   * @param {any} picker
   * @param {HTMLElement} box
   * @param {Places} places
   */
  constructor(picker, box, places) {
    this.picker = picker;
    /** @type {Spot} */ this.at = [0, 0];
    /** @type {Spot} */ this.center = [0, 0];
    /** Meters per pixel. */
    this.scale = 1;
    this.dragging = false;
    /** @type {number | undefined} */ this.resting = undefined;
    this.surface = /** @type {HTMLElement} */ (box.querySelector("[data-part=surface]"));
    this.pin = /** @type {HTMLElement} */ (box.querySelector("[data-part=pin]"));
    const lats = places.outline.map(([lat]) => lat);
    const longs = places.outline.map(([, long]) => long);
    /** @type {Point} */
    this.origin = [middle(lats), middle(longs)];
    this.squeeze = Math.cos((this.origin[0] * Math.PI) / 180);
    this.extent = (Math.max(...longs) - Math.min(...longs)) * METERS_PER_DEGREE * this.squeeze;
    this.places = places.places.map(([name, lat, long]) => ({ name, at: this.spot([lat, long]) }));
    this.lines = places.lines.map((line) => ({ ...line, points: line.points.map((point) => this.spot(point)) }));
    this.svg = svg("svg", { "aria-hidden": "true", focusable: "false", class: "map-ground" });
    this.labels = svg("g", { class: "map-labels" });
    this.drawGround(places);
    this.drawPin();
    this.begin();
    this.listen(box);
  }

  /** Start at the pin, or over the whole city. */
  begin() {
    const pin = this.picker.pin();
    this.at = this.center = pin ? this.spot(pin) : [0, 0];
    this.scale = pin ? NEAR : this.farthest();
    this.pin.classList.toggle("unset", !pin);
    this.render();
    this.speak();
  }

  farthest() {
    return (this.extent / this.width()) * 1.05;
  }

  width() {
    return this.surface.clientWidth || 320;
  }

  height() {
    return this.surface.clientHeight || 320;
  }

  /** @param {Point} point @returns {Spot} */
  spot([lat, long]) {
    return [(long - this.origin[1]) * METERS_PER_DEGREE * this.squeeze, (this.origin[0] - lat) * METERS_PER_DEGREE];
  }

  /** @param {Spot} spot @returns {Point} */
  point([x, y]) {
    return [this.origin[0] - y / METERS_PER_DEGREE, this.origin[1] + x / METERS_PER_DEGREE / this.squeeze];
  }

  // --- drawing ----------------------------------------------------------------------------------------------

  /** @param {Places} places */
  drawGround({ outline, holes }) {
    const rings = [outline, ...holes].map((ring) => path(ring.map((point) => this.spot(point))) + "Z").join("");
    const ground = [svg("path", { class: "map-city", "fill-rule": "evenodd", d: rings })];
    // Streets last: they cross the rivers on bridges.
    for (const kind of ["river", "street"]) {
      const lines = this.lines.filter((line) => line.kind === kind);
      ground.push(svg("path", { class: "map-" + kind, d: lines.map((line) => path(line.points)).join("") }));
    }
    ground.push(svg("path", { class: "map-place", d: this.places.map(({ at }) => path([at]) + "h0").join("") }));
    for (const line of ground) line.setAttribute("vector-effect", "non-scaling-stroke");
    this.svg.append(...ground, this.labels);
    this.surface.prepend(this.svg);
    this.surface.style.touchAction = "pan-y";
  }

  drawPin() {
    Object.assign(this.pin.style, { position: "absolute", transform: "translate(-50%, -100%)" });
    const drop = svg("svg", { viewBox: "0 0 24 32", width: "33", height: "44", "aria-hidden": "true", focusable: "false" });
    drop.append(svg("path", { d: "M12 31C9 24 2 19 2 12a10 10 0 0 1 20 0c0 7-7 12-10 19Z" }), svg("circle", { cx: "12", cy: "12", r: "4" }));
    this.pin.append(drop);
  }

  render() {
    const [w, h] = [this.width() * this.scale, this.height() * this.scale];
    this.svg.setAttribute("viewBox", [this.center[0] - w / 2, this.center[1] - h / 2, w, h].join(" "));
    this.pin.style.left = (this.at[0] - this.center[0]) / this.scale + this.width() / 2 + "px";
    this.pin.style.top = (this.at[1] - this.center[1]) / this.scale + this.height() / 2 + "px";
    if (!this.dragging) this.writeLabels();
  }

  /** Write as many names as have room, places before streets. */
  writeLabels() {
    this.labels.textContent = "";
    this.labels.setAttribute("font-size", String(13 * this.scale));
    const streets = this.lines.map((line) => ({ name: line.name, at: nearestOn(line.points, this.center) }));
    const labels = [...this.places, ...streets].map(({ name, at }) => {
      const label = svg("text", { x: String(at[0]), y: String(at[1] - 8 * this.scale), "text-anchor": "middle" });
      label.textContent = name;
      return label;
    });
    this.labels.append(...labels);
    // How wide a name is depends on the fonts of the device. All are measured before one goes, for a single layout.
    const boxes = labels.map((label) => label.getBoundingClientRect());
    const frame = this.surface.getBoundingClientRect();
    /** @type {DOMRect[]} */
    const taken = [];
    boxes.forEach((box, i) => {
      const room = box.left > frame.left && box.right < frame.right && box.top > frame.top && box.bottom < frame.bottom;
      if (room && !taken.some((other) => touch(box, other))) taken.push(box);
      else labels[i].remove();
    });
  }

  // --- moving -----------------------------------------------------------------------------------------------

  /**
   * Put the pin somewhere and keep it in sight.
   *
   * @param {Spot} spot
   * @param {boolean} [byKey]  the slider itself says where it is now
   */
  put(spot, byKey = false) {
    this.at = spot;
    const away = [0, 1].some((i) => Math.abs(spot[i] - this.center[i]) > (0.4 * (i ? this.height() : this.width())) * this.scale);
    if (away) this.center = spot;
    this.pin.classList.remove("unset");
    this.picker.setPin(this.point(spot), "map");
    this.render();
    this.speak();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.picker.tell(undefined, byKey), REST);
  }

  /** @param {Spot} direction @param {boolean} far @param {boolean} [byKey] */
  move([x, y], far, byKey) {
    const step = this.width() * this.scale * STEP * (far ? 10 : 1);
    this.put([this.at[0] + x * step, this.at[1] + y * step], byKey);
  }

  /** The slider's value in words; the number changes with every move so that each one is spoken. */
  speak() {
    const point = this.point(this.at);
    const place = this.picker.describe(point);
    const words = this.picker.dataset.pinAt.replace("{place}", place);
    this.pin.setAttribute("aria-valuetext", words + (this.picker.isOutside(point) ? " " + this.picker.dataset.outside : ""));
    this.pin.setAttribute("aria-valuenow", this.pin.getAttribute("aria-valuenow") === "0" ? "1" : "0");
  }

  /** @param {number} factor @param {Spot} [about]  what stays where it is */
  zoom(factor, about = this.at) {
    const scale = Math.min(this.farthest(), Math.max(CLOSEST, this.scale * factor));
    const rest = scale / this.scale;
    this.center = [about[0] + (this.center[0] - about[0]) * rest, about[1] + (this.center[1] - about[1]) * rest];
    this.scale = scale;
    this.render();
  }

  // --- listening --------------------------------------------------------------------------------------------

  /** @param {HTMLElement} box */
  listen(box) {
    this.pin.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button");
      if (!button) return;
      if (button.dataset.move) this.move(MOVES[button.dataset.move], event.shiftKey);
      if (button.dataset.zoom) this.zoom(button.dataset.zoom === "in" ? 0.5 : 2);
    });
    this.listenToPointers();
    this.surface.addEventListener(
      "wheel",
      (event) => {
        // Without Ctrl the wheel scrolls the page; a pinch on a touch pad arrives with Ctrl.
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(Math.pow(1.01, event.deltaY), this.under(event));
      },
      { passive: false },
    );
    this.picker.addEventListener("pin-moved", () => this.begin());
    this.picker.addEventListener("pin-removed", () => this.pin.classList.add("unset"));
    // Also when it is shown again: hidden, it has no size to be drawn in.
    new ResizeObserver(() => this.render()).observe(this.surface);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const direction = KEYS[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (direction) this.move(direction, event.shiftKey, true);
    else if (event.key === "+" || event.key === "=") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else if (event.key === "Enter" || event.key === " ") this.put(this.at);
    else return;
    event.preventDefault();
  }

  listenToPointers() {
    const surface = this.surface;
    /** @type {Map<number, Spot>} */
    const fingers = new Map();
    let slipped = false;
    surface.addEventListener("pointerdown", (event) => {
      if (!fingers.size) slipped = false;
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
    });
    surface.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      /** @type {Spot} */
      const now = [event.clientX, event.clientY];
      if (!this.dragging && fingers.size === 1) {
        const [across, down] = [Math.abs(now[0] - before[0]), Math.abs(now[1] - before[1])];
        // A finger that goes up or down belongs to the page.
        if (Math.max(across, down) < SLIP || (event.pointerType === "touch" && down > across)) return;
      }
      this.dragging = slipped = true;
      surface.setPointerCapture(event.pointerId);
      const others = Array.from(fingers.values()).filter((finger) => finger !== before);
      if (others.length) this.zoom(distance(before, others[0]) / Math.max(1, distance(now, others[0])), this.under(event));
      const share = this.scale / fingers.size;
      this.center = [this.center[0] - (now[0] - before[0]) * share, this.center[1] - (now[1] - before[1]) * share];
      fingers.set(event.pointerId, now);
      this.render();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      surface.addEventListener(end, (event) => {
        fingers.delete(/** @type {PointerEvent} */ (event).pointerId);
        if (fingers.size || !this.dragging) return;
        this.dragging = false;
        // The click that ends a drag comes at once; a later one without a finger is a screen reader's.
        setTimeout(() => (slipped = false), REST);
        this.render();
      });
    }
    // With two fingers the map moves, not the page.
    surface.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
    surface.addEventListener("click", (event) => {
      if (slipped) return;
      // Screen readers click into the middle of the pin: that means "here".
      this.put(this.pin.contains(/** @type {Node} */ (event.target)) ? this.at : this.under(event));
    });
  }

  /** @param {MouseEvent} event @returns {Spot} */
  under(event) {
    const frame = this.surface.getBoundingClientRect();
    const x = event.clientX - frame.left - this.surface.clientLeft - this.width() / 2;
    const y = event.clientY - frame.top - this.surface.clientTop - this.height() / 2;
    return [this.center[0] + x * this.scale, this.center[1] + y * this.scale];
  }
}

/** @param {number[]} values */
function middle(values) {
  return (Math.min(...values) + Math.max(...values)) / 2;
}

/** @param {Spot[]} spots */
function path(spots) {
  return "M" + spots.map((spot) => spot.map(Math.round).join(" ")).join("L");
}

/** @param {string} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
  return element;
}

/** Whether two names are closer than a few pixels. @param {DOMRect} one @param {DOMRect} other */
function touch(one, other) {
  const beside = one.right + 8 <= other.left || other.right + 8 <= one.left;
  return !beside && one.bottom + 3 > other.top && other.bottom + 3 > one.top;
}

/** @param {Spot} one @param {Spot} other */
function distance(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/**
 * The spot of a line that is nearest to another spot.
 *
 * @param {Spot[]} line
 * @param {Spot} spot
 */
function nearestOn(line, spot) {
  let best = line[0];
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1], line[i]];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = ((spot[0] - a[0]) * dx + (spot[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(1, Math.max(0, along));
    /** @type {Spot} */
    const candidate = [a[0] + t * dx, a[1] + t * dy];
    if (distance(candidate, spot) < distance(best, spot)) best = candidate;
  }
  return best;
}
