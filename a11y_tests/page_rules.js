// What must be true of every page, as functions that return the sentences of what is not.
// Evaluated in the browser by page_rules.py; `document` may be parsed from what the server sent.

(() => {
  const CONTROLS = "input:not([type=hidden]), select, textarea, button";
  // Tokens of HTML by which a browser fills in what a person asks it to (WCAG 2.2, 1.3.5), by field of the report.
  const OWN_DATA = { first_name: "given-name", last_name: "family-name", email: "email", phone: "tel" };
  // English links that say nothing by themselves; in other languages it is the next rule that finds them.
  const VAGUE = /^(here|click here|more|read more|learn more|details|link|this|this page|change|show|open)$/;
  const words = (text) => (text || "").replace(/\s+/g, " ").trim();
  const shown = (element) => words(element.outerHTML).slice(0, 160);

  /** What stands in the markup. `expected`: {lang, dir, error}, the page's language and its word for "Error:". */
  function markup(document, expected) {
    const faults = [];
    const all = (selector) => Array.from(document.querySelectorAll(selector));
    const say = (sentence, element) => faults.push(sentence + (element ? ": " + shown(element) : ""));
    const byId = (id) => all("[id]").find((element) => element.id === id);

    const { lang, dir } = document.documentElement;
    if (lang !== expected.lang) say(`lang is "${lang}", not "${expected.lang}"`);
    if ((dir || "ltr") !== expected.dir) say(`dir is "${dir}", not "${expected.dir}"`);

    const headings = all("h1");
    if (headings.length !== 1) say(`there are ${headings.length} h1`);
    const heading = words(headings[0] && headings[0].textContent);
    const title = words(document.title);
    const step =
      expected.live && all("section[data-step]:not([hidden]) h2").map((one) => words(one.textContent))[0];
    const beginnings = [
      heading,
      `${expected.error} ${heading}`,
      ...(step ? [step, `${expected.error} ${step}`] : []),
    ];
    if (!heading || !beginnings.some((beginning) => title.startsWith(beginning)))
      say(`the title "${title}" does not begin with "${heading}"`);

    let level = 0;
    for (const one of all("h1, h2, h3, h4, h5, h6").filter((one) => !one.closest("[hidden]"))) {
      const next = Number(one.localName[1]);
      if (next > level + 1) say(`after h${level} comes h${next}`, one);
      level = next;
    }

    const first = document.body.querySelector(`a[href], ${CONTROLS}`);
    if (!first || first.getAttribute("href") !== "#main")
      say("the skip link is not the first thing to reach", first);
    const main = byId("main");
    if (!main || main.localName !== "main" || main.tabIndex !== -1) say("the skip link leads nowhere");
    for (const landmark of ["header", "main", "footer"]) {
      if (all(landmark).length !== 1) say(`there are ${all(landmark).length} <${landmark}>`);
    }
    if (!document.querySelector('footer a[href^="tel:"]')) say("no help by phone at the end of the page");
    const zoom = document.querySelector("meta[name=viewport]");
    if (!zoom || /user-scalable|maximum-scale/.test(zoom.content))
      say("zooming is not left to the person", zoom);

    const ids = all("[id]").map((element) => element.id);
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
      say(`the id "${id}" is there more than once`);
    for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "for"]) {
      for (const element of all(`[${attribute}]`)) {
        for (const id of element.getAttribute(attribute).split(/\s+/))
          if (!byId(id)) say(`${attribute} names "${id}", which is not there`, element);
      }
    }
    for (const link of all('a[href^="#"]')) {
      const id = decodeURIComponent(link.getAttribute("href").slice(1));
      const isStep = expected.live && id.startsWith("step-");
      if (!isStep && !byId(id)) say("leads to nothing", link);
    }

    for (const control of all(CONTROLS)) {
      const label = control.id && all("label").find((label) => label.htmlFor === control.id);
      const around = control.closest("label");
      // Their group would not be spoken, see `choice` in components/elements.py.
      if (around && control.localName === "input") say("stands within its label", control);
      const by = (control.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean).map(byId);
      const own = control.localName === "button" ? control.textContent : "";
      const name = [
        own,
        control.getAttribute("aria-label"),
        label && label.textContent,
        around && around.textContent,
        ...by.map((one) => one && one.textContent),
      ];
      if (!control.hidden && !name.some((part) => words(part))) say("has no label", control);
      if (control.type === "radio" && !control.closest("fieldset")) say("is in no group", control);
    }
    for (const group of all("fieldset"))
      if (!words(group.querySelector(":scope > legend")?.textContent)) say("has no legend", group);
    for (const form of all("form")) {
      if (!(form.getAttribute("action") || "").startsWith("/")) say("has no action of ours", form);
      if (!/^(get|post)$/i.test(form.getAttribute("method") || "")) say("has no method", form);
    }
    for (const image of all("img")) if (!image.hasAttribute("alt")) say("has no alt", image);
    for (const link of all("a")) {
      if (!link.hasAttribute("href")) say("is a link without a target", link);
      const named =
        words(link.textContent) ||
        link.getAttribute("aria-label") ||
        Array.from(link.querySelectorAll("img")).some((image) => words(image.alt));
      if (!named) say("is a link without words", link);
    }
    for (const link of all("a[href]")) {
      if (VAGUE.test(words(link.getAttribute("aria-label") || link.textContent).toLowerCase()))
        say("does not say where it leads", link);
    }

    for (const element of all("[tabindex]")) if (element.tabIndex > 0) say("comes before its turn", element);
    for (const control of all("input, select, textarea")) {
      const own = OWN_DATA[control.name];
      // By an e-mail address people are also known at the desk.
      if (own && ![own, "username"].includes(control.getAttribute("autocomplete")))
        say(`should have autocomplete="${own}"`, control);
    }

    for (const element of all("*")) {
      for (const { name, value } of Array.from(element.attributes)) {
        if (/^on/.test(name)) say("has a handler in its markup", element);
        if (name === "style" && !expected.live) say("has a style in its markup", element);
        // Out of the portal leads only what the desk or the city pack has named: of an alert, or of an office.
        const isOutside =
          name === "href" &&
          (element.matches(":is(.alert, .ways) a[rel='external noreferrer'][href^='https://']") ||
            element.matches(".ways a:is([href^='mailto:'], [href^='sms:'])"));
        if (
          /^(href|src|action|formaction|srcset|poster)$/.test(name) &&
          !isOutside &&
          !/^(\/(?!\/)|#|tel:|blob:)/.test(value) &&
          !value.startsWith(location.origin + "/")
        )
          say(`${name} leads elsewhere`, element);
      }
    }
    for (const script of all("script"))
      if (!script.hasAttribute("src") || words(script.textContent)) say("is a script in the page", script);
    if (all("style").length > 1) say("there is more than one style sheet");
    return faults;
  }

  /** Texts that a person sees or hears and that are to be in the page's language. */
  function texts(document) {
    const { lang } = document.documentElement;
    const foreign = (element) => element && element.closest(`[lang]:not([lang="${lang}"]), [translate=no]`);
    /** What an element says, without those parts that say that they are in another language. */
    const said = (element) =>
      Array.from(element.childNodes, (node) =>
        node.nodeType === 3 ? node.nodeValue : node.nodeType === 1 && !foreign(node) ? said(node) : "",
      ).join("");
    const found = new Set();
    const add = (text, element) => words(text) && !foreign(element) && found.add(words(text));
    const within = (root) => {
      for (const element of Array.from(root.querySelectorAll("*"))) {
        if (element.matches("script, style, path, svg *")) continue;
        for (const node of Array.from(element.childNodes))
          if (node.nodeType === 3) add(node.nodeValue, element);
        if (element.matches("p, li, h1, h2, h3, dt, dd, legend, label, button, a, option, span, title"))
          add(said(element), element);
        for (const { name, value } of Array.from(element.attributes)) {
          if (
            /^(alt|title|placeholder|content|aria-label|aria-valuetext|aria-description|data-.*)$/.test(name)
          )
            add(value, element);
        }
        if (element.localName === "template") within(element.content);
      }
    };
    within(document);
    return Array.from(found);
  }

  const visible = (element) =>
    element.checkVisibility({ checkVisibilityCSS: true }) &&
    !element.closest(".sr:not(:focus), .skip:not(:focus)");

  /** What can be seen of the page in a window. `least`: side of a target in CSS pixels. */
  function sight(least) {
    const faults = [];
    const say = (sentence, element) => faults.push(sentence + (element ? ": " + shown(element) : ""));
    const room = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth > room) {
      say(`the page scrolls sideways, by ${document.scrollingElement.scrollWidth - room} px`);
      const wide = Array.from(document.body.querySelectorAll("*")).filter(
        (one) => visible(one) && one.getBoundingClientRect().right > room + 1 && !one.closest("svg"),
      );
      for (const one of wide.slice(-3)) say("is too wide", one);
    }
    for (const element of Array.from(document.body.querySelectorAll("*"))) {
      // A field may hold more than it shows.
      if (!visible(element) || element.closest(".sr, .map, svg, input, textarea, select")) continue;
      const style = getComputedStyle(element);
      const cuts = /hidden|clip/.test(style.overflowX + style.overflowY) && element.clientWidth;
      if (
        cuts &&
        (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
      )
        say("is cut off", element);
    }
    for (const target of Array.from(
      document.querySelectorAll(`a[href], ${CONTROLS}, summary, [role=slider]`),
    )) {
      if (!visible(target) || isInSentence(target)) continue;
      const box = (target.matches("[type=radio], [type=checkbox]") && target.closest(".choice")) || target;
      const { width, height } = around(box);
      // Half a pixel is what rounding may take.
      if (width < least - 0.5 || height < least - 0.5)
        say(`is a target of ${Math.round(width)} x ${Math.round(height)} px`, target);
    }
    return faults;
  }

  /** The size of an element with all that stands in it: of a link around a photo, its own box is one line high. */
  function around(element) {
    const boxes = [element, ...Array.from(element.querySelectorAll("*"))]
      .map((one) => one.getBoundingClientRect())
      .filter((box) => box.width > 1);
    const side = (start, end) =>
      Math.max(0, ...boxes.map((box) => box[end])) - Math.min(...boxes.map((box) => box[start]));
    return { width: side("left", "right"), height: side("top", "bottom") };
  }

  /** Whether a link is part of a line of words (WCAG 2.5.8, "inline"). */
  function isInSentence(target) {
    if (target.localName !== "a" || getComputedStyle(target).display !== "inline") return false;
    const block = target.closest("p, li, dd, dt, td");
    return (
      Boolean(block) && /[\p{L}]{3}/u.test(words(block.textContent).replace(words(target.textContent), ""))
    );
  }

  /** What is wrong with where the focus is. */
  function focus() {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement)
      return ["the focus is nowhere"];
    const faults = [];
    const box = element.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
      faults.push("the focus is out of sight: " + shown(element));
    if (element.matches("main")) return faults;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const seen =
      outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !/^rgba.* 0\)$/.test(outlineColor);
    if (!seen) faults.push("the focus cannot be seen: " + shown(element));
    // The top left corner of what has the focus may lie under something else.
    const [x, y] = [
      Math.max(0, box.left) + Math.min(box.width, innerWidth) / 2,
      Math.max(1, box.top + Math.min(4, box.height / 2)),
    ];
    const top = document.elementFromPoint(Math.min(x, innerWidth - 1), Math.min(y, innerHeight - 1));
    if (top && !element.contains(top) && !top.contains(element))
      faults.push("the focus is hidden behind " + shown(top) + ": " + shown(element));
    return faults;
  }

  return { markup, texts, sight, focus };
})();
