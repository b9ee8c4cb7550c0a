// Phones for tests. The modules of assets/ run here as they are, each page in a realm of its own (node:vm) with nothing
// around it but what a test has put there: a store that outlives the page, a clock, a network that has faults.
//
// Commands come as JSON, one a line, and each is answered with one line; phones.py has the other end of it.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import vm from "node:vm";

const ROOT = new URL("../../", import.meta.url);
const { IDBFactory, IDBKeyRange } = createRequire(new URL("a11y_tests/", ROOT))("fake-indexeddb");

const NEVER = new Promise(() => {});
/** What somebody holds who is dead: whatever is asked of it, nothing happens. */
const NOTHING = new Proxy(() => {}, { get: () => NOTHING, set: () => true, apply: () => NOTHING });
const MINUTE = 6e4;

const sources = {};
let photos = [];
let world;
/** How many phones there have been: each is in a network of its own. */
let visitors = 0;

// --- a page -----------------------------------------------------------------------------------------------------------

/** A page or the service worker: the real modules, until it dies. */
class Page {
  constructor(phone) {
    this.phone = phone;
    /** How many more things may happen to this page: each is a moment between two steps of its code. */
    this.left = Infinity;
    this.timers = new Set();
    this.connections = new Set();
    this.transactions = new Set();
    this.modules = new Map();
    this.death = new Promise((resolve) => (this.mourn = resolve));
    let random = 1 + phone.number;
    const globals = {
      ...{ AbortController, Blob, btoa, crypto, IDBKeyRange, Response },
      document: { documentElement: { lang: "en" } },
      indexedDB: { open: (...named) => this.open(...named) },
      fetch: (url, request) => this.fetch(url, request),
      setTimeout: (work, ms) => this.startTimer(work, ms),
      clearTimeout: (timer) => this.timers.delete(timer),
      navigator: {
        locks: phone.locks && {
          request: (_, how, work) => (this.lives() ? phone.locks.request(this, how, work) : NEVER),
        },
        get connection() {
          return { saveData: phone.costly };
        },
      },
      now: () => phone.now(),
      random: () => (random = (random * 16807) % 2147483647) / 2147483647,
    };
    this.realm = vm.createContext(globals);
    vm.runInContext("self = globalThis; Date.now = now; Math.random = random", this.realm);
  }

  async load() {
    for (const name of ["store", "outbox", "names", "lost"]) {
      const module = await this.module(`./${name}.js`);
      if (module.status === "unlinked") await module.link((file) => this.module(file));
      await module.evaluate();
      this[name] = module.namespace;
    }
    return this;
  }

  module(file) {
    if (!this.modules.has(file))
      this.modules.set(
        file,
        new vm.SourceTextModule(sourceOf(file.slice(2)), { identifier: file, context: this.realm }),
      );
    return this.modules.get(file);
  }

  /** One more thing is about to happen; not if this page is dead by now. */
  lives() {
    if (!this.dead && --this.left < 0) this.die();
    return !this.dead;
  }

  /** As when the system kills a tab: what is not on the disk is not, and nobody of this page hears of anything again. */
  die() {
    if (this.dead) return;
    this.dead = true;
    for (const transaction of this.transactions) {
      transaction.onabort = null;
      abort(transaction);
    }
    for (const connection of this.connections) connection.close();
    if (this.phone.locks) this.phone.locks.release(this);
    this.phone.pages = this.phone.pages.filter((page) => page !== this);
    this.mourn();
  }

  open(...named) {
    if (!this.lives()) return NOTHING;
    if (!this.phone.disk) throw new Error("this browser keeps nothing");
    const request = this.phone.disk.open(...named);
    request.addEventListener("success", () => {
      if (this.lives()) return this.watch(request.result);
      request.result.close();
      request.onsuccess = null;
    });
    return request;
  }

