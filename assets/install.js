// <install-offer>: a quiet offer to put the portal on the home screen, where the browser makes one possible.

import { Component } from "./element.js";

/** Where it is noted that somebody has answered. */
const ANSWERED = "no-install";

class InstallOffer extends Component {
  ready() {}

  begin() {
    this.on(window, "beforeinstallprompt", (event) => {
      event.preventDefault();
      /** The browser's own question, which waits until the person wants to hear it. @type {any} */
      this.question = event;
      // It is made once, whatever the answer: who says yes and then no to the browser has said no.
      this.hidden = isAnswered();
    });
    this.on(this, "click", ({ target }) => this.answer(/** @type {HTMLElement} */ (target).dataset.act));
  }

  /** @param {string} [act] */
  answer(act) {
    if (!act) return;
    if (act === "install") this.question.prompt();
    localStorage.setItem(ANSWERED, "1");
    // The button that has the focus goes.
    /** @type {HTMLElement} */ (this.closest("main")).focus({ preventScroll: true });
    this.remove();
  }
}

/** Whether the offer was answered; where nothing can be remembered it is not made, or it would come again and again. */
function isAnswered() {
  try {
    return Boolean(localStorage.getItem(ANSWERED));
  } catch (error) {
    return true;
  }
}

customElements.define("install-offer", InstallOffer);
