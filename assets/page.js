// What every page but the report form needs, as one file: together these elements weigh less than another request.

import "./errors.js";
import "./sync.js";
import "./choose.js";
import "./receipt.js";
import "./status.js";
import "./mine.js";
import "./install.js";

// As in form.js.
export { flush } from "./outbox.js";
export { all, change, get, photosOf } from "./store.js";