  watch(connection) {
    this.connections.add(connection);
    const transaction = connection.transaction.bind(connection);
    connection.transaction = (...named) => {
      if (!this.lives()) return NOTHING;
      const begun = transaction(...named);
      this.transactions.add(begun);
      // It is on the disk now; whether the page still hears of it is another thing.
      begun.addEventListener("complete", () => {
        this.transactions.delete(begun);
        if (!this.lives()) begun.oncomplete = null;
      });
      if (this.phone.full && begun.mode === "readwrite")
        setImmediate(() => abort(begun, "QuotaExceededError"));
      return begun;
    };
  }

  async fetch(url, { signal, ...request }) {
    if (!this.lives()) return NEVER;
    const stopped = new Promise(
      (_, reject) => signal && signal.addEventListener("abort", () => reject(signal.reason)),
    );
    stopped.catch(() => {});
    const sent = world.send(this.phone, url, request);
    world.pending.add(sent);
    try {
      return await Promise.race([sent, stopped]);
    } finally {
      if (!this.lives()) await NEVER;
    }
  }

  startTimer(work, ms) {
    const timer = { work, due: this.phone.uptime + ms };
    this.timers.add(timer);
    return timer;
  }

  ring() {
    for (const timer of this.timers) {
      if (timer.due > this.phone.uptime) continue;
      this.timers.delete(timer);
      timer.work();
    }
  }
}

function abort(transaction, error = null) {
  if (transaction._state !== "finished") transaction._abort(error);
}

function sourceOf(file) {
  sources[file] = sources[file] || readFileSync(new URL("assets/" + file, ROOT), "utf8");
  return sources[file];
}

// --- a phone ----------------------------------------------------------------------------------------------------------

class Phone {
  constructor(number, { locks, costly, storage }) {
    this.number = number;
    visitors += 1;
    this.address = `10.${visitors & 255}.${(visitors >> 8) & 255}.1`;
    this.disk = storage && new IDBFactory();
    this.locks = locks && new Locks();
    this.costly = costly;
    this.full = false;
    this.portal = "";
    this.uptime = 0;
    this.clock = Date.UTC(2026, 10, 22, 18);
    /** @type {Page[]} */
    this.pages = [];
  }

  now() {
    return this.clock + this.uptime;
  }

  elapse(ms) {
    this.uptime += ms;
    for (const page of this.pages) page.ring();
  }

  /** So many open pages, the oldest first; without a number all that are open, or a new one. */
  async tabs(count = this.pages.length || 1) {
    while (this.pages.length < count) {
      const page = new Page(this);
      this.pages.push(page);
      await page.load();
    }
    return this.pages.slice(0, count);
  }

  /** All reports, each as the page shows it where it has come furthest; `disk` is its state without any page. */
  async look() {
    const kept = await this.read();
    for (const { store } of this.pages) {
      for (const report of await store.all()) {
        const { disk = "", state = "", digest } = kept.get(report.id) || {};
        // What this page knows of may have been mended in another one since.
        const old = digest && digest !== report.digest;
        if (!old && WAY.indexOf(report.state) > WAY.indexOf(state))
          kept.set(report.id, { ...seen(report, await store.photosOf(report.id)), disk });
      }
    }
    return [...kept.values()];
  }

  /** What is on the disk, by id, read past all code of ours. */
  async read() {
    if (!this.disk || !(await this.disk.databases()).length) return new Map();
    const db = await result(this.disk.open("portal"));
    const stores = db.transaction(["reports", "photos"]);
    const [reports, photos] = await Promise.all([
      result(stores.objectStore("reports").getAll()),
      result(stores.objectStore("photos").getAll()),
    ]);
    db.close();
    return new Map(
      reports.map((one) => [
        one.id,
        {
          ...seen(
            one,
            photos.filter(({ report }) => report === one.id),
          ),
          disk: one.state,
        },
      ]),
    );
  }
}

const WAY = ["draft", "queued", "attention", "accepted", "done"];

