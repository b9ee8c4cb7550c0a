"""A visitor for tests: asks the site for pages, and looks over every page that comes back."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from bs4 import BeautifulSoup, Tag

from a11y_tests.validator import faults_of_html
from app.http.portal import Portal
from app.http.security import guarded
from app.site.site import site
from i18n.locales import LOCALES
from tests.real_pages import real_build

SENTENCE_ENDS = "\ue000\ue001"
_TAGS = re.compile(r"<[^>]+>")
_VALUES = re.compile(r'\b(?!(?:id|for|class|name|type|role|rel|method|autocomplete)=|aria-)([a-z-]+)="[^"]*"')
_valid: set[str] = set()


@dataclass(frozen=True)
class Page:
    """An answer that is a page."""

    response: httpx.Response
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        """Its HTTP status."""
        return self.response.status_code

    @property
    def text(self) -> str:
        """All that its main part says, spaces folded."""
        return " ".join(self.tag("main").get_text(" ").split())

    def tag(self, selector: str) -> Tag:
        """The first element that fits; fails if there is none."""
        found = self.soup.select_one(selector)
        assert found is not None, f"no {selector} on {self.response.url.path}"
        return found

    def links(self) -> dict[str, str]:
        """The text of every link in the main part, and where it leads."""
        return {
            " ".join(link.get_text(" ").split()): str(link["href"])
            for link in self.tag("main").select("a[href]")
        }

    def form(self, selector: str = "form[enctype]") -> dict[str, str]:
        """What a browser would send of a form in which nothing has been touched."""
        fields: dict[str, str] = {}
        for control in self.tag(selector).select("input[name], textarea[name], select[name]"):
            kind = control.get("type", "")
            if kind == "file" or (kind in ("radio", "checkbox") and not control.has_attr("checked")):
                continue
            value = control.get_text() if control.name == "textarea" else control.get("value", "")
            fields[str(control["name"])] = str(value)
        return fields


class Visitor:
    """Fetches pages. Each one is checked for what every page must have, whatever the test is about."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **options: Any) -> Page:
        """Fetch a page without following redirects."""
        return self._page(await self.client.get(path, **options))

    async def post(self, path: str, **options: Any) -> Page:
        """Send a form."""
        return self._page(await self.client.post(path, **options))

    async def follow(self, page: Page) -> Page:
        """Go where a redirect leads."""
        assert page.status in (302, 303), f"{page.status}: {page.text[:300]}"
        return await self.get(page.response.headers["location"])

    def _page(self, response: httpx.Response) -> Page:
        page = Page(response, BeautifulSoup(response.text, "html.parser"))
        if response.headers.get("content-type", "").startswith("text/html"):
            check(page)
        return page


def check(page: Page) -> None:
    """What holds for every page of the portal."""
    soup, path = page.soup, page.response.url.path
    html, title = page.tag("html"), page.tag("title").get_text()
    headings = [heading.get_text() for heading in soup.select("h1")]
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert headings[0] in title, f"{path}: the title {title!r} does not say {headings[0]!r}"
    first = path.split("/")[1]
    if first in LOCALES:
        assert html["lang"] == first, f"{path}: lang is {html['lang']}"
    assert html["dir"] == LOCALES[str(html["lang"])].direction
    _check_ids(soup, path)
    _check_forms(soup, path)
    _check_headings(soup, path)
    assert soup.select("body a[href]")[0]["href"] == "#main", f"{path}: the skip link is not the first link"
    assert not soup.select("[style], script:not([src])"), f"{path}: inline style or script"
    assert not [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on")]
    for left_over in ("{{", "{%", *SENTENCE_ENDS):
        assert left_over not in page.response.text, f"{path}: {left_over!r} is left over"
    _check_html(page.response.text, path)
    assert all(image.has_attr("alt") for image in soup.select("img")), f"{path}: a picture without alt"


def _check_html(html: str, path: str) -> None:
    """A real validator reads each page once. One that is made of the same tags is the same, in another language."""
    made_of = " ".join(sorted(_VALUES.sub("", tag) for tag in _TAGS.findall(html)))
    if made_of not in _valid:
        faults = faults_of_html(html)
        assert not faults, f"{path}: {faults}"
        _valid.add(made_of)


def _check_ids(soup: BeautifulSoup, path: str) -> None:
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids)), f"{path}: ids twice: {sorted(one for one in ids if ids.count(one) > 1)}"
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        for tag in soup.select(f"[{attribute}]"):
            if tag.find_parent("template"):
                continue
            missing = set(str(tag[attribute]).split()) - set(ids)
            assert not missing, f"{path}: {attribute} names {missing}, which is not on the page"


def _check_forms(soup: BeautifulSoup, path: str) -> None:
    for form in soup.select("form"):
        assert form.get("action"), f"{path}: a form without action"
        assert form.get("method"), f"{path}: a form without method"
    for control in soup.select("input:not([type=hidden]), textarea, select"):
        if control.find_parent("template"):
            continue
        labeled = control.find_parent("label") or soup.select(f'label[for="{control.get("id")}"]')
        assert labeled, f"{path}: {control.get('name')} has no label"


def _check_headings(soup: BeautifulSoup, path: str) -> None:
    level = 1
    for heading in soup.select("main h1, main h2, main h3, main h4"):
        if heading.find_parent("template"):
            continue
        new = int(heading.name[1])
        assert new <= level + 1, f"{path}: {heading.name} {heading.get_text()!r} comes after h{level}"
        level = new


@asynccontextmanager
async def visiting(portal: Portal) -> AsyncIterator[Visitor]:
    """Somebody with an old browser."""
    app = guarded(site(portal, real_build()), portal.settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        yield Visitor(client)


def visit(portal: Portal, scene: Callable[[Visitor], Awaitable[None]]) -> None:
    """Play a scene."""

    async def play() -> None:
        async with visiting(portal) as visitor:
            await scene(visitor)

    asyncio.run(play())
