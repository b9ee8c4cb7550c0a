"""Alerts at the desk, as open tabs see them: nothing is published by accident, and nothing that was typed is lost."""

from datetime import timedelta
from typing import Any

import pytest

from app.alerts.models import WholeAlert
from app.alerts.rules import cancel
from app.alerts.store import alerts_not_ended
from app.alerts.words import Event
from app.db.engine import read
from app.desk.alert_rows import FIELDS, choices, with_language
from app.http.portal import Portal
from app.kit.ids import make_id
from i18n import translator
from state.desk import alerts as desk_alerts
from state.desk.alerts import DeskAlerts
from state.desk.base import Desk
from tests.alerts.examples import published
from tests.desk.conftest import Play
from tests.desk.tabs import Room, Tab, name_of

PATH = "/en/desk/alerts/"
WRITE, REPLACE, CHECK = (name_of(one) for one in (DeskAlerts.write, DeskAlerts.replace, DeskAlerts.check))
MEND, PUBLISH, LEAVE = (name_of(one) for one in (DeskAlerts.mend, DeskAlerts.publish, DeskAlerts.leave))
END, CANCEL = name_of(DeskAlerts.end), name_of(DeskAlerts.cancel)


def form(portal: Portal, **changes: str) -> dict[str, str]:
    """The form as it comes from the page, filled in."""
    end = (portal.now() + timedelta(hours=6)).astimezone(portal.city.zone)
    return {
        **dict.fromkeys(FIELDS, ""),
        "event": "heat",
        "severity": "Severe",
        "urgency": "Expected",
        "certainty": "Likely",
        "expires": end.strftime("%Y-%m-%dT%H:%M"),
        "headline-en": "Very hot until Friday",
        "description-en": "Up to 108 degrees.",
        **changes,
    }


def on(portal: Portal) -> list[WholeAlert]:
    with read(portal.engine) as connection:
        return alerts_not_ended(connection, portal.now())


async def opened(room: Room, *, name: str = "Ana", path: str = PATH) -> Tab:
    tab = await room.open(path, cookie=room.sign_in(room.person(name)))
    await tab.until(DeskAlerts, "loaded", True)
    await tab.until_done()
    return tab


async def shown(tab: Tab, event: str, **payload: Any) -> None:
    tab.send(event, **payload)
    await tab.until_done()


def mistakes(tab: Tab) -> dict[str, str]:
    return {mistake["target"]: mistake["text"] for mistake in tab.show(DeskAlerts, "mistakes")}


def test_from_the_first_word_to_the_end(scene: Play) -> None:
    async def go(room: Room) -> None:
        portal = room.portal
        tab = await opened(room)
        assert tab.show(DeskAlerts, "alerts") == []
        await shown(tab, WRITE)
        assert (tab.show(DeskAlerts, "step"), tab.show(Desk, "focus_on")) == ("write", "write")
        await shown(
            tab, CHECK, form=form(portal, **{"headline-es": "Mucho calor", "description-es": "42 grados"})
        )
        assert (tab.show(DeskAlerts, "step"), tab.show(Desk, "focus_on")) == ("check", "check")
        lines = {line["name"]: line["text"] for line in tab.show(DeskAlerts, "lines")}
        assert lines["What it is about"] == "Great heat"
        assert lines["Where"] == "The whole city"
        everybody, urgent, missing = tab.show(DeskAlerts, "audience")
        assert "Everybody" in everybody
        assert "read it out at once" in urgent
        assert "Tiếng Việt" in missing
        assert "Español" not in missing
        assert [text["code"] for text in tab.show(DeskAlerts, "shown")] == ["en", "es"]
        assert on(portal) == [], "nothing is published yet"
        await shown(tab, PUBLISH)
        assert tab.show(DeskAlerts, "done") == "The alert is on."
        assert (tab.show(DeskAlerts, "step"), tab.show(Desk, "focus_on")) == ("list", "done")
        (one,) = on(portal)
        assert set(one.texts) == {"en", "es"}
        (row,) = tab.show(DeskAlerts, "alerts")
        assert (row["headline"], row["languages"]) == ("Very hot until Friday", "English, Español")
        assert len(portal.alerts.on_now()) == 1, "every page of this process shows it at once"

        await shown(tab, END, id=one.alert.id)
        assert (tab.show(DeskAlerts, "step"), tab.show(DeskAlerts, "ending")) == (
            "end",
            "Very hot until Friday",
        )
        assert len(on(portal)) == 1, "it was only asked"
        await shown(tab, CANCEL)
        assert tab.show(DeskAlerts, "done") == "The alert has been ended."
        assert tab.show(DeskAlerts, "alerts") == on(portal) == []

    scene(go)


