// The service worker: keeps the pages of the languages that this phone uses, and empties the outbox when a connection
// comes back while no page is open.
//
// It answers looks at pages and at our own files, nothing else. What is private to a request is never kept here: that
// is in the store, on this phone only.

import { newNames } from "./names.js";
import { flush, isWaiting } from "./outbox.js";
import { change } from "./store.js";

/** Packs of pages, by language; our own files; public pages as they were seen last. */
const PAGES = "pages";
const FILES = "files";
const SEEN = "seen";
const MOST_SEEN = 40;
/** Of which reports the city has hidden something. */
const HIDDEN = "/offline/hidden.json";
/** A page that might come from the network gets so long when there is another one here. */
const PATIENCE_MS = 4000;
const CHECK_EVERY_MS = 6e5;
/** Pages that are older than this are only shown when the network does not answer. */
const FRESH_MS = 864e5;

/**
 * All pages of one language that need nothing of the moment: a base, and each page as its differences from it.
 *
 * @typedef {object} Pack
 * @property {string} version
 * @property {string} base
 * @property {Record<string, (string | number)[]>} pages  by path: texts, and pairs of numbers, from and to in the base
 * @property {string} away  the path of the page for what is not here
 * @property {Record<string, string>} headers
 * @property {string[]} files  our own files that these pages need
 * @property {number} checked  when the server was asked last whether this is still so, in milliseconds
 */

const worker = /** @type {any} */ (self);

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(keep(event.data.keep)));
// Failing tells the browser to wake us again later.
worker.addEventListener("sync", (/** @type {any} */ event) =>
  event.waitUntil(flush(true).then(async () => (await isWaiting()) && Promise.reject())),
);
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  const path = url.pathname;
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && /^\/[\w-]+\/share\/$/.test(path)) event.respondWith(share(request, path));
  if (request.method !== "GET") return;
  if (path.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode !== "navigate" || /^\/[\w-]+\/desk\//.test(path)) return;
  else
    event.respondWith(
      /^\/[\w-]+\/requests\/\w+\/(sent|manage)\//.test(path) ? privatePage(request, path) : page(event, url),
    );
});

// --- pages ------------------------------------------------------------------------------------------------------------

/**
 * From the network only, and never kept. Without one, a page of ours says so in the person's language.
 *
 * @param {Request} request
 * @param {string} path
 */
async function privatePage(request, path) {
  try {
    return await fetch(request);
  } catch (error) {
    return insteadOf(await lastUsed(), await packOf(path.split("/")[1]), undefined, undefined);
  }
}

/** @param {any} event @param {URL} url @returns {Promise<Response>} */
async function page(event, url) {
  const locale = url.pathname.split("/")[1];
  const last = await lastUsed();
  // The bare address: people need not choose again.
  if (last && !locale) return Response.redirect(`/${last}/`);
  const pack = await packOf(locale);
  const whole = pack && pack.pages[url.pathname];
  if (pack) event.waitUntil(keep(locale).catch(() => {}));
  // A form is a tool, not news: it is there at once, and costs nothing.
  if (pack && whole && !isAsking(url) && Math.abs(Date.now() - pack.checked) < FRESH_MS)
    return compose(pack, whole);
  const seen = await (await caches.open(SEEN)).match(event.request, { ignoreVary: true });
  try {
    const answer = fetch(event.request);
    // It may come too late to be shown; what is kept then is the new one all the same.
    event.waitUntil(answer.then((response) => remember(event.request, response.clone())).catch(() => {}));
    const late = pack && new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));
    const response = await (late ? Promise.race([answer, late]) : answer);
    if (response.status >= 500 && (whole || seen)) throw new Error();
    return response;
  } catch (error) {
    return insteadOf(last, pack, whole, seen);
  }
}

/** Whether a page is asked for something that only the server knows, as the answer to a search. @param {URL} url */
function isAsking(url) {
  return /^\/[\w-]+\/$/.test(url.pathname) || /^\?(?!draft=)/.test(url.search);
}

/**
 * @param {string | undefined} last  the language that was used last
 * @param {Pack | undefined} pack
 * @param {(string | number)[] | undefined} whole
 * @param {Response | undefined} seen
 */
async function insteadOf(last, pack, whole, seen) {
  if (pack && whole) return compose(pack, whole, "");
  if (seen) return marked(await seen.text(), seen.headers, seen.headers.get("Date") || "");
  const any = pack || (last && (await packOf(last)));
  return any ? compose(any, any.pages[any.away], "") : Response.error();
}

/**
 * @param {Pack} pack
 * @param {(string | number)[]} parts
 * @param {string} [away]  there is no network
 */
function compose(pack, parts, away) {
  let html = "";
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    html += typeof part === "string" ? part : pack.base.slice(part, /** @type {number} */ (parts[++i]));
  }
  return marked(html, pack.headers, away);
}

/**
 * A page that comes from this phone. data-away lets it say so: without a network, and since when.
 *
 * @param {string} html
 * @param {HeadersInit} headers
 * @param {string} [away]
 */
