// What every page begins with, as one file: whoever comes to the start page has the form's scripts already, and the whole
// way to the receipt costs hardly more than the form alone. The order is that in which elements begin.

import "./sync.js";
import "./steps.js";
import "./photo.js";
import "./place.js";
import "./draft.js";

/** What only some pages have, and no first visit to a form. */
const LATE = {
  "service-list": () => import("./choose.js"),
  "copy-text": () => import("./receipt.js"),
  "live-status": () => import("./status.js"),
  "my-requests": () => import("./mine.js"),
};
for (const [tag, load] of Object.entries(LATE)) if (document.querySelector(tag)) load().catch(() => {});

// The page's own store and outbox, by name: tests and benches look at what people really get.
export { hex, newNames } from "./names.js";
export { flush } from "./outbox.js";
export { all, change, get, photosOf } from "./store.js";
