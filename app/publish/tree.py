"""A small tree of the HTML that React prerenders, which closes every element it opens."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


@dataclass
class Element:
    """An element with its attributes (names lower case, values unescaped) and children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    def find(self, tag: str) -> "Element":
        """The first element with that tag, this one included.

        Raises LookupError if there is none.
        """
        if self.tag == tag:
            return self
        for child in self.children:
            if isinstance(child, Element):
                try:
                    return child.find(tag)
                except LookupError:
                    continue
        raise LookupError(f"no <{tag}>")


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # React writes <br/>; inside <svg>, <path/> closes itself, too.
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> closes <{self.open[-1].tag}>: not the HTML that React writes")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """Parse prerendered HTML; comments and the doctype are left out.

    Raises ValueError where an element is closed that is not the innermost open one.
    """
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    return builder.root
