// Danger in what somebody types, found without the server, as app/kit/danger.py finds it; that file and its neighbors
// say why. The lists are published as danger-<code>.json, and what tells languages apart as danger-languages.json.

import { folded } from "./fold.js";

const LONGEST = 6000;
const LONGEST_WORD = 40;
const NEGATED = 2;
/** @type {Record<string, string>} */
const TONES = {
  "\u0300": "\u0300",
  "\u0301": "\u0301",
  "\u0303": "\u0309",
  "\u0309": "\u0309",
  "\u0323": "\u0323",
};

/** @typedef {"911" | "988"} Called */
/** @typedef {{words: Map<string, Node>, begins: Map<string, Node>, groups: Set<string>}} Node */
/** @typedef {{root: Node, rules: Record<string, string[][]>, same: Map<string, string>, skipped: Set<string>, glued: RegExp | null}} Ready */
/** @typedef {Map<string, [number, number][]>} Spots */
/** @typedef {{near: number, marks: boolean | "", doubles: boolean | "", skipped: string, same: string, glued: string, harmless: string, not: string, not_now: string, now: string, words: Record<string, string>, "911 alone": string, "911": string, "988 alone": string, "988": string}} List */

/** @type {WeakMap<List, Ready>} */
const ready = new WeakMap();

/** Whom to call at once. The lists: the page's own, and what `wanted` names besides. @param {string} text @param {...List} lists @returns {Called | null} */
export function look(text, ...lists) {
  const readings = lists.map((list) => read(first(LONGEST, text), list));
  const quiet = new Set(each(readings, (reading) => reading.notNow));
  for (const sentence of each(readings, (reading) => reading.now)) quiet.delete(sentence);
  const found = readings.map((reading) => called(reading, quiet));
  return found.includes("911") ? "911" : found.includes("988") ? "988" : null;
}

/** The codes of the lists to look in. @param {string} text @param {string} page its language @param {Record<string, {letters: string, little: string}>} languages @returns {string[]} */
export function wanted(text, page, languages) {
  text = first(LONGEST, text);
  const words = new Set(plain(text, {}, new Map()));
  const known = Object.entries(languages).map(([code, { letters, little }]) => ({
    code,
    little: little.split(" ").filter((word) => words.has(word)).length,
    letters: letters && new RegExp(`[${letters}]`).test(text),
  }));
  const most = Math.max(...known.map(({ little }) => little));
  const enough = most >= 2 || (words.size > 0 && words.size <= 4 * most);
  const own = [page.split("-")[0], "en"];
  const fits = known.filter(
    ({ code, little, letters }) => own.includes(code) || letters || (enough && little === most),
  );
  return fits.map(({ code }) => code);
}

/** So many characters, where JavaScript counts some as two. @param {number} most @param {string} text */
function first(most, text) {
  return [...text.slice(0, 2 * most)].slice(0, most).join("");
}

/** @param {string} text @param {List} list */
function read(text, list) {
  const words = ready.get(list) || made(list);
  ready.set(list, words);
  const parts = text.split(/[.!?;\n。！？；؟…]+/).map((part) => comparable(part, list, words));
  const sentences = each(parts, (part, number) => part.map(() => number));
  const spots = spotsIn(
    each(parts, (part) => part).map((word) => forms(word, words.glued)),
    words.root,
  );
  const then = inside(at(spots, "not_now"));
  const now = at(spots, "now").filter(([start]) => !then.has(start));
  return {
    list,
    words,
    spots,
    sentences,
    notNow: [...then].map((word) => sentences[word]),
    now: now.map(([start]) => sentences[start]),
  };
}

/** @param {Spots} spots @param {string} group */
function at(spots, group) {
  return spots.get(group) || [];
}

/** @param {ReturnType<typeof read>} reading @param {Set<number>} quiet @returns {Called | undefined} */
function called({ list, words, spots, sentences }, quiet) {
  const said = spoken(spots, sentences, quiet);
  const now = inside(at(said, "now"));
  /** @param {string} number */
  const alone = (number) =>
    at(said, number + " alone").some(
      ([start, end]) =>
        now.size + range(start, end).filter((word) => !now.has(word)).length === sentences.length,
    );
  /** @type {Called[]} */
  const numbers = ["911", "988"];
  return numbers.find(
    (number) => alone(number) || words.rules[number].some((rule) => meet(said, rule, list.near)),
  );
}

