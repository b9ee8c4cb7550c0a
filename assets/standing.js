// Where a kept report stands, in the words of the page (components/standing.py brings them).

import { fill } from "./forms.js";
import { isCostly } from "./outbox.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./store.js").News} News */

/**
 * @param {HTMLElement} host  bears the sentences as data-say-…
 * @param {Kept} kept
 * @param {News} [news]  what is being done with it at this moment
 * @returns {string}
 */
export function standing({ dataset }, kept, news) {
  const { state, trouble, errors, missing = [] } = kept;
  if (news && news.doing === "text") return dataset.saySending || "";
  if (news && news.doing === "photo") return fill(dataset.sayPhoto, { n: news.n || 0, total: news.total || 0 });
  if (state === "draft") return dataset.sayDraft || "";
  if (state === "queued") return (trouble === "busy" ? dataset.sayBusy : trouble === "strange" ? dataset.sayStrange : dataset.saySaved) || "";
  if (state === "accepted") return fill(isCostly() && !kept.agreed ? dataset.sayCostly : dataset.sayLater, { count: missing.length });
  if (state === "attention") {
    const why = (errors || []).map(({ message }) => message).join(" ");
    return fill(dataset.sayAttention, { why: why || dataset.sayRefused || "" });
  }
  const sent = kept.standing ? fill(dataset.sayStanding, { status: kept.standing }) : dataset.saySent;
  return [sent, ...(kept.refused || [])].join(" ");
}

/** A number as people read it: 482 913 557 0246. @param {string} reference */
export function grouped(reference) {
  return reference.replace(/^(...)(...)(...)/, "$1 $2 $3 ");
}