function seen(
  {
    id,
    state,
    reference,
    digest,
    body,
    trouble,
    tries,
    gone = false,
    missing = [],
    refused = [],
    errors = [],
  },
  rows,
) {
  return {
    id,
    state,
    reference,
    gone,
    digest,
    trouble,
    tries,
    body: body ? sha256(body) : "",
    missing,
    refused,
    errors: errors.length,
    photos: rows.map(({ bytes }) => sha256(bytes)),
  };
}

function sha256(bytes) {
  return createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Web Locks of one phone, of which there is only one. Whoever dies lets it go; whoever waits may give up; one may be stolen. */
class Locks {
  waiting = [];

  request(page, { signal, steal }, work) {
    return new Promise((resolve, reject) => {
      const one = { page, work, resolve, reject };
      if (signal) {
        signal.addEventListener("abort", () => {
          if (this.waiting.includes(one)) reject(signal.reason);
          this.waiting = this.waiting.filter((other) => other !== one);
        });
      }
      if (steal && this.holder) this.holder.reject(new Error("stolen"));
      if (steal) this.holder = undefined;
      this.waiting[steal ? "unshift" : "push"](one);
      this.grant();
      // It says nothing, so whoever waits for it waits in vain.
      if (this.holder.frozen) setTimeout(() => page.phone.elapse(2 * MINUTE + 1), 1);
    });
  }

  /** A page that is frozen with all that it holds, as browsers keep those that were left. */
  freeze() {
    if (!this.holder) this.holder = { frozen: true, reject: () => {} };
  }

  grant() {
    if (this.holder || !this.waiting.length) return;
    const holder = (this.holder = this.waiting.shift());
    const done = () => {
      if (this.holder !== holder) return;
      this.holder = undefined;
      this.grant();
    };
    Promise.resolve().then(holder.work).then(holder.resolve, holder.reject).finally(done);
  }

  release(page) {
    this.waiting = this.waiting.filter((one) => one.page !== page);
    if (this.holder && this.holder.page === page) this.holder = undefined;
    this.grant();
  }
}

// --- the network ------------------------------------------------------------------------------------------------------

class World {
  constructor({ city, phones }) {
    this.city = city;
    this.phones = phones.map((phone, number) => new Phone(number, phone));
    /** What happens to the next requests, one after the other. */
    this.faults = [];
    /** All that was ever sent: a network may bring any of it once more, at any time. */
    this.old = [];
    this.pending = new Set();
    this.removed = [];
    /** How many faults there have been, and how many of them were somebody else's answers. */
    this.faulty = 0;
    this.strange = 0;
  }

  async send(phone, url, { method, headers, body }) {
    const fault = phone.portal || this.faults.shift() || "";
    const bytes = body && Buffer.from(await new Response(body).arrayBuffer());
    const request = {
      url: this.city + url,
      method,
      headers: { ...headers, "X-Forwarded-For": phone.address },
      body: bytes,
    };
    this.old.push(request);
    const [kind, what] = fault.split(":");
    this.faulty += Boolean(fault);
    this.strange += /strange|portal/.test(kind);
    return (FAULTS[kind] || deliver)(request, what, phone);
  }

  async quiet() {
    while (this.pending.size) {
      const pending = [...this.pending];
      await Promise.allSettled(pending);
      for (const one of pending) this.pending.delete(one);
    }
  }
}

/** Somebody else's words in our form, as of a gateway or a firewall that speaks JSON. */
const GATEWAY =
  '{"error":"unauthorized","message":"Authentication required","state":"stored","errors":[{"field":"","message":"Blocked"}]}';

const PORTALS = {
  page: { status: 200, type: "text/html", body: "<h1>Welcome to the hotel</h1>" },
  json: { status: 200, type: "application/json", body: '{"captive":true,"id":"hotel","photos_missing":[]}' },
  redirect: { status: 302, type: "text/html", body: "" },
  forbidden: { status: 403, type: "text/html", body: "<h1>Pay first</h1>" },
  denied: { status: 403, type: "application/json", body: '{"captive":true}' },
  okay: { status: 200, type: "application/json", body: GATEWAY },
  unauthorized: { status: 401, type: "application/json", body: GATEWAY },
  blocked: { status: 403, type: "application/json", body: GATEWAY },
  unknown: { status: 404, type: "application/json", body: GATEWAY },
  gone: { status: 410, type: "application/json", body: GATEWAY },
  invalid: { status: 422, type: "application/json", body: GATEWAY },
  empty: { status: 200, type: "application/json", body: "" },
  list: { status: 200, type: "application/json", body: `[${GATEWAY},null,1]` },
  further: { status: 204, type: "text/plain", body: "", headers: { "Upload-Offset": "70000" } },
  missing: { status: 404, type: "text/html", body: "<h1>Not here</h1>" },
  wanted: { status: 511, type: "text/html", body: "<h1>Sign in</h1>" },
};

/** What anybody between phone and city may answer; each with every status. */
const BODIES = {
  ok: () => '{"ok":true}',
  gateway: () => GATEWAY,
  foreign: () => FOREIGN,
  html: () => "<h1>Blocked</h1>",
  empty: () => "",
  null: () => "null",
  short: () => "[]",
  long: (count) => list(FOREIGN, count + 1),
  foreigners: (count) => list(FOREIGN, count),
  nulls: (count) => list("null", count),
  // What was sent comes back.
  echo: (_count, text) => (text.includes("\n{") ? `[${text.trim().split("\n")}]` : text),
};

/** About somebody else's report. */
const FOREIGN = JSON.stringify({
  ...{
    id: "00000000-0000-4000-8000-000000000000",
    digest: "0".repeat(64),
    sha256: "0".repeat(64),
    reference: "4829135570242",
  },
  ...{
    status: 201,
    state: "stored",
    error: "not_found",
    errors: [{ field: "", message: "No" }],
    photos_missing: [],
  },
});

function list(one, count) {
  return `[${Array(count).fill(one)}]`;
}

/** About how many reports something is. @param {string} text */
function countOf(text) {
  if (!text.startsWith("[")) return text.trim().split("\n").length;
  return JSON.parse(text).length;
}

/** What a network does to a request. */
const FAULTS = {
  unreachable: () => Promise.reject(new TypeError("fetch failed")),
  lost: async (request) => {
    await deliver(request).catch(() => {});
    throw new TypeError("fetch failed");
  },
  cut: async (request) => ({
    ...(await deliver(request)),
    json: () => Promise.reject(new SyntaxError("Unexpected end of JSON input")),
  }),
  half: async (request) => {
    await deliver({ ...request, body: request.body && halfOf(request.body) }).catch(() => {});
    throw new TypeError("fetch failed");
  },
  // word: where it stands; without one, in the middle.
  changed: (request, word) => {
    const body = request.body && Buffer.from(request.body);
    if (body && body.length) body[word ? body.indexOf(word) : body.length >> 1] ^= 1;
    return deliver({ ...request, body });
  },
  twice: (request) => Promise.any([deliver(request), deliver(request)]),
  // Nothing comes back, until whoever waits for it gives up.
  hanging: async (request, when, phone) => {
    if (when === "after") await deliver(request).catch(() => {});
    await new Promise(setImmediate);
    phone.elapse(MINUTE + 1);
    throw new TypeError("given up");
  },
  busy: async (_, seconds) =>
    answer(seconds ? 429 : 503, { "Retry-After": seconds }, '{"error":"later","message":"Please wait."}'),
  portal: async ({ method }, kind) => {
    const { status, type, body, headers } = PORTALS[kind];
    return answer(status, { "Content-Type": type, ...headers }, method === "HEAD" ? "" : body);
  },
  strange: async ({ method, body }, what) => {
    const [status, kind] = what.split("-");
    const text = body ? body.toString() : "";
    return answer(
      Number(status),
      { "Content-Type": "application/json" },
      method === "HEAD" ? "" : BODIES[kind](countOf(text), text),
    );
  },
  // The server dies of this request; when: see city.py.
  dying: (request, when) => deliver({ ...request, headers: { ...request.headers, "X-Die": when } }),
  // Somebody deletes the report in another tab, just now.
  removed: async (request, _, phone) => {
    const id = new URL(request.url).pathname.split("/")[2];
    world.removed.push(id);
    const sent = deliver(request);
    await (await new Page(phone).load()).store.change(id, () => null).catch(() => {});
    return sent;
  },
};

async function deliver({ url, method, headers, body }) {
  const response = await fetch(url, {
    method,
    headers,
    body,
    redirect: "manual",
    ...(body instanceof ReadableStream && { duplex: "half" }),
  });
  return answer(response.status, response.headers, await response.text());
}

/** What a browser's fetch shows of an answer, with `redirect: "manual"`. */
function answer(status, headers, text) {
  const hidden = status >= 300 && status < 400;
  return {
    status: hidden ? 0 : status,
    headers: new Headers(hidden ? {} : headers),
    json: async () => JSON.parse(text),
  };
}

/** A body of which only the first half comes before the connection breaks. */
function halfOf(body) {
  const pieces = [body.subarray(0, body.length >> 1)];
  return new ReadableStream({
    async pull(controller) {
      if (pieces.length) return controller.enqueue(pieces.pop());
      // The first half must have left before the end of it all.
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.error(new Error("broken off"));
    },
  });
}

// --- commands ---------------------------------------------------------------------------------------------------------

/** Let a page do something, and return when it is done or the page is dead. crash: after how many things it dies. */
async function doing(pages, crash, work) {
  pages[0].left = crash || Infinity;
  await Promise.all(pages.flatMap((page) => work(page).map((one) => Promise.race([one, page.death]))));
  await world.quiet();
  const died = pages.some((page) => page.dead);
  for (const page of pages) page.left = Infinity;
  return died;
}

const COMMANDS = {
  patch({ patches }) {
    for (const [file, old, replacement] of patches) {
      if (sourceOf(file).split(old).length !== 2) throw new Error(`${file} does not say this once: ${old}`);
      sources[file] = sources[file].replace(old, () => replacement);
    }
  },

  photos({ files }) {
    photos = files.map((file) => new Uint8Array(Buffer.from(file, "base64")).buffer);
  },

  world(command) {
    world = new World(command);
  },

  /** Begin a draft. */
  async write({ phone, chosen, crash, reference }) {
    const [page] = await world.phones[phone].tabs(1);
    // No two at the same moment, so that their order is the same in every run.
    page.phone.elapse(1);
    const names = { ...page.names.newNames(), ...(reference && { reference }) };
    const draft = {
      ...names,
      state: "draft",
      locale: "en",
      code: "pothole",
      name: "Pothole",
      place: "",
      changed: page.phone.now(),
    };
    let told = false;
    const died = await doing([page], crash, () => [
      page.store
        .change(names.id, () => draft, photosOf(chosen))
        .then(
          () => (told = true),
          () => {},
        ),
    ]);
    return { ...names, told, died };
  },

  /** Freeze a draft and put it into the outbox, as draft.js does. */
  async queue({ phone, id, names, fields, chosen, crash, full }) {
    const [page] = await world.phones[phone].tabs(1);
    const kept = (await page.store.get(id).catch(() => undefined)) || names;
    const { reference, token } = kept;
    const here = photosOf(chosen).map((photo) => ({ ...photo, sha256: sha256(photo.bytes) }));
    const media = here.map(({ sha256, bytes }) => ({ sha256, bytes: bytes.byteLength }));
    const bytes = new TextEncoder().encode(
      JSON.stringify({ ...fields, id, reference, manage_token: token, media }),
    );
    const body = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const frozen = {
      ...kept,
      id,
      state: "queued",
      locale: "en",
      body,
      digest: sha256(body),
      submit: `/requests/${id}`,
      upload: `/requests/${id}/photos/SHA256`,
      sent: "/",
      errors: [],
      changed: page.phone.now(),
    };
    let told = false;
    page.phone.full = full;
    const died = await doing([page], crash, () => [
      page.store
        .change(id, () => frozen, here)
        .catch(() => page.store.hold(frozen, here))
        .then(() => (told = true)),
    ]);
    page.phone.full = false;
    return { digest: frozen.digest, told, died };
  },

  async flush({ phone, tabs, twice, now, faults, crash, full }) {
    const pages = await world.phones[phone].tabs(tabs);
    world.faults = faults;
    world.removed = [];
    pages[0].phone.full = full;
    const died = await doing(pages, crash, (page) =>
      Array.from({ length: twice ? 2 : 1 }, () => page.outbox.flush(now)),
    );
    pages[0].phone.full = false;
    world.faults = [];
    return { died, removed: world.removed };
  },

  /** Somebody looks at the list: the city is asked about all that was sent. */
  async ask({ phone, faults, crash }) {
    const pages = await world.phones[phone].tabs();
    world.faults = faults;
    world.removed = [];
    const died = await doing(pages, crash, (page) => [page.lost.lookAfter(true).catch(() => {})]);
    world.faults = [];
    return { died, removed: world.removed };
  },

  freeze({ phone }) {
    const { locks } = world.phones[phone];
    if (locks) locks.freeze();
  },

  async remove({ phone, id }) {
    const [page] = await world.phones[phone].tabs(1);
    await page.store.change(id, () => null).catch(() => {});
  },

  async agree({ phone, id }) {
    const [page] = await world.phones[phone].tabs(1);
    await page.store.change(id, (old) => old && { ...old, agreed: true }).catch(() => {});
  },

  /** The store loses the bytes of a photo, or some of them change; returns whose. */
  async damage({ phone, id, n, how }) {
    const { disk } = world.phones[phone];
    if (!disk || !(await disk.databases()).length) return { photo: "" };
    const db = await result(disk.open("portal"));
    const store = db.transaction("photos", "readwrite").objectStore("photos");
    const row = await result(store.get([id, n]));
    if (row && how === "lose") await result(store.delete([id, n]));
    if (row && how === "spoil") {
      const bytes = row.bytes.slice(0);
      new Uint8Array(bytes)[bytes.byteLength >> 1] ^= 1;
      await result(store.put({ ...row, bytes }));
    }
    db.close();
    return { photo: row ? row.sha256 || sha256(row.bytes) : "" };
  },

  set({ phone, ...values }) {
    Object.assign(world.phones[phone], values);
  },

  jump({ phone, ms }) {
    world.phones[phone].clock += ms;
  },

  elapse({ phone, ms }) {
    world.phones[phone].elapse(ms);
  },

  /** The oldest page gives way to another one. */
  leave({ phone }) {
    for (const page of world.phones[phone].pages.slice(0, 1)) page.die();
  },

  reboot({ phone }) {
    const { pages } = world.phones[phone];
    for (const page of pages) page.die();
    return { died: pages.length > 0 };
  },

  /** Something that was sent long ago arrives, perhaps for the second time. */
  async replay({ n }) {
    if (world.old.length) await deliver(world.old[n % world.old.length]).catch(() => {});
  },

  counts() {
    return { requests: world.old.length, faults: world.faulty, "strange answers": world.strange };
  },

  async look() {
    return { phones: await Promise.all(world.phones.map((phone) => phone.look())) };
  },
};

function photosOf(chosen) {
  return chosen.map((n) => ({ bytes: photos[n].slice(0), type: "image/jpeg", description: "" }));
}

// What a page does not catch is for its console, and no reason to end.
process.on("unhandledRejection", () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...values } = JSON.parse(line);
  let reply;
  try {
    reply = (await COMMANDS[command](values)) || {};
  } catch (error) {
    reply = { failed: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
}
