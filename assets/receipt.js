// <copy-text>: adds a button that copies the text it holds, and one that prints the page.

import { Component, part, say } from "./element.js";
import { all, change } from "./store.js";

class CopyText extends Component {
  ready() {
    this.append(
      document.importNode(/** @type {HTMLTemplateElement} */ (this.querySelector("template")).content, true),
    );
    noteArrival(this.dataset.sentNumber);
  }

  begin() {
    this.on(this, "click", async ({ target }) => {
      const { act } = /** @type {HTMLElement} */ (target).dataset;
      if (act === "print") window.print();
      if (act !== "copy") return;
      say(
        part(this, "said"),
        (await toClipboard(part(this, "text"))) ? this.dataset.copied : this.dataset.selected,
      );
    });
  }
}

/** A report that arrived by the plain form is no draft any more. One on its way is not done before all photos have arrived. @param {string | undefined} number */
async function noteArrival(number) {
  for (const { id, reference, state } of await all()) {
    if (reference === number && (state === "draft" || state === "attention"))
      await change(id, (old) => old && { ...old, state: "done", sent: location.pathname });
  }
}

/** Copy a text, or at least select it. @param {HTMLElement} text */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText((text.textContent || "").trim());
    return true;
  } catch (error) {
    // An old browser, or a page that may not: select it as a person would.
  }
  const selection = /** @type {Selection} */ (window.getSelection());
  selection.selectAllChildren(text);
  try {
    return document.execCommand("copy");
  } catch (error) {
    return false;
  }
}

customElements.define("copy-text", CopyText);
