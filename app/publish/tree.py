"""A small tree of the HTML of a page."""

from dataclasses import dataclass, field

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


class PublishError(Exception):
    """A page cannot be published as it is written; the message says where and why."""


@dataclass
class Element:
    """An element with its attributes (names as HTML writes them, values unescaped) and children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)
