"""What a resident wrote and what the city answered, each in its language, on pages in any language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import Tag

from app.http.built import BUILD
from app.http.portal import Portal
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from tests.devices import portland
from tests.factories import looked_at
from tests.site.test_resident_pages import send
from tests.visitor import Page, Visitor, visit

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

ARABIC = "في SE Hawthorne حفرة كبيرة أمام البيت"
NOTE = {"en": "Repaired today.", "so": "Maanta waa la hagaajiyay.", "ar": "تم الإصلاح"}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with portland(tmp_path) as opened:
        yield opened


def answered(portal: Portal, reference: str, *, also: dict[str, str]) -> None:
    change_status(
        store=portal.requests,
        reference=reference,
        by=Staff("someone"),
        to=Status.FIXED,
        note=NOTE["en"],
        language="en",
        also=also,
        now=portal.now(),
    )


def reference_of(sent: Page) -> str:
    return sent.tag(".big").get_text().replace(" ", "")


def said(tag: Tag) -> tuple[str, str, str]:
    """Text, language and direction."""
    return tag.get_text(), str(tag.get("lang", "")), str(tag.get("dir", ""))


def test_what_was_written_bears_its_own_language_whatever_the_page(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor, description=ARABIC)
        looked_at(portal.requests, reference_of(sent))
        for locale in ("en", "es"):
            page = await visitor.get(f"/{locale}/requests/{reference_of(sent)}/")
            assert said(page.tag(".said")) == (ARABIC, "ar", "rtl")
            # Question and choice were read and chosen in English.
            assert page.tag("main section dl")["lang"] == "en"
            assert page.tag("main section dd")["lang"] == "en"

    visit(portal, scene)


def test_too_few_words_are_taken_for_the_language_of_the_page(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        reference = reference_of(await send(visitor, description="bache"))
        looked_at(portal.requests, reference)
        page = await visitor.get(f"/en/requests/{reference}/")
        assert said(page.tag(".said")) == ("bache", "en", "ltr")

    visit(portal, scene)


def test_a_comment_bears_its_language(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor)
        manage = sent.links()["Your private link"]
        text = "Waxaa jira god weyn oo ku yaal waddada gurigayga hortiisa"
        page = await visitor.get(manage)
        await visitor.post(manage, data={"key": page.form()["key"], "action": "comment", "comment": text})
        page = await visitor.get(manage)
        assert said(page.tag(".timeline .said")) == (text, "so", "ltr")

    visit(portal, scene)


def test_a_reply_in_several_languages(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        reference = reference_of(await send(visitor, "/so/report/pothole/"))
        etag = (await visitor.get(f"/ar/requests/{reference}/")).response.headers["etag"]
        answered(portal, reference, also={code: NOTE[code] for code in ("so", "ar")})
        for locale, first, others in (
            ("en", "en", ["so", "ar"]),
            ("ar", "ar", ["en", "so"]),
            # Nobody wrote Vietnamese: then as the person reads who reported it.
            ("vi", "so", ["en", "ar"]),
        ):
            page = await visitor.get(f"/{locale}/requests/{reference}/", headers={"if-none-match": etag})
            note, *more = page.soup.select(".timeline li:first-child .said")
            assert said(note) == (NOTE[first], first, "rtl" if first == "ar" else "ltr")
            assert [said(one)[:2] for one in more] == [(NOTE[code], code) for code in others]
            names = page.soup.select(".timeline summary bdi")
            assert [str(name["lang"]) for name in names] == others

    visit(portal, scene)


def test_a_reply_in_one_language_has_no_list_of_others(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        reference = reference_of(await send(visitor))
        answered(portal, reference, also={})
        page = await visitor.get(f"/es/requests/{reference}/")
        assert said(page.tag(".timeline .said")) == (NOTE["en"], "en", "ltr")
        assert not page.soup.select(".timeline details")

    visit(portal, scene)
