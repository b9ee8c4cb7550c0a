// Takes the place of sw.js when a city wants to be rid of it (PORTAL_RETIRE_WORKER): removes the pages that it has
// kept, and then itself.
//
// Reports that are not with the city yet stay where they are, in the store: pages send them without a worker, too.
// No page is loaded anew, because somebody may be writing in it.

const worker = /** @type {any} */ (self);

worker.addEventListener("install", () => worker.skipWaiting());
// A page that asks for a worker again while another one is open gets this one back; its message sends it off again.
for (const type of ["activate", "message"])
  worker.addEventListener(type, (/** @type {any} */ event) => event.waitUntil(retire()));

async function retire() {
  for (const name of await caches.keys()) await caches.delete(name);
  await worker.registration.unregister();
}
