"""Every page in English can be read by somebody who reads as one does after six years of school."""

import pytest
from bs4 import BeautifulSoup

from app.http.built import BUILD
from app.http.portal import Portal
from app.routes import RESIDENT, url
from tests.plain_words import grade, sentences
from tests.site.test_resident_pages import portal, send
from tests.visitor import Page, Visitor, visit

__all__ = ["portal"]

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

HARDEST = 6.0
"""Of a page, as a school year of the United States."""
HARDEST_SENTENCE = 15.0
"""One long sentence among easy ones is still one that people do not get through."""
BY_ADDRESS = [name for name, path in RESIDENT.items() if path.count("{") == 1] + ["sign_in"]
NO_PAGES = {"manifest", "share"}


async def english_pages(portal: Portal, visitor: Visitor) -> dict[str, Page]:
    """Every page: by its address, each form, and what comes after one was sent."""
    paths: list[str] = [url(name, locale="en") for name in BY_ADDRESS if name not in NO_PAGES]
    paths += [
        url("report_form", locale="en", service_code=service.service_code) for service in portal.city.services
    ]
    paths += ["/en/nowhere/", "/en/report/?q=xyzzy", "/en/requests/?reference=12"]
    pages = {str(path): await visitor.get(path) for path in paths}
    pages["errors"] = await visitor.post(
        "/en/report/pothole/", data=(await visitor.get("/en/report/pothole/")).form()
    )
    sent = pages["sent"] = await send(visitor)
    private = sent.links()["Your private link"]
    pages["private"] = await visitor.get(private)
    pages["request"] = await visitor.get(private.partition("manage/")[0])
    return pages


def test_every_page_can_be_read_after_six_years_of_school(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        pages = await english_pages(portal, visitor)
        graded = {name: grade(sentences(page.soup)) for name, page in pages.items()}
        assert {name: found for name, found in graded.items() if found > HARDEST} == {}

    visit(portal, scene)


def test_no_sentence_is_one_that_people_do_not_get_through(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        pages = await english_pages(portal, visitor)
        found = {
            one for page in pages.values() for one in sentences(page.soup) if one.endswith((".", "?", "!"))
        }
        hard = {sentence: grade([sentence]) for sentence in found if grade([sentence]) > HARDEST_SENTENCE}
        assert hard == {}

    visit(portal, scene)


@pytest.mark.parametrize(
    ("sentence", "lowest", "highest"),
    [
        ("Tell us what the problem is and where it is.", 0, 4),
        ("Residents are required to furnish documentation establishing jurisdictional eligibility.", 14, 40),
    ],
)
def test_the_measure_tells_plain_from_official(sentence: str, lowest: float, highest: float) -> None:
    (found,) = sentences(BeautifulSoup(f"<p>{sentence}</p><p>Send</p>", "html.parser"))
    assert lowest <= grade([found]) <= highest
