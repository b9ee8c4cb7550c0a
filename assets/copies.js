// Takes reports from this phone: as a file that any other phone or computer can send to the city, or as a link.
// Loaded when somebody asks for it.

import { make, say } from "./element.js";
import { listOf } from "./fields.js";
import { photosOf } from "./store.js";
import { addressOf } from "./words.js";

/** @typedef {import("./store.js").Kept} Kept */

/** @param {any} host  the <my-requests>, which says what was done @param {Kept[]} reports */
export async function saveFile(host, reports) {
  const copies = [];
  for (const kept of reports) copies.push(await copyOf(kept));
  const content = JSON.stringify({ format: "city-311-reports", v: 1, reports: copies });
  const link = /** @type {HTMLAnchorElement} */ (make("a", ""));
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = `311-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  say(host.said, host.dataset.copied);
}

/**
 * Share the private link of a report, or copy it.
 *
 * @param {any} host  the <my-requests>
 * @param {Kept} kept
 * @param {string} [pattern]
 */
export async function shareLink(host, kept, pattern) {
  const url = location.origin + addressOf(pattern, kept);
  try {
    if (navigator.share) return await navigator.share({ title: kept.name, url });
    await navigator.clipboard.writeText(url);
    say(host.said, host.dataset.linkCopied);
  } catch (error) {
    // The person has thought better of it, or the browser may not; the private link itself stands beside.
  }
}

/** What the file holds of a report: exactly what would have been sent, or what stands in its form. @param {Kept} kept */
async function copyOf({ id, token, digest, body, content = {} }) {
  const photos = [];
  // In a draft, what a photo shows is a field like any other, and may be newer than the photo.
  const words = listOf(content.media_description);
  for (const { bytes, type, sha256, description } of await photosOf(id)) {
    photos.push({
      sha256,
      type,
      description: body ? description : words[photos.length],
      data: await base64(bytes),
    });
  }
  const text = body ? new TextDecoder().decode(body) : JSON.stringify(content);
  return { id, token, digest, body: text, draft: !body || undefined, photos };
}

/** @param {ArrayBuffer} bytes @returns {Promise<string>} */
function base64(bytes) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1]);
    reader.onerror = reject;
    reader.readAsDataURL(new Blob([bytes]));
  });
}