/** @param {Spots} spots @param {number[]} sentences @param {Set<number>} quiet @returns {Spots} */
function spoken(spots, sentences, quiet) {
  const harmless = inside(at(spots, "harmless"));
  const silent = new Set(each(at(spots, "not"), ([, end]) => range(end, end + NEGATED)));
  sentences.forEach((sentence, word) => {
    if (quiet.has(sentence)) silent.add(word);
  });
  /** @param {[number, number]} spot */
  const counts = ([start, end]) =>
    !silent.has(start) && !range(start, end).some((word) => harmless.has(word));
  return new Map([...spots].map(([group, found]) => [group, group === "now" ? found : found.filter(counts)]));
}

/** @param {Spots} spots @param {string[]} rule @param {number} near */
function meet(spots, rule, near) {
  let reached = at(spots, rule[0]);
  for (const group of rule.slice(1)) {
    const starts = new Set(reached.map(([start]) => start));
    const ends = new Set(reached.map(([, end]) => end));
    reached = at(spots, group).filter(([start, end]) =>
      range(0, near + 1).some((gap) => ends.has(start - gap) || starts.has(end + gap)),
    );
  }
  return reached.length > 0;
}

/**
 * What is made of each, in one list; older browsers know no flatMap.
 *
 * @template Given, Made
 * @param {Given[]} list
 * @param {(one: Given, index: number) => Made[]} make
 * @returns {Made[]}
 */
function each(list, make) {
  /** @type {Made[]} */
  const made = [];
  list.forEach((one, index) => made.push(...make(one, index)));
  return made;
}

/** The words that some spots cover. @param {[number, number][]} spots */
function inside(spots) {
  return new Set(each(spots, ([start, end]) => range(start, end)));
}

