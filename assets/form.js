// What the report form and the page after sending need, as one file. The order is that in which elements begin.

import "./sync.js";
import "./steps.js";
import "./photo.js";
import "./place.js";
import "./draft.js";
import "./receipt.js";

// The page's own store and outbox, by name: tests and benches look at what people really get.
export { hex, newNames } from "./names.js";
export { flush } from "./outbox.js";
export { all, change, get, photosOf } from "./store.js";
