// What is kept on this phone: drafts, reports that wait to be sent, reports that were sent, and their photos.
//
// One database, one transaction for each step that a report takes. Nothing here knows of the network or of a page.

/**
 * @typedef {"draft" | "queued" | "accepted" | "done" | "attention"} State
 *   queued: frozen, the city does not have it; accepted: the city has the text, photos are to follow;
 *   attention: the city has said no and why, a person must look at it.
 */

/**
 * A report as it is kept.
 *
 * @typedef {object} Kept
 * @property {string} id
 * @property {State} state
 * @property {string} reference
 * @property {string} token  of the private link; it allows the photos, too
 * @property {string} locale
 * @property {string} code  of the request type; empty while a shared picture waits for one
 * @property {string} name  of the request type, as the person saw it
 * @property {string} place  in words, to tell one report from another
 * @property {number} changed  when the person last did something to it, in milliseconds
 * @property {string} [writer]  the tab that writes this draft
 * @property {Content} [content]  what stands in the form
 * @property {string} [submit]  where the text goes
 * @property {string} [upload]  where photos go; SHA256 stands for the photo's hash
 * @property {string} [sent]  the page after sending
 * @property {ArrayBuffer} [body]  the frozen JSON
 * @property {string} [digest]  SHA-256 of body in hex
 * @property {string[]} [missing]  hashes of the photos that the city does not have yet
 * @property {string[]} [refused]  why a photo is not with the city, in its words; empty where it said nothing
 * @property {boolean} [agreed]  photos may go over a connection that is slow or costs money
 * @property {number} [tries]  in a row, without success
 * @property {number} [next]  no sooner than this, in milliseconds
 * @property {boolean} [asked]  whether the server named that time
 * @property {string} [trouble]  why the last try failed: "network", "busy" or "strange"
 * @property {{field: string, message: string}[]} [errors]  what the city wants mended
 * @property {boolean} [followed]  somebody else's request, which this phone follows
 * @property {string} [standing]  what the city said last of the request, in words
 * @property {number} [looked]  when the city was asked last whether it still has the report, in milliseconds
 * @property {boolean} [gone]  the city keeps the report no longer; it is never sent again
 * @property {number[]} [days]  on which this phone was used since the city has confirmed the text and each photo, counted
 *   from 1970; those that were done with earlier versions have none
 */

/** @typedef {Record<string, string | string[]>} Content  values by the name of their field */

/**
 * @typedef {object} Photo
 * @property {ArrayBuffer} bytes
 * @property {string} type
 * @property {string} [description]
 * @property {string} [sha256]  in hex, once the report is frozen
 * @property {boolean} [raw]  as it came from the gallery: large, and with its hidden data
 */

/** @typedef {(kept: Kept | undefined) => Kept | null | undefined} Edit  null removes, undefined leaves it as it is */

const NAME = "portal";
const OPEN_WITHIN_MS = 5000;

/**
 * Each step leads from one version of the database to the next. Steps are only ever added, and none removes anything.
 *
 * @type {((db: IDBDatabase) => void)[]}
 */
const STEPS = [
  (db) => {
    db.createObjectStore("reports", { keyPath: "id" });
    db.createObjectStore("photos", { keyPath: ["report", "n"] });
  },
];

/** What the phone could not keep; it is gone with the page. @type {Map<string, {kept: Kept, photos: Photo[]}>} */
const held = new Map();

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

function open() {
  opened =
    opened ||
    openVersion(STEPS.length)
      // A newer page has been here; what it added does not matter to us.
      .catch((error) => (error && error.name === "VersionError" ? openVersion() : Promise.reject(error)))
      .catch((error) => {
        // A browser that does not answer at all is not asked again: each time would take as long.
        if (error) opened = undefined;
        throw error;
      });
  return opened;
}

/** @param {number} [version] @returns {Promise<IDBDatabase>} */
function openVersion(version) {
  return new Promise((resolve, reject) => {
    // Some browsers never answer; then the page must go on without.
    setTimeout(reject, OPEN_WITHIN_MS);
    const request = indexedDB.open(NAME, version);
    request.onupgradeneeded = ({ oldVersion }) =>
      STEPS.slice(oldVersion).forEach((step) => step(request.result));
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      // Another tab brings a newer version, or the system closed it: open it again when it is needed.
      db.onversionchange = () => db.close();
      db.onclose = () => (opened = undefined);
      resolve(db);
      // Also if it comes too late for whoever asked.
      opened = Promise.resolve(db);
    };
  });
}

/**
 * Do something in one transaction. What has come back is on the disk.
 *
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(reports: IDBObjectStore, photos: IDBObjectStore, done: (result: Result) => void) => void} work
 * @returns {Promise<Result>}
 */
