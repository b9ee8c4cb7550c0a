"""Sentences about consent, danger and rights bear the English besides wherever nobody has reviewed the translation."""

from datetime import date, timedelta
from html import escape

import pytest

from app.city.confirm import main, to_confirm, vital
from app.city.loader import load_city
from app.city.services import PublicRule
from app.http.portal import Portal
from app.reports.views import public_note
from app.retention.holds import HELD, hold_report, set_hold
from app.settings import CITY
from i18n import translator
from i18n.extract import extracted
from i18n.locales import LOCALES, SPOKEN
from i18n.translator import WithEnglish
from i18n.vital import MOST, VITAL
from tests.factories import small_city
from tests.site.test_resident_pages import portal, send
from tests.visitor import Page, Visitor, visit

__all__ = ["portal"]


DRAFTS = [code for code in SPOKEN if LOCALES[code].is_draft]
PATHS = ["", "privacy/", "rights/", "accessibility/", "report/"]


def beginning(sentence: str) -> str:
    """A sentence up to where something is filled in."""
    return sentence.partition("%(")[0].strip()


async def pages(visitor: Visitor, portal: Portal, locale: str) -> list[Page]:
    forms = [f"report/{service.service_code}/" for service in portal.city.services]
    found = [await visitor.get(f"/{locale}/{path}") for path in (*PATHS, *forms)]
    return [*found, await send(visitor, f"/{locale}/report/pothole/")]


def test_they_are_few_and_they_are_said() -> None:
    assert len(vital(load_city(CITY))) <= MOST
    said = {message.id for message in extracted()}
    assert VITAL - said == set()


def test_translators_are_told() -> None:
    notes = {message.id: message.auto_comments for message in extracted()}
    assert all(any(note.startswith("Vital:") for note in notes[sentence]) for sentence in VITAL)


@pytest.mark.parametrize("locale", DRAFTS)
def test_each_bears_the_english_until_it_is_reviewed(portal: Portal, locale: str) -> None:
    seen: set[str] = set()

    async def scene(visitor: Visitor) -> None:
        t = translator(locale)
        for page in await pages(visitor, portal, locale):
            body = page.tag("body")
            text = " ".join(body.get_text(" ").split())
            english = " ".join(
                " ".join(one.get_text(" ").split()) for one in body.select('[lang="en"][dir="ltr"]')
            )
            for sentence in VITAL:
                if beginning(t(sentence)) in text:
                    seen.add(sentence)
                    assert beginning(sentence) in english, (page.response.url, sentence)
            assert portal.city.contact.phone in text
            assert t("Say your language: an interpreter joins. It is free.") in text

    visit(portal, scene)
    # Portland has no type that shows its words and hides its place; and no report of these is held.
    assert VITAL - seen == {public_note(PublicRule(place="approximate")).text, HELD.text}


@pytest.mark.parametrize("locale", DRAFTS)
def test_so_does_whoever_is_to_be_called_instead(portal: Portal, locale: str) -> None:
    """Of a city whose pack is translated, as Portland's is."""
    t = translator(locale)
    for service in portal.city.services:
        for call in service.call_instead:
            shown = t.warned(call.when)
            assert isinstance(shown, WithEnglish), call.when
            assert (str(shown), shown.english) == (t.said(call.when), call.when)
            assert f'<span lang="en" dir="ltr">{escape(call.when)}</span>' in shown.__html__()
            assert translator("en").warned(call.when) == call.when


@pytest.mark.parametrize("locale", DRAFTS)
def test_a_report_that_is_held_says_so_in_both(portal: Portal, locale: str) -> None:
    async def scene(visitor: Visitor) -> None:
        sent = await send(visitor, f"/{locale}/report/pothole/", email="ana@example.com")
        held = hold_report(sent.tag(".big").get_text().replace(" ", ""))
        set_hold(store=portal.requests, hold=held, reason="x", now=portal.now())
        private = sent.links()[translator(locale)("Your private link")]
        page = await visitor.post(private, data={"action": "erase"})
        assert page.status == 422
        shown = " ".join(page.tag("#errors").get_text(" ").split())
        assert translator(locale)(HELD) in shown
        assert HELD.text in shown

    visit(portal, scene)


def test_in_english_nothing_is_said_twice(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        for page in await pages(visitor, portal, "en"):
            text = page.tag("footer").get_text(" ")
            assert text.count("If someone is in danger") == 1

    visit(portal, scene)


def test_the_list_for_the_city_names_what_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(CITY)]) == 0
    said = capsys.readouterr().out
    assert "contact.text" in said and "contact.chat" in said
    assert "No confirmed usual time for 31 of 31 types" in said
    assert "Soomaali (so)" in said
    assert all(f"  {sentence}" in said for sentence in vital(load_city(CITY)))


def test_what_was_looked_up_long_ago_is_to_be_looked_up_again() -> None:
    city = load_city(CITY)
    assert city.rights is not None
    later = city.rights.checked_on + timedelta(days=366)
    assert not [line for line in to_confirm(city, city.rights.checked_on) if "looked up on" in line]
    assert [line for line in to_confirm(city, later) if "rights was last looked up on" in line]


def test_a_confirmed_city_has_no_times_to_ask_for() -> None:
    lines = list(to_confirm(small_city(), date(2026, 11, 28)))
    assert not [line for line in lines if "usual time" in line]
    assert [line for line in lines if "rights.ada" in line]
