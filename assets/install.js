// <install-offer>: a quiet offer to put the portal on the home screen, where the browser makes one possible.

class InstallOffer extends HTMLElement {
  constructor() {
    super();
    window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      // After a no it is never made again.
      if (!localStorage.getItem("no-install")) this.offer(/** @type {any} */ (event));
    });
  }

  /** @param {any} event  the browser's own question, which waits until the person wants to hear it */
  offer(event) {
    this.hidden = false;
    this.addEventListener("click", ({ target }) => {
      const { act } = /** @type {HTMLElement} */ (target).dataset;
      if (act === "install") event.prompt();
      if (act === "no-install") localStorage.setItem(act, "1");
      if (act) this.remove();
    });
  }
}

customElements.define("install-offer", InstallOffer);
