"""What pages say of numbers, hours and rights is what the city pack says of them, and nothing else."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from app.city.city import City
from app.city.contacts import Contact, EmergencyText, Office, Rights, WalkIn
from app.http.portal import Portal
from app.routes import RESIDENT, mail_to, tel, text_to, url
from app.settings import Settings
from i18n.locales import LOCALES
from tests.devices import opened
from tests.factories import small_city
from tests.visitor import Page, Visitor, visit

PAGES = [
    name for name, path in RESIDENT.items() if path.count("{") == 1 and name not in ("manifest", "share")
]
BARE = small_city().model_copy(
    update={
        "contact": Contact(phone="115", phone_long="+49 30 901820", hours="Mondays only"),
        "emergency_phone": "112",
        "non_emergency_phone": None,
        "emergency_text": None,
        "rights": None,
    }
)
ADA = Office(name="Ada Access", email="ada@small.example", phone="503-555-0122", note="Ask early.")
FULL = small_city().model_copy(
    update={
        "contact": Contact(
            phone="311",
            phone_long="503-555-0100",
            relay="711",
            hours="Always",
            interpreters=True,
            email="help@small.example",
            text="503-555-0199",
            chat="https://small.example/chat",
            walk_in=WalkIn(address="1 Main Street", hours="Tuesdays"),
        ),
        "emergency_text": EmergencyText(
            languages=("en", "es"), limits="No pictures.", checked_on=date(2026, 11, 28)
        ),
        "rights": Rights(
            checked_on=date(2026, 11, 27),
            ada=ADA,
            title_vi=Office(name="Tim Six", phone="503-555-0133"),
            grievances=Office(name="Complaints desk", address="2 Main Street"),
            formats=Office(name="Large print", web="https://small.example/print"),
        ),
    }
)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Portal]:
    """The portal of a city far away that has three numbers and no more."""
    with portal_of(BARE, tmp_path) as portal:
        yield portal


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Portal]:
    """The portal of a city that can be reached in every way."""
    with portal_of(FULL, tmp_path) as portal:
        yield portal


def portal_of(city: City, folder: Path) -> AbstractContextManager[Portal]:
    """A portal of that city on fresh data."""
    return opened(Settings(data=folder / "data"), city)


def whole(page: Page) -> str:
    """All words of a page, the footer's too."""
    return " ".join(page.tag("body").get_text(" ").split())


@pytest.mark.parametrize("locale", ["en", "zh-Hans", "ar"])
def test_no_page_names_a_number_that_the_city_does_not_have(bare: Portal, locale: str) -> None:
    async def scene(visitor: Visitor) -> None:
        paths: list[str] = [url(name, locale=locale) for name in PAGES]
        paths += [url("report_form", locale=locale, service_code="pothole"), f"/{locale}/nowhere/"]
        paths += [f"/{locale}/report/?q=xyzzy", f"/{locale}/report/?gone=nothing"]
        for path in paths:
            page = await visitor.get(path)
            said = whole(page)
            assert "112" in page.tag("footer").get_text(), path
            assert not re.search(r"\b(911|711)\b", said), path
            # The mark beside the city's name says what kind of service it is, in every city.
            assert said.count("311") == len(page.soup.select(".mark")), path
            assert "Mondays only" in page.tag("footer").get_text()
            assert page.tag("footer a.call")["href"] == "tel:+4930901820"

    visit(bare, scene)


def test_what_the_pack_does_not_say_is_not_there(bare: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/rights/")
        headings = [heading.get_text() for heading in page.soup.select("main h2")]
        assert headings == ["In an emergency", "Talk to a person"]
        links = [str(link["href"]) for link in page.tag("main").select("section a")]
        assert links == ["tel:115", "tel:+4930901820"]
        for word in ("interpreter", "Relay", "text:", "police"):
            assert word not in whole(page)

    visit(bare, scene)


def test_the_page_about_rights_leads_to_everybody_the_pack_names(full: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/rights/")
        links = {str(link["href"]) for link in page.tag("main").select("section a")}
        assert links == {
            *("tel:311", "tel:+15035550100", "sms:+15035550199", "mailto:help@small.example"),
            *("https://small.example/chat", "sms:911", "tel:+15035550111"),
            *(
                "mailto:ada@small.example",
                "tel:+15035550122",
                "tel:+15035550133",
                "https://small.example/print",
            ),
        }
        for said in (
            "Call if you can. If you cannot speak, text: the address first, words only.",
            "Languages: English and Spanish. No pictures. Checked on November 28, 2026.",
            "Come in: \u20681 Main Street\u2069 Tuesdays",
            "Say your language: an interpreter joins. It is free.",
            "Relay 711: free help with calls",
            "Ada Access",
            "Ask early.",
            "2 Main Street",
            "We last checked these offices on November 27, 2026.",
            "Smallville, Oregon",
        ):
            assert said in page.text

    visit(full, scene)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_footer_leads_to_the_rights(full: Portal, locale: str) -> None:
    async def scene(visitor: Visitor) -> None:
        for name in PAGES:
            page = await visitor.get(url(name, locale=locale))
            assert page.soup.select(f'footer a[href="/{locale}/rights/"]'), name
        assert (await visitor.get(f"/{locale}/rights/")).status == 200

    visit(full, scene)


def test_a_barrier_is_reported_to_the_coordinator(full: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        links = (await visitor.get("/en/accessibility/")).links()
        assert links["Report a barrier"] == "mailto:ada@small.example"
        assert links["Call 503-555-0122"] == "tel:+15035550122"
        assert links["Or use our form"] == "/en/report/"

    visit(full, scene)


def test_a_barrier_is_reported_by_form_where_there_is_no_coordinator(bare: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        links = (await visitor.get("/en/accessibility/")).links()
        assert links["Report a barrier"] == "/en/report/"
        assert "Or use our form" not in links

    visit(bare, scene)


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("911", "tel:911"),
        ("112", "tel:112"),
        ("503-823-4000", "tel:+15038234000"),
        ("+49 30 901820", "tel:+4930901820"),
        ("+52 55 1234 5678", "tel:+525512345678"),
        ("+1 503-823-4000", "tel:+15038234000"),
    ],
)
def test_a_number_of_any_country_can_be_dialed(number: str, link: str) -> None:
    assert tel(number) == link
    assert text_to(number) == link.replace("tel:", "sms:")


def test_no_address_can_add_anything_to_an_email() -> None:
    assert mail_to("a?cc=b@small.example") == "mailto:a%3Fcc%3Db@small.example"


def test_addresses_keep_their_direction_in_a_page_from_right_to_left(full: Portal) -> None:
    """Else 311@city.example and 1 Main Street are shown with their parts in another order."""

    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/ar/rights/")
        [email] = page.soup.select("a[href='mailto:help@small.example']")
        assert email["dir"] == "auto"
        assert "\u20681 Main Street\u2069" in page.soup.get_text()
        [office] = [one for one in page.soup.select(".ways span") if one.get_text() == "2 Main Street"]
        assert office["dir"] == "auto"

    visit(full, scene)
