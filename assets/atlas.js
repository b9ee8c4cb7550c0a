// What this phone knows of the city without a network: areas, and the places that people know best.

import { folded } from "./fold.js";
import { fill } from "./words.js";

/** @typedef {import("./place.js").Point} Point */
/** @typedef {import("./place.js").Spot} Spot */
/** @typedef {import("./place.js").Found} Found */

/**
 * As the server packs it (app/places/data/offline.py).
 *
 * @typedef {object} Packed
 * @property {{layer: "boundary" | "area" | "neighbor", rank: number, name: string, rings: number[][]}[]} areas
 * @property {[string, string, number, number][]} places  name, kind, latitude, longitude
 */

const CACHE = "places";
const OLD_MS = 7 * 864e5;
const METERS_PER_DEGREE = 111195;
const FEET_PER_METER = 3.28084;
const METERS_PER_MILE = 1609.344;
// The same distances as on the server (app/places/points.py).
const VERY_CLOSE_M = 25;
const LONG_WAY_M = 500;
const TOO_FAR_M = 5000;
const [DISTRICT, NEIGHBORHOOD] = [1, 2];
const MOST_FOUND = 8;
const EIGHTHS = ["N", "Ne", "E", "Se", "S", "Sw", "W", "Nw"];

/** Keep it on the phone, and have it anew when it is a week old. Rejects without a network. @param {string} url */
export async function keepAtlas(url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url);
  const date = kept && kept.headers.get("Date");
  if (!date || Math.abs(Date.now() - Date.parse(date)) > OLD_MS) await cache.add(url);
}

/** @param {string} url @returns {Promise<Atlas | undefined>} */
export async function openAtlas(url) {
  const kept = await (await caches.open(CACHE)).match(url);
  return kept && new Atlas(await kept.json());
}

export class Atlas {
  /** @param {Packed} packed */
  constructor({ areas, places }) {
    this.places = places;
    this.areas = areas.map((area) => ({ ...area, rings: area.rings.map(unpacked) }));
  }

  /**
   * What is known of a spot, in the words of the page.
   *
   * @param {Point} point
   * @param {DOMStringMap} words
   * @returns {Spot}
   */
  spotAt(point, words) {
    const here = this.areas.filter(({ rings }) => isIn(rings, point));
    const inside = here.some(({ layer }) => layer === "boundary");
    const name = (/** @type {number} */ rank) =>
      (inside && here.find((area) => area.layer === "area" && area.rank === rank)) || { name: "" };
    return {
      words: this.describe(point, words),
      neighborhood: name(NEIGHBORHOOD).name,
      district: name(DISTRICT).name,
      ours: inside,
      sentence: inside ? "" : words.outside,
    };
  }

  /** Where a point is, seen from the nearest place people know. @param {Point} point @param {DOMStringMap} words */
  describe([lat, long], words) {
    let [place, distance, eighth] = ["", Infinity, 0];
    for (const [name, , placeLat, placeLong] of this.places) {
      // A city is small enough to be flat.
      const north = (lat - placeLat) * METERS_PER_DEGREE;
      const east = (long - placeLong) * METERS_PER_DEGREE;
      const meters = Math.hypot(north, east * narrow((lat + placeLat) / 2));
      if (meters < distance)
        [place, distance, eighth] = [
          name,
          meters,
          Math.round(Math.atan2(east * narrow(placeLat), north) / (Math.PI / 4)),
        ];
    }
    if (distance > TOO_FAR_M) return fill(words.degrees, { lat: lat.toFixed(5), long: long.toFixed(5) });
    if (distance < VERY_CLOSE_M) return fill(words.at, { place });
    return fill(words["from" + EIGHTHS[(eighth + 8) % 8]], { place, distance: inWords(distance, words) });
  }

  /** Places whose names have all the words. @param {string} typed @returns {Found[]} */
  search(typed) {
    const wanted = folded(typed);
    const found = this.places.filter(([name]) => {
      const there = folded(name);
      return wanted.every((word) => there.some((other) => other.startsWith(word)));
    });
    return found.slice(0, MOST_FOUND).map(([name, , lat, long]) => ({ name, lat, long }));
  }
}

/** How much narrower a degree of longitude is at a latitude. @param {number} lat */
function narrow(lat) {
  return Math.cos((lat * Math.PI) / 180);
}

/** In round numbers, as the server says it. @param {number} meters @param {DOMStringMap} words */
function inWords(meters, words) {
  if (meters < LONG_WAY_M) {
    const feet = Math.max(50, Math.round((meters * FEET_PER_METER) / 50) * 50);
    return fill(words.feet, { feet, meters: Math.max(10, Math.round(meters / 10) * 10) });
  }
  const [miles, kilometers] = [meters / METERS_PER_MILE, meters / 1000].map((far) =>
    far.toFixed(1).replace(".", words.decimal || "."),
  );
  return fill(words.miles, { miles, kilometers });
}

/** Differences in 1/100,000 degrees as points. @param {number[]} flat @returns {Point[]} */
function unpacked(flat) {
  let [long, lat] = [0, 0];
  /** @type {Point[]} */
  const points = [];
  for (let i = 0; i < flat.length; i += 2) {
    long += flat[i];
    lat += flat[i + 1];
    points.push([lat / 1e5, long / 1e5]);
  }
  return points;
}

/**
 * Count how often a line eastward from the point meets the rings: an odd number means inside, holes included.
 *
 * @param {Point[][]} rings
 * @param {Point} point
 */
function isIn(rings, [lat, long]) {
  let inside = false;
  for (const ring of rings) {
    ring.forEach(([latA, longA], i) => {
      const [latB, longB] = ring[(i + 1) % ring.length];
      if (latA > lat !== latB > lat && long < longA + ((lat - latA) / (latB - latA)) * (longB - longA))
        inside = !inside;
    });
  }
  return inside;
}
