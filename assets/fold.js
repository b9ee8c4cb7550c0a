// Text made comparable without the server: what people type in a hurry is as it is written.

/** As app/kit/folding.py: no capitals, accents or vowel marks, no article in Arabic. @param {string} text @returns {string[]} */
export function folded(text) {
  const bare = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\u0640]/gu, "")
    .replace(/đ/g, "d")
    .replace(/ة/g, "ه")
    .replace(/[ىی]/g, "ي")
    .replace(/ک/g, "ك")
    .replace(/ٱ/g, "ا");
  return bare
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/^ال(?=..)/, ""))
    .filter(Boolean);
}