async function transact(mode, work) {
  const transaction = await begin(mode).catch(() => begin(mode));
  return new Promise((resolve, reject) => {
    /** @type {Result} */
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error);
    work(transaction.objectStore("reports"), transaction.objectStore("photos"), (value) => (result = value));
  });
}

/** @param {IDBTransactionMode} mode */
async function begin(mode) {
  const db = await open();
  try {
    return db.transaction(["reports", "photos"], mode, { durability: "strict" });
  } catch (error) {
    // The connection was closed behind our back (iOS does that when memory is short); the next try opens another.
    opened = undefined;
    throw error;
  }
}

/** All reports, the newest first. @returns {Promise<Kept[]>} */
export async function all() {
  const read = transact("readonly", (reports, _, done) => {
    reports.getAll().onsuccess = ({ target }) => done(resultOf(target));
  });
  const kept = (await read.catch(() => [])).filter((/** @type {Kept} */ { id }) => !held.has(id));
  return [...kept, ...Array.from(held.values(), (one) => one.kept)].sort((a, b) => b.changed - a.changed);
}

/** @param {string} id @returns {Promise<Kept | undefined>} */
export async function get(id) {
  const only = held.get(id);
  if (only) return only.kept;
  return transact("readonly", (reports, _, done) => {
    reports.get(id).onsuccess = ({ target }) => done(resultOf(target));
  });
}

/** @param {string} id @returns {Promise<Photo[]>} */
export async function photosOf(id) {
  const only = held.get(id);
  if (only) return only.photos;
  return transact("readonly", (_, photos, done) => {
    photos.getAll(rangeOf(id)).onsuccess = ({ target }) => done(resultOf(target));
  });
}

/**
 * Change one report, or make it, or remove it: read and written in one transaction, its photos as well.
 *
 * @param {string} id
 * @param {Edit} edit
 * @param {Photo[]} [photos]  in place of those it has
 * @returns {Promise<Kept | undefined>}  the report as it is now
 */
export async function change(id, edit, photos) {
  const only = held.get(id);
  const kept = only ? changeHeld(id, edit, photos || only.photos) : await changeStored(id, edit, photos);
  tell({ id });
  return kept;
}

/**
 * @param {string} id
 * @param {Edit} edit
 * @param {Photo[]} [photos]
 * @returns {Promise<Kept | undefined>}
 */
function changeStored(id, edit, photos) {
  return transact("readwrite", (reports, store, done) => {
    reports.get(id).onsuccess = ({ target }) => {
      const old = resultOf(target);
      const kept = edit(old);
      done(kept === undefined ? old : kept || undefined);
      if (kept === undefined) return;
      if (kept) reports.put(kept);
      else reports.delete(id);
      if (photos || !kept) store.delete(rangeOf(id));
      for (const [n, photo] of Array.from(photos || []).entries()) store.put({ ...photo, report: id, n });
    };
  });
}

/**
 * @param {string} id
 * @param {Edit} edit
 * @param {Photo[]} photos
 */
function changeHeld(id, edit, photos) {
  const { kept } = /** @type {{kept: Kept}} */ (held.get(id));
  const edited = edit(kept);
  if (edited) held.set(id, { kept: edited, photos });
  if (edited === null) held.delete(id);
  return edited === undefined ? kept : edited || undefined;
}

/**
 * Hold a report that the phone cannot keep, as long as the page is there.
 *
 * @param {Kept} kept
 * @param {Photo[]} photos
 */
export function hold(kept, photos) {
  held.set(kept.id, { kept, photos });
  tell({ id: kept.id });
}

/** Whether a report would be lost with the page. @param {string} id */
export function isHeld(id) {
  const only = held.get(id);
  return Boolean(only && only.kept.state !== "done");
}

/** @param {string} id */
function rangeOf(id) {
  return IDBKeyRange.bound([id, 0], [id, 1e9]);
}

/** @param {EventTarget | null} request @returns {any} */
function resultOf(request) {
  return /** @type {IDBRequest} */ (request).result;
}

// --- news -------------------------------------------------------------------------------------------------------------

/**
 * What has just happened to a report. Without `doing`, it has changed in the store.
 *
 * @typedef {{id: string, doing?: "text" | "photo", n?: number, total?: number}} News
 */

/** @type {Set<(news: News) => void>} */
const listeners = new Set();
const channel = newChannel();
if (channel) channel.onmessage = ({ data }) => listeners.forEach((listener) => listener(data));

/** Some browsers have no channels, others allow none where a page may keep nothing. */
function newChannel() {
  try {
    return new BroadcastChannel("portal");
  } catch (error) {
    return undefined;
  }
}

/** Let this page, all others and the worker know. @param {News} news */
export function tell(news) {
  if (channel) channel.postMessage(news);
  listeners.forEach((listener) => listener(news));
}

/** @param {(news: News) => void} listener @returns {() => void}  ends it */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