function marked(html, headers, away) {
  return new Response(away === undefined ? html : html.replace("<html", `<html data-away="${away}"`), {
    headers,
  });
}

/** What may be kept is kept; what is gone, is gone here, too. @param {Request} request @param {Response} response */
async function remember(request, response) {
  const cache = await caches.open(SEEN);
  if (/404|410/.test("" + response.status)) await cache.delete(request);
  if (!response.ok || !/^public|must-revalidate/.test(response.headers.get("Cache-Control") || "")) return;
  await cache.put(request, response);
  for (const old of (await cache.keys()).slice(0, -MOST_SEEN)) await cache.delete(old);
}

// --- what is kept -----------------------------------------------------------------------------------------------------

/** @type {Record<string, Pack | undefined>} */
const packs = {};

/** @param {string} locale @returns {Promise<Pack | undefined>} */
async function packOf(locale) {
  if (packs[locale]) return packs[locale];
  const stored = await (await caches.open(PAGES)).match(`/offline/${locale}.json`);
  packs[locale] =
    stored && (await new Response(packed(stored, worker.DecompressionStream)).json().catch(() => undefined));
  return packs[locale];
}

/** The language that was used last, which stands for the bare address. */
async function lastUsed() {
  const used = await (await caches.open(PAGES)).match("/");
  return used && used.text();
}

/** A body through a (de)compressor, where the browser has one: kept small, it is a sixth. @param {Response} response @param {any} how */
function packed(response, how) {
  const body = /** @type {ReadableStream} */ (response.body);
  return how ? body.pipeThrough(new how("gzip")) : body;
}

/** Keep a language, or see whether what is kept of it is still so. Rejects if it cannot be had. @param {string} locale */
async function keep(locale) {
  const pages = await caches.open(PAGES);
  const old = await packOf(locale);
  const use = () => pages.put("/", new Response(locale));
  if (old) await use();
  if (old && Math.abs(Date.now() - old.checked) < CHECK_EVERY_MS) return;
  if (old) await forgetHidden(pages).catch(() => {});
  const response = await fetch(`/offline/${locale}.json`, { cache: "no-cache", redirect: "error" });
  if (!response.ok) throw response;
  /** @type {Pack} */
  const pack = { ...(await response.json()), checked: Date.now() };
  const files = await caches.open(FILES);
  // All of them, or the old ones stay. What has not changed costs nothing.
  for (const url of pack.files) if (!(await files.match(url, { ignoreVary: true }))) await files.add(url);
  const body = packed(new Response(JSON.stringify(pack)), worker.CompressionStream);
  await pages.put(`/offline/${locale}.json`, new Response(body));
  await use();
  packs[locale] = pack;
  if (!old) await (await caches.open(SEEN)).add(`/${locale}/alerts/`);
  if (old && old.version !== pack.version) await tidyFiles(files, old.files);
}

/** Drop the kept pages of reports of which the city has hidden something since, and the lists. @param {Cache} pages */
async function forgetHidden(pages) {
  const hidden = await (await fetch(HIDDEN, { cache: "no-cache" })).text();
  const old = await pages.match(HIDDEN);
  if (old && hidden === (await old.text())) return;
  const seen = await caches.open(SEEN);
  for (const request of await seen.keys()) {
    const found = /s\/\d+(\d{6})|recent/.exec(request.url);
    if (found && hidden.includes(found[1] || "")) await seen.delete(request);
  }
  await pages.put(HIDDEN, new Response(hidden));
}

/** Remove what no page names any more; pages of the last version may still be open, and load a file late. @param {Cache} files @param {string[]} last */
async function tidyFiles(files, last) {
  const wanted = new Set(last);
  for (const { url } of await (await caches.open(PAGES)).keys()) {
    const pack = await packOf(url.replace(/.*\/(.*)\.json/, "$1"));
    for (const file of pack ? pack.files : []) wanted.add(file);
  }
  for (const request of await files.keys()) {
    const { pathname, search } = new URL(request.url);
    if (!wanted.has(pathname + search)) await files.delete(request);
  }
}

/** @param {Request} request */
async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) || fetch(request);
}

// --- pictures that are shared from elsewhere ----------------------------------------------------------------------------

/** Begin a draft with pictures from the gallery, and ask what it is about. @param {Request} request @param {string} path */
async function share(request, path) {
  const locale = path.split("/")[1];
  const names = newNames();
  try {
    const files = (await request.formData())
      .getAll("media")
      .filter((file) => file instanceof File && file.size);
    const photos = await Promise.all(
      files.slice(0, 5).map(async (file) => ({
        bytes: await new Response(file).arrayBuffer(),
        type: /** @type {File} */ (file).type,
        raw: true,
      })),
    );
    await change(
      names.id,
      () => ({ ...names, locale, state: "draft", code: "", name: "", place: "", changed: Date.now() }),
      photos,
    );
  } catch (error) {
    // The picture is still in the gallery.
  }
  return Response.redirect(`/${locale}/report/?draft=${names.id}`, 303);
}
