// Run in a page: makes `window.listener`, which reads pages with the virtual screen reader and tells what it says.
// An expression: a function that is given the source of @guidepup/virtual-screen-reader.

async (source) => {
  const { virtual } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const MOST_STOPS = 2000;

  /** The switch of languages grows with each language; what is said of the page does not depend on it. */
  const languages = document.querySelector("header .brand ~ *");
  if (languages) languages.hidden = true;
  // No browser with scripts shows these; this reader reads them all the same.
  for (const element of document.querySelectorAll("noscript")) element.remove();

  /** What is different at each run: moments, as they are shown. */
  const moments = () =>
    Array.from(document.querySelectorAll("time"), ({ textContent }) =>
      textContent.replace(/\s+/g, " ").trim(),
    );

  /** Where a person is: at an option of a list whose field has the focus, or at what has it. */
  function place() {
    const focused = document.activeElement;
    return document.getElementById(focused.getAttribute("aria-activedescendant") || "") || focused;
  }

  window.listener = {
    /** Everything within an element, from its first word to its last. */
    async read(selector) {
      await virtual.stop();
      await virtual.start({ container: document.querySelector(selector) });
      const first = await virtual.lastSpokenPhrase();
      for (let stop = 0; stop < MOST_STOPS; stop++) {
        await virtual.next();
        if ((await virtual.lastSpokenPhrase()) === first) break;
      }
      const phrases = (await virtual.spokenPhraseLog()).slice(0, -1);
      await this.wait();
      return { phrases, moments: moments() };
    },

    /** From now on, what is said by itself counts. */
    async wait() {
      await virtual.stop();
      await virtual.start({ container: document.body });
      await virtual.clearSpokenPhraseLog();
    },

    /** What has been said so far, with where the focus is if that has changed. */
    async said() {
      if (document.activeElement !== document.body)
        place().dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
      // The reader takes a turn before it speaks.
      await new Promise((done) => setTimeout(done, 20));
      const phrases = await virtual.spokenPhraseLog();
      await virtual.clearSpokenPhraseLog();
      return { phrases, moments: moments() };
    },
  };
};
