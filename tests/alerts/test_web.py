"""What residents see of an alert: on every page, in their language, from its beginning to its end."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp

from app.alerts import current as current_alerts
from app.alerts.models import WholeAlert
from app.alerts.rules import cancel
from app.alerts.store import alerts_not_ended
from app.alerts.words import Severity, Urgency
from app.http.built import BUILD
from app.http.portal import Portal
from app.http.security import guarded
from app.kit.ids import make_id
from app.people.models import Person
from app.routes import outside
from app.site.site import site
from i18n.locales import LOCALES
from tests.alerts.examples import ENGLISH, SPANISH, published, publisher
from tests.devices import ask
from tests.real_pages import real_build
from tests.site.test_resident_pages import portal
from tests.visitor import Page, Visitor, visit

__all__ = ["portal"]

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")


@pytest.fixture
def robin(portal: Portal) -> Person:
    person = publisher()
    with portal.people.writing() as transaction:
        assert transaction.add_person(person)
    return person


def announce(portal: Portal, by: Person, **changes: Any) -> WholeAlert:
    whole = published(portal.alert_store, by, portal.now(), **changes)
    portal.alerts.invalidate()
    return whole


def banner(page: Page) -> str:
    return " ".join(page.tag("city-alerts").get_text(" ").split())


def test_nothing_is_said_while_there_is_nothing_to_say(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/alerts/")
        assert "There are no alerts right now." in page.text
        assert "As of" in page.text
        assert banner(await visitor.get("/en/")) == ""

    visit(portal, scene)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_alert_is_on_every_page_in_its_language_or_in_english(
    portal: Portal, robin: Person, locale: str
) -> None:
    announce(portal, robin)
    said = SPANISH if locale == "es" else ENGLISH

    async def scene(visitor: Visitor) -> None:
        pages = ("", "report/", "report/pothole/", "requests/", "recent/", "mine/", "privacy/", "nowhere/")
        for path in (*pages, "alerts/", "desk/sign-in/", "requests/?reference=12"):
            page = await visitor.get(f"/{locale}/{path}")
            link = page.tag("city-alerts a")
            assert (link.get_text(), link["href"]) == (said.headline, f"/{locale}/alerts/")
            assert (link["lang"], link["dir"]) == (("es" if locale == "es" else "en"), "ltr")
            region = page.tag("city-alerts section")
            assert region["aria-label"]
            assert region.select("h1, h2, h3, [autofocus], [tabindex]") == []
        page = await visitor.get(f"/{locale}/alerts/")
        article = page.tag(".alert")
        assert said.description.splitlines()[0] in article.get_text()
        assert said.instruction in article.get_text()
        assert {tag["lang"] for tag in article.select("[lang]")} == {link["lang"]}
        assert len(article.select("time[datetime]")) == 2

    visit(portal, scene)


@pytest.mark.parametrize(
    ("severity", "urgency", "interrupts"),
    [
        (Severity.EXTREME, Urgency.IMMEDIATE, True),
        (Severity.SEVERE, Urgency.EXPECTED, True),
        (Severity.SEVERE, Urgency.FUTURE, False),
        (Severity.MODERATE, Urgency.IMMEDIATE, False),
    ],
)
def test_only_what_is_urgent_interrupts(
    portal: Portal, robin: Person, severity: Severity, urgency: Urgency, interrupts: bool
) -> None:
    announce(portal, robin, severity=severity, urgency=urgency)

    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/report/pothole/")
        assert len(page.soup.select("city-alerts [role=alert]")) == interrupts
        assert ("Act " in banner(page)) == interrupts, "said in words as well"

    visit(portal, scene)


def test_of_several_the_gravest_is_shown_and_the_others_are_counted(portal: Portal, robin: Person) -> None:
    announce(portal, robin, severity=Severity.MINOR)
    announce(portal, robin, severity=Severity.EXTREME, event="flood")
    announce(portal, robin, severity=Severity.MODERATE, event="roads")

    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/")
        shown = [line.get_text(" ") for line in page.soup.select("city-alerts p:not([hidden])")]
        assert "Flood" in shown[0]
        assert [line.strip() for line in shown[1:]] == ["More alerts: 2"]
        articles = (await visitor.get("/en/alerts/")).soup.select(".alert p strong")
        assert [article.get_text().split(" – ")[0] for article in articles] == [
            "Flood",
            "Roads and transit",
            "Great heat",
        ]

    visit(portal, scene)


def test_whole_of_an_alert(portal: Portal, robin: Person) -> None:
    first = announce(portal, robin)
    announce(portal, robin, replaces=first.alert.id, area="Lents & Foster", event="power")

    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/alerts/")
        assert len(page.soup.select(".alert")) == 1
        for words in ("Power outage", "Lents & Foster", "Changed", "What to do", "Severe: danger to life"):
            assert words in page.text
        assert page.links()["More about this: www.city.example"] == "https://www.city.example/heat"
        assert page.tag(".alert a")["rel"] == ["external", "noreferrer"]
        assert "The whole city" not in page.text

    visit(portal, scene)


def test_markup_in_an_alert_is_text(portal: Portal, robin: Person) -> None:
    hostile = '<script>x</script>"> {{ 7919*7907 }}'
    words = type(ENGLISH)(headline=hostile, description=hostile, instruction=hostile)
    announce(portal, robin, texts={"en": words}, area=hostile)

    async def scene(visitor: Visitor) -> None:
        for path in ("/ar/", "/ar/alerts/"):
            page = await visitor.client.get(path)
            assert "<script>x" not in page.text
            assert "62615533" not in page.text.partition("city-alerts")[2].partition("</city-alerts>")[0]

    visit(portal, scene)


# --- its life -----------------------------------------------------------------------------------------------


def test_a_page_is_another_one_when_an_alert_comes_and_when_it_ends(portal: Portal, robin: Person) -> None:
    async def scene(visitor: Visitor) -> None:
        paths = ("/en/", "/en/report/", "/en/privacy/", "/en/mine/", "/en/accessibility/", "/en/away/")
        etags = [(await visitor.client.get(path)).headers["etag"] for path in paths]
        for path, etag in zip(paths, etags, strict=True):
            assert (await visitor.client.get(path, headers={"if-none-match": etag})).status_code == 304
        whole = announce(portal, robin)
        for path, etag in zip(paths, etags, strict=True):
            answer = await visitor.client.get(path, headers={"if-none-match": etag})
            assert (answer.status_code, ENGLISH.headline in answer.text) == (200, True), path
            again = answer.headers["etag"]
            assert (await visitor.client.get(path, headers={"if-none-match": again})).status_code == 304
        cancel(store=portal.alert_store, id=whole.alert.id, by=robin, now=portal.now(), key=make_id())
        portal.alerts.invalidate()
        for path, etag in zip(paths, etags, strict=True):
            assert (await visitor.client.get(path, headers={"if-none-match": etag})).status_code == 304

    visit(portal, scene)


def test_an_alert_ends_by_itself(portal: Portal, robin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(portal, robin)
    now = portal.now()

    async def scene(visitor: Visitor) -> None:
        assert banner(await visitor.get("/en/"))
        # What is held in memory is not read again, and yet nothing is shown that has ended.
        monkeypatch.setattr(type(portal), "now", lambda _: now + timedelta(hours=6))
        monkeypatch.setattr(portal.alerts, "_now", portal.now)
        assert banner(await visitor.get("/en/")) == ""

    visit(portal, scene)


def test_another_process_knows_within_seconds_and_the_database_is_not_asked_each_time(
    portal: Portal, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert current_alerts.MAX_AGE_S <= 30
    clock, looks = [1000.0], [0]

    def counted(*given: Any) -> list[WholeAlert]:
        looks[0] += 1
        return alerts_not_ended(*given)

    monkeypatch.setattr(current_alerts, "monotonic", lambda: clock[0])
    monkeypatch.setattr(current_alerts, "alerts_not_ended", counted)

    async def scene(visitor: Visitor) -> None:
        for _ in range(3):
            assert banner(await visitor.get("/en/")) == ""
        # Published by somebody else, who tells this process nothing.
        published(portal.alert_store, robin, portal.now())
        assert banner(await visitor.get("/en/")) == ""
        assert looks == [1]
        clock[0] += current_alerts.MAX_AGE_S
        assert ENGLISH.headline in banner(await visitor.get("/en/"))
        assert looks == [2]

    visit(portal, scene)


def test_no_page_fails_because_alerts_cannot_be_read(
    portal: Portal, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(portal, robin)

    async def scene(visitor: Visitor) -> None:
        assert banner(await visitor.get("/en/"))

        def broken(*_: object) -> None:
            raise OperationalError("SELECT", {}, Exception())

        monkeypatch.setattr(current_alerts, "alerts_not_ended", broken)
        portal.alerts.invalidate()
        page = await visitor.get("/en/")
        assert (page.status, ENGLISH.headline in banner(page)) == (200, True)

    visit(portal, scene)


# --- on phones ----------------------------------------------------------------------------------------------


def test_what_phones_keep_knows_of_no_alert(portal: Portal, robin: Person) -> None:
    app: ASGIApp = guarded(site(portal, real_build()), portal.settings)
    before = ask(app, "GET", "/offline/es.json")
    announce(portal, robin)
    pack = ask(app, "GET", "/offline/es.json")
    assert pack.content == before.content, "a phone would have to fetch all of it anew"
    assert 'data-tag=""' in json.dumps(pack.json(), ensure_ascii=False).replace('\\"', '"')
    assert any("alerts.js" in file for file in pack.json()["files"])
    page = ask(app, "GET", "/es/alerts/")
    assert page.headers["cache-control"].startswith("public"), "the worker keeps it"


def test_only_https_leads_out_of_the_portal() -> None:
    assert outside("https://city.example/") == "https://city.example/"
    for wrong in ("javascript:alert(1)", "http://city.example/", "//city.example", ""):
        with pytest.raises(ValueError, match="https"):
            outside(wrong)