def test_nothing_is_published_that_was_not_checked(scene: Play) -> None:
    async def go(room: Room) -> None:
        tab = await opened(room)
        await shown(tab, PUBLISH)
        await shown(tab, WRITE)
        await shown(tab, PUBLISH)
        await shown(tab, CHECK, form=form(room.portal, severity=""))
        await shown(tab, PUBLISH)
        await shown(tab, CHECK, form=form(room.portal))
        await shown(tab, MEND)
        assert tab.show(Desk, "focus_on") == "write"
        await shown(tab, PUBLISH)
        await shown(tab, CANCEL)
        assert on(room.portal) == []

    scene(go)


def test_a_double_press_publishes_once(scene: Play) -> None:
    async def go(room: Room) -> None:
        tab = await opened(room)
        await shown(tab, WRITE)
        await shown(tab, CHECK, form=form(room.portal))
        tab.send(PUBLISH)
        tab.send(PUBLISH)
        await tab.until_done()
        assert len(on(room.portal)) == 1

    scene(go)


def test_what_is_to_be_mended_says_in_which_field_and_language(scene: Play) -> None:
    async def go(room: Room) -> None:
        portal = room.portal
        tab = await opened(room)
        await shown(tab, WRITE)
        await shown(tab, CHECK, form=dict.fromkeys(FIELDS, ""))
        assert list(mistakes(tab)) == [
            *("event", "severity", "urgency", "certainty", "expires"),
            *("headline-en", "description-en"),
        ]
        assert tab.show(Desk, "focus_on") == "mistakes"
        await shown(tab, CHECK, form=form(portal, **{"web-es": "http://x", "onset": "tomorrow"}))
        found = mistakes(tab)
        assert found["onset"] == "Write a day and a time."
        assert found["headline-es"] == "Write a headline. (Español)"
        assert set(found) == {"onset", "headline-es", "description-es", "web-es"}
        boxes = {text["code"]: text["open"] for text in tab.show(DeskAlerts, "texts")}
        assert [code for code, is_open in boxes.items() if is_open] == ["en", "es"]
        assert tab.show(DeskAlerts, "step") == "write"
        # The clock goes on while somebody reads the check.
        soon = (portal.now() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
        await shown(tab, CHECK, form=form(portal, expires=soon))
        assert list(mistakes(tab)) == ["expires"]

    scene(go)


@pytest.mark.parametrize(
    "junk", [None, 7, "x", [], {"event": 1}, {"event": ["heat"]}, {"area": "x" * 20_001}]
)
def test_what_no_form_sends_is_not_even_looked_at(scene: Play, junk: Any) -> None:
    async def go(room: Room) -> None:
        tab = await opened(room)
        await shown(tab, WRITE)
        await shown(tab, CHECK, form=junk)
        assert tab.show(DeskAlerts, "step") == "write"
        await shown(tab, END, id=junk)
        await shown(tab, REPLACE, id=junk)
        assert tab.show(DeskAlerts, "step") == "write"

    scene(go)


def test_a_replacement_begins_with_what_is_on(scene: Play) -> None:
    async def go(room: Room) -> None:
        portal = room.portal
        robin = room.person("Robin")
        old = published(portal.alert_store, robin, portal.now(), area="Lents", onset=portal.now())
        portal.alerts.invalidate()
        tab = await opened(room, name="Noor")
        await shown(tab, REPLACE, id=old.alert.id)
        typed = tab.show(DeskAlerts, "typed")
        assert (typed["event"], typed["area"], typed["headline-es"]) == (
            "heat",
            "Lents",
            old.texts["es"].headline,
        )
        assert typed["onset"], typed["expires"]
        assert tab.show(DeskAlerts, "replaced") == old.texts["en"].headline
        await shown(tab, CHECK, form={**typed, "severity": "Extreme"})
        await shown(tab, PUBLISH)
        (new,) = on(portal)
        assert (new.alert.replaces, new.alert.severity) == (old.alert.id, "Extreme")

    scene(go)


def test_two_colleagues_at_once_and_no_word_is_lost(scene: Play) -> None:
    async def go(room: Room) -> None:
        portal = room.portal
        old = published(portal.alert_store, room.person("Robin"), portal.now())
        portal.alerts.invalidate()
        noor, ana = await opened(room, name="Noor"), await opened(room)
        for tab in (noor, ana):
            await shown(tab, REPLACE, id=old.alert.id)
            await shown(tab, CHECK, form=form(portal, **{"headline-en": "Cooler than we thought"}))
        await shown(noor, PUBLISH)
        await shown(ana, PUBLISH)
        assert list(mistakes(ana)) == ["on"]
        assert "colleague" in mistakes(ana)["on"]
        assert ana.show(DeskAlerts, "step") == "write"
        assert ana.show(DeskAlerts, "typed")["headline-en"] == "Cooler than we thought"
        (newest,) = on(portal)
        await shown(ana, CHECK, form=form(portal, **{"headline-en": "Much cooler"}))
        await shown(ana, PUBLISH)
        (last,) = on(portal)
        assert last.alert.replaces == newest.alert.id
        # And somebody ends what another one is about to end.
        await shown(noor, END, id=last.alert.id)
        assert noor.show(DeskAlerts, "step") == "end"
        cancel(store=portal.alert_store, id=last.alert.id, by=room.person(), now=portal.now(), key=make_id())
        await shown(noor, CANCEL)
        assert list(mistakes(noor)) == ["on"]
        assert noor.show(DeskAlerts, "alerts") == []

    scene(go)


def test_going_back_to_the_list_keeps_what_was_begun(scene: Play) -> None:
    async def go(room: Room) -> None:
        tab = await opened(room)
        await shown(tab, WRITE)
        number = tab.show(DeskAlerts, "form_number")
        await shown(tab, LEAVE)
        assert tab.show(DeskAlerts, "step") == "list"
        await shown(tab, WRITE)
        assert tab.show(DeskAlerts, "form_number") == number, "the fields stay as they are in the browser"

    scene(go)


def test_a_sign_in_that_ends_leaves_the_form_in_the_browser(scene: Play) -> None:
    async def go(room: Room) -> None:
        portal = room.portal
        cookie = room.sign_in()
        tab = await room.open(PATH, cookie=cookie)
        await tab.until(DeskAlerts, "loaded", True)
        await shown(tab, WRITE)
        await shown(tab, CHECK, form=form(portal))
        number, options = tab.show(DeskAlerts, "form_number"), tab.show(DeskAlerts, "choices")
        with portal.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM session")
        tab.send(PUBLISH)
        await tab.until(Desk, "signed_out", True)
        assert on(portal) == []
        assert tab.show(DeskAlerts, "step") == "write"
        assert tab.show(DeskAlerts, "form_number") == number
        assert tab.show(DeskAlerts, "choices") == options
        assert tab.show(DeskAlerts, "lines") == []

    scene(go)


def test_what_a_colleague_publishes_appears_by_itself(scene: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_alerts, "SECONDS_BETWEEN_LOOKS", 0.02)
    monkeypatch.setattr("app.alerts.current.MAX_AGE_S", 0.0)

    async def go(room: Room) -> None:
        tab = await opened(room)
        published(room.portal.alert_store, room.person("Robin"), room.portal.now())
        await tab.until(DeskAlerts, "alerts", lambda alerts: len(alerts) == 1)
        await tab.until(DeskAlerts, "changed", "The list of alerts has just changed.")

    scene(go)


def test_names_of_languages_stand_only_behind_fields_of_texts() -> None:
    assert with_language("headline-zh-Hant", "x") == "x (中文（繁體）)"
    assert with_language("expires", "x") == "x"


def test_every_event_can_be_chosen() -> None:
    offered = choices(translator("en"))
    assert sorted(one.value for group in offered.events for one in group.options) == sorted(Event)
    assert "Past" not in [one.value for one in offered.urgency], "only the end of an alert says so"
