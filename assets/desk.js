// A tab at the desk: words that are being typed outlive a reload, and a tab that nobody uses lets go of what it knows.
//
// The words stay in this tab (sessionStorage) under the id of the person who types them, until they are sent, the form
// is emptied, somebody signs out, or somebody else signs in.

/** So long nobody touches a tab before it is idle. */
const IDLE_MS = 15 * 60e3;
const PREFIX = "desk ";
/** Under which name Reflex keeps what the server knows a tab by. */
const TOKEN = "token";
const USED = ["keydown", "input", "pointerdown", "pointermove", "wheel", "touchstart"];
/** Says that a tab was loaded anew by itself, and that nobody has touched it since. */
const UNTOUCHED = "untouched";

/** Whose words this page keeps. */
let last = "";

/**
 * Keep what a person types into forms that have an id, until the returned function is called. Filters are not kept:
 * they stand in the address.
 *
 * @param {string} person  id of who is signed in; empty: nobody is known yet
 */
export function keepWords(person) {
  if (!person) return undefined;
  // Somebody else has signed in meanwhile: what stands in the forms is not theirs.
  if (last && last !== person) for (const form of Array.from(document.forms)) form.reset();
  last = person;
  forgetWords((name) => !name.startsWith(PREFIX + person + " "));
  /** @param {string} form */
  const place = (form) =>
    `${PREFIX}${person} ${location.pathname.replace(/^\/[^/]*/, "")}${new URLSearchParams(location.search).get("ref") || ""} ${form} `;
  /** @param {Event} event */
  const typed = ({ target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    if (isKept(field))
      sessionStorage.setItem(place(/** @type {HTMLFormElement} */ (field.form).id) + field.name, field.value);
  };
  /** @param {Event} event */
  const emptied = ({ target }) => forget(/** @type {HTMLFormElement} */ (target));
  /** @param {Element} form */
  const forget = (form) => forgetWords((name) => name.startsWith(place(form.id)));
  /** @param {Event} event */
  const leaving = ({ target }) => {
    if (/\/sign-out\/$/.test(/** @type {HTMLFormElement} */ (target).action)) signOut();
  };
  const takeUp = () => {
    for (const field of Array.from(document.querySelectorAll("main form[id] :is(input, textarea)")))
      restore(/** @type {HTMLInputElement} */ (field), place);
  };
  const watcher = new MutationObserver((changes) => {
    // A form that was taken away has done its work; the next one begins empty.
    for (const { removedNodes } of changes)
      for (const node of Array.from(removedNodes))
        if (node instanceof HTMLFormElement && node.id) forget(node);
    if (changes.some(({ addedNodes }) => addedNodes.length)) takeUp();
  });
  document.addEventListener("input", typed);
  document.addEventListener("reset", emptied);
  document.addEventListener("submit", leaving, true);
  watcher.observe(document.body, { childList: true, subtree: true });
  takeUp();
  return () => {
    watcher.disconnect();
    document.removeEventListener("input", typed);
    document.removeEventListener("reset", emptied);
    document.removeEventListener("submit", leaving, true);
  };
}

/** @param {HTMLInputElement} field @param {(form: string) => string} place */
function restore(field, place) {
  const kept =
    isKept(field) &&
    !field.value &&
    sessionStorage.getItem(place(/** @type {HTMLFormElement} */ (field.form).id) + field.name);
  if (kept) field.value = kept;
}

/** @param {HTMLInputElement} field */
function isKept({ form, name, type }) {
  return Boolean(
    form && form.id && name && !["hidden", "radio", "checkbox", "password", "file"].includes(type),
  );
}

/** Whoever comes next in this tab gets nothing of it, neither here nor from the server. */
function signOut() {
  forgetWords(() => true);
  sessionStorage.removeItem(TOKEN);
}

/** @param {(name: string) => boolean} which */
function forgetWords(which) {
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith(PREFIX) && which(name)) sessionStorage.removeItem(name);
}

/**
 * After a quarter of an hour without a touch: a tab in sight is loaded anew, once. After another quarter, or out of sight,
 * it lets the server forget what it shows, and is loaded anew when somebody comes back to it: a tab that went on by itself
 * would keep a sign-in alive of which nobody makes use. Until the returned function is called.
 *
 * @param {() => void} rest  lets the server forget
 */
export function restWhenIdle(rest) {
  let since = Date.now();
  let resting = false;
  const again = () => {
    // Under a new name the server does not look for the old state.
    sessionStorage.removeItem(TOKEN);
    location.reload();
  };
  const used = () => {
    sessionStorage.removeItem(UNTOUCHED);
    if (isIdle()) again();
    else since = Date.now();
  };
  const isIdle = () => resting || Date.now() - since > IDLE_MS;
  // A computer that sleeps runs no timers: it is looked at when it wakes, or when somebody touches it.
  const look = () => {
    if (!isIdle()) return;
    if (document.visibilityState === "visible" && !sessionStorage.getItem(UNTOUCHED)) {
      sessionStorage.setItem(UNTOUCHED, "yes");
      return again();
    }
    if (!resting) rest();
    resting = true;
  };
  const seen = () => {
    if (document.visibilityState === "visible") used();
  };
  const timer = setInterval(look, 60e3);
  for (const name of USED) addEventListener(name, used, { passive: true, capture: true });
  document.addEventListener("visibilitychange", seen);
  return () => {
    clearInterval(timer);
    for (const name of USED) removeEventListener(name, used, { capture: true });
    document.removeEventListener("visibilitychange", seen);
  };
}
