"""Words that run together in the ear: where one text ends, the next one begins without a space between them.

What a person sees may stand apart, by a box or a margin, and so may words that nobody sees. Screen readers get texts,
line by line. A space within words that are only heard counts (site.css keeps it, see `.sr`); one before or after them
stands at the end of a line, and is none.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from playwright.sync_api import CDPSession, Error, Page

_INLINE = {
    "emphasis",
    "strong",
    "time",
    "mark",
    "code",
    "abbr",
    "subscript",
    "superscript",
    "generic",
    "none",
}
"""Of these a screen reader says only what stands in them."""
# Chinese, Japanese and the like are written without spaces.
_WORD = r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"
_ENDS = re.compile(rf"(?:{_WORD}|[.,:;!?)”»…])$")
_BEGINS = re.compile(rf"^(?:{_WORD}|[(“«])")


class _Text(NamedTuple):
    words: str
    node: int


def joined_words(page: Page) -> list[str]:
    """The pairs of texts on one line that are read as one word, as Chromium gives them to a screen reader."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    found = []
    for node in nodes:
        if node.get("ignored") or _role(node) in ("StaticText", "InlineTextBox", *_INLINE):
            continue
        before = _Text("", 0)
        for text in _texts(node, by_id):
            is_joined = _ENDS.search(before.words) and _BEGINS.search(text.words)
            if is_joined and _is_one_line(session, before, text):
                found.append(f"is read as one word: “{before.words[-40:]}|{text.words[:40]}”")
            before = text
    session.detach()
    return found


def _texts(node: Mapping[str, Any], by_id: Mapping[str, Any]) -> Iterator[_Text]:
    """The texts in an element, in their order; empty for what ends a text."""
    for id in node.get("childIds", ()):
        child = by_id.get(id)
        if child is None:
            continue
        if _role(child) == "StaticText" and not child.get("ignored"):
            yield _Text(str(child.get("name", {}).get("value", "")), child.get("backendDOMNodeId", 0))
        elif child.get("ignored") or _role(child) in _INLINE:
            yield from _texts(child, by_id)
        else:
            yield _Text("", 0)


def _is_one_line(session: CDPSession, one: _Text, other: _Text) -> bool:
    boxes = [_box(session, text.node) for text in (one, other)]
    if not all(boxes):
        return True
    (above, bottom), (top, below) = boxes[0][-1], boxes[1][0]
    # Lines of tall scripts reach into each other a little.
    return min(bottom, below) - max(above, top) > min(bottom - above, below - top) / 2


def _box(session: CDPSession, node: int) -> list[tuple[float, float]]:
    """The top and bottom of each line of a text; nothing, if it has no place of its own."""
    try:
        quads = session.send("DOM.getContentQuads", {"backendNodeId": node})["quads"]
    except Error:
        return []
    return [(min(quad[1::2]), max(quad[1::2])) for quad in quads]


def _role(node: Mapping[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))