/** @param {number} start @param {number} end */
function range(start, end) {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

/** @param {string[][]} tokens @param {Node} root */
function spotsIn(tokens, root) {
  /** @type {Spots} */
  const found = new Map();
  for (let start = 0; start < tokens.length; start++) {
    let nodes = [root];
    for (let end = start; end < tokens.length && nodes.length; end++) {
      nodes = each(nodes, (node) => each(tokens[end], (form) => after(node, form)));
      for (const group of new Set(each(nodes, (node) => [...node.groups]))) {
        if (!found.has(group)) found.set(group, []);
        at(found, group).push([start, end + 1]);
      }
    }
  }
  return found;
}

/** @param {Node} node @param {string} word @returns {Node[]} */
function after({ words, begins }, word) {
  const nodes = [words.get(word)];
  if (begins.size) for (let end = 1; end <= word.length; end++) nodes.push(begins.get(word.slice(0, end)));
  return /** @type {Node[]} */ (nodes.filter(Boolean));
}

/** @param {string} word @param {RegExp | null} glued */
function forms(word, glued) {
  const all = [word];
  for (let shorter = word; glued; all.push(word)) {
    shorter = word.replace(glued, "");
    if (shorter === word) break;
    word = shorter;
  }
  return all;
}

/** @param {string} text @param {List} list @param {{same: Map<string, string>, skipped: Set<string>}} spelling */
function comparable(text, list, spelling) {
  return plain(text, list, spelling.same)
    .filter((word) => !spelling.skipped.has(word))
    .map((word) => shortened(word, list));
}

/** @param {string} word @param {{doubles: boolean | ""}} list */
function shortened(word, { doubles }) {
  return first(LONGEST_WORD, doubles ? word : word.replace(/(\p{L})\1+/gu, "$1"));
}

/** @param {string} text @param {{marks?: boolean | ""}} list @param {Map<string, string>} same */
function plain(text, { marks }, same) {
  text = text.replace(/['’‘ʼ`´_]/g, "");
  const words = marks ? marked(text) : folded(text);
  return each(
    words,
    (word) =>
      [...word]
        .map((sign) => same.get(sign) || sign)
        .join("")
        .match(/[\u3400-\u9fff]|[^\u3400-\u9fff]+/g) || [],
  );
}

/** @param {string} text */
function marked(text) {
  const words =
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) || [];
  return words.map((word) => {
    const letters = [...word.normalize("NFD")];
    const tone = letters.find((sign) => TONES[sign]);
    return letters.filter((sign) => !TONES[sign]).join("") + (tone ? TONES[tone] : "");
  });
}

/** A list, ready to look with. @param {List} list @returns {Ready} */
function made(list) {
  const same = new Map(list.same.split(/\s+/).map((pair) => [[...pair][1], [...pair][0]]));
  const skipped = new Set(plain(list.skipped, list, same));
  const root = node();
  const groups = Object.entries(list.words).map(([name, lines]) => [`<${name}>`, lines]);
  const named = new Set(groups.map(([name]) => name));
  /** @param {string} phrase @param {string} group */
  const add = (phrase, group) => {
    for (const [name, lines] of [...groups].reverse())
      phrase = phrase.split(name).join(`(${lines.replace(/,/g, "|")})`);
    for (const way of ways(phrase)) put(root, phraseWords(way, list, same, skipped), group);
  };
  const { harmless, not, not_now, now } = list;
  for (const [group, lines] of [...Object.entries({ harmless, not, not_now, now }), ...groups])
    for (const phrase of parts(lines, ",")) add(phrase, group);
  /** @type {Record<string, string[][]>} */
  const rules = {};
  for (const number of /** @type {Called[]} */ (["911", "988"])) {
    for (const phrase of parts(list[`${number} alone`], ",")) add(phrase, number + " alone");
    rules[number] = [[number]];
    for (const line of parts(list[number], ",")) {
      const rule = parts(line, "+");
      for (const part of rule) if (!named.has(part)) add(part, rule[1] ? part : number);
      if (rule[1]) rules[number].push(rule);
    }
  }
  const glued = list.glued ? new RegExp(`^(?:${list.glued})(?=..)`, "u") : null;
  return { root, rules, same, skipped, glued };
}

/** @returns {Node} */
function node() {
  return { words: new Map(), begins: new Map(), groups: new Set() };
}

/** @param {string} text @param {string} sign */
function parts(text, sign) {
  return text
    .split(sign)
    .map((part) => part.trim())
    .filter(Boolean);
}

/** "(is|was) not" is two phrases. @param {string} phrase @returns {string[]} */
function ways(phrase) {
  const choice = phrase.match(/\(([^()]*)\)/);
  if (!choice) return [phrase];
  const [whole, inside] = choice;
  return each(inside.split("|"), (chosen) => ways(phrase.replace(whole, () => chosen)));
}

/** Each word of a phrase in its forms. @param {string} phrase @param {List} list @param {Map<string, string>} same @param {Set<string>} skipped */
function phraseWords(phrase, list, same, skipped) {
  return each(parts(phrase, " "), (part) => {
    const bare = plain(part, {}, same);
    const rows = each(plain(part, list, same), (word, index) =>
      skipped.has(word)
        ? []
        : [[word, ...(bare[index] === word || skipped.has(bare[index]) ? [] : [bare[index]])]],
    );
    return rows.map((row, index) =>
      row.map((word) => shortened(word, list) + (part.endsWith("*") && index === rows.length - 1 ? "*" : "")),
    );
  });
}

/** @param {Node} root @param {string[][]} words @param {string} group */
function put(root, words, group) {
  let ends = [root];
  for (const row of words)
    ends = each(ends, (end) => (words.length > 1 ? row : row.slice(0, 1)).map((word) => follow(end, word)));
  for (const end of ends) end.groups.add(group);
}

/** @param {Node} end @param {string} word */
function follow({ words, begins }, word) {
  const [followed, key] = word.endsWith("*") ? [begins, word.slice(0, -1)] : [words, word];
  const next = followed.get(key) || node();
  followed.set(key, next);
  return next;
}
