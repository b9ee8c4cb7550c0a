"""What a city has not translated yet says on a page that it is English, so that it is spoken as English."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from app.city.city import Bureau, City
from app.city.contacts import Contact, EmergencyText, Office, Rights, WalkIn
from app.city.services import Attribute, AttributeValue, CallInstead, Service, ServiceGroup
from app.http.portal import Portal
from app.settings import Settings
from i18n import Untranslated, translator
from tests.devices import opened
from tests.factories import small_city
from tests.visitor import Page, Visitor, visit

SIGN = "Qq"
"""Begins every text of this pack, and nothing else."""
ANSWER = AttributeValue(key="a", name="Qq answer"), AttributeValue(key="b", name="Qq other & <b>")
MANY = tuple(AttributeValue(key=f"k{number}", name=f"Qq {number}") for number in range(30))


def city() -> City:
    """A city without a single translation."""
    service = Service(
        service_code="pothole",
        service_name="Qq name",
        description="Qq description.",
        group="streets",
        bureau="works",
        agency_responsible="Qq bureau",
        keywords=("Qq",),
        photo_hint="Qq photo.",
        call_instead=(CallInstead(when="Qq danger", phone="911", name="Qq people"),),
        publish="at_once",
        attributes=(
            Attribute(
                code="ONE",
                datatype="singlevaluelist",
                description="Qq one?",
                datatype_description="Qq how.",
                order=1,
                values=ANSWER,
            ),
            Attribute(code="TWO", datatype="singlevaluelist", description="Qq two?", order=2, values=MANY),
            Attribute(code="TEXT", datatype="string", description="Qq three?", order=3),
        ),
    )
    office = Office(name="Qq office", phone="503-555-0111", note="Qq note.")
    return small_city().model_copy(
        update={
            "services": (service,),
            "bureaus": (Bureau(code="works", name="Qq bureau"),),
            "groups": (ServiceGroup(code="streets", name="Qq group", description="Qq about."),),
            "contact": Contact(
                phone="311",
                phone_long="503-555-0100",
                hours="Qq hours",
                walk_in=WalkIn(address="1 Main Street", hours="Qq walk"),
            ),
            "emergency_text": EmergencyText(
                languages=("en",), limits="Qq limits.", checked_on=date(2026, 11, 28)
            ),
            "rights": Rights(
                checked_on=date(2026, 11, 28), ada=office, title_vi=office, grievances=office, formats=office
            ),
        }
    )


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """That city's portal."""
    with opened(Settings(data=tmp_path / "data"), city()) as portal:
        yield portal


def spoken_wrongly(page: Page) -> list[str]:
    """English texts of the pack that no element says to be English. Options, titles and placeholders cannot."""
    found = []
    for text in page.soup.find_all(string=re.compile(SIGN)):
        around = text.parent
        assert around is not None
        if around.name in ("option", "title", "textarea") or "%s" in text:
            continue
        speaker = around if around.has_attr("lang") else around.find_parent(attrs={"lang": True})
        if speaker is None or speaker["lang"] != "en":
            found.append(str(text))
    return found


@pytest.mark.parametrize("locale", ["es", "ar"])
def test_every_text_of_the_pack_says_that_it_is_english(portal: Portal, locale: str) -> None:
    async def scene(visitor: Visitor) -> None:
        form = await visitor.get(f"/{locale}/report/pothole/")
        sent = await visitor.follow(
            await visitor.post(
                f"/{locale}/report/pothole/",
                data={**form.form(), "address_string": "Somewhere", "description": "A hole"},
            )
        )
        private = next(link for link in sent.links().values() if "/manage/" in link)
        paths = ["", "report/", "rights/", "accessibility/", "recent/", "report/?q=Qq"]
        pages = [form, sent, await visitor.get(private), await visitor.get(private.partition("manage/")[0])]
        pages += [await visitor.get(f"/{locale}/{path}") for path in paths]
        for page in pages:
            said = page.response.text
            assert SIGN in said, page.response.url
            assert not re.search(r'="[^"]*&lt;span', said), page.response.url
            assert "&lt;span" not in said, page.response.url
            # The heading of the private page is a sentence of ours with the name in it.
            wrong = [text for text in spoken_wrongly(page) if text.startswith(SIGN)]
            assert wrong == [], page.response.url

    visit(portal, scene)


def test_in_english_nothing_says_so(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/report/pothole/")
        assert not page.soup.select("main [lang]")

    visit(portal, scene)


def test_only_what_is_not_translated_says_so() -> None:
    t = translator("es")
    assert not isinstance(t.said("Send report"), Untranslated)
    lacking = t.said("Qq & <b>")
    assert lacking == "Qq & <b>"
    soup = BeautifulSoup(lacking.__html__(), "html.parser")  # type: ignore[attr-defined]
    assert (soup.get_text(), soup.span and soup.span["lang"]) == ("Qq & <b>", "en")
