"""Two engines find nothing on any page in any state, language, width and set of colors, and leave nothing unanswered.

`make test` walks a sample: every state once, in a language and a look that change from state to state. `make a11y`
walks all of it, the languages included that only try translations out.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from a11y_tests import engines, walked
from a11y_tests.alerts import announce
from a11y_tests.conftest import Contexts
from a11y_tests.engines import LOOKS, Look
from a11y_tests.languages import SAMPLE, WALKED
from a11y_tests.photos import LAT, LONG
from a11y_tests.resident import Resident
from a11y_tests.reviewed import ANSWERS
from a11y_tests.sending import Sent
from a11y_tests.server import Desk, PortalServer
from a11y_tests.states import (
    ALARMED,
    BROUGHT_ABOUT,
    PLAIN,
    STATES,
    Stage,
    State,
    alert_on,
    first_step,
    mine_sent,
    request_open,
    start,
)
from app.alerts.words import Severity, Urgency
from i18n.locales import LOCALES
from tests.alerts.examples import ENGLISH

MATRIX = [code for code in (*WALKED, *SAMPLE, "en-XA", "ar-XB") if code in LOCALES]
"""The languages of the whole matrix; those that only try translations out are there in `make a11y`."""
IN_OTHER_SCRIPTS = (start, first_step, request_open, alert_on, mine_sent)
BY_TURNS = [
    pytest.param(state, WALKED[number % len(WALKED)], (LOOKS[number % len(LOOKS)],), id=state.__name__)
    for number, state in enumerate(STATES)
]
ALL = [
    pytest.param(state, locale, LOOKS, id=f"{state.__name__}-{locale}")
    for locale in MATRIX
    for state in STATES
]


@pytest.fixture(scope="module")
def reports() -> dict[str, Sent]:
    """Reports that are shared by the tests of this module, by language."""
    return {}


@pytest.fixture(scope="module")
def alarmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """A portal where alerts are on: one urgent and in two languages, two calm ones in English only."""
    server = PortalServer(tmp_path_factory.mktemp("alarmed") / "data")
    server.start()
    first = announce(server, severity=Severity.EXTREME, urgency=Urgency.IMMEDIATE)
    announce(server, severity=Severity.EXTREME, urgency=Urgency.IMMEDIATE, replaces=first.alert.id)
    for event in ("roads", "water"):
        announce(server, severity=Severity.MINOR, event=event, area="Lents", texts={"en": ENGLISH})
    yield server
    server.stop()


@pytest.fixture
def stage(
    request: pytest.FixtureRequest,
    new_context: Contexts,
    server: PortalServer,
    desk: Desk,
    reports: dict[str, Sent],
    state: State,
    locale: str,
    looks: tuple[Look, ...],
) -> Stage:
    script = state not in PLAIN
    portal = request.getfixturevalue("alarmed") if state in ALARMED else server
    context = new_context(
        script=script,
        portal=portal,
        geolocation={"latitude": LAT, "longitude": LONG},
        locale=LOCALES[locale].formats,
        forgiven=BROUGHT_ABOUT,
    )
    context.grant_permissions(["geolocation"])
    return Stage(Resident(context, locale, script=script), portal, desk, reports, looks)


def walk(state: State, stage: Stage, *, in_matrix: bool = False) -> None:
    """Bring the state about and look over every screen of it."""
    state(stage)
    stage.check()
    walked.note(state.__name__, stage.paths, in_matrix=in_matrix)
    assert not stage.found, "\n".join(stage.found)


@pytest.mark.parametrize(("state", "locale", "looks"), BY_TURNS)
def test_nothing_is_found_in_the_sample(stage: Stage, state: State) -> None:
    walk(state, stage)


@pytest.mark.parametrize("looks", [LOOKS[:1]], ids=[""])
@pytest.mark.parametrize("locale", SAMPLE)
@pytest.mark.parametrize("state", IN_OTHER_SCRIPTS)
def test_nothing_is_found_in_the_sample_of_scripts(stage: Stage, state: State) -> None:
    walk(state, stage)


@pytest.mark.matrix
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("state", "locale", "looks"), ALL)
def test_nothing_is_found_anywhere(stage: Stage, state: State) -> None:
    walk(state, stage, in_matrix=True)


def test_nothing_is_found_where_nothing_has_been_reported_yet(
    new_context: Contexts, own_server: PortalServer
) -> None:
    resident = Resident(new_context(portal=own_server))
    resident.page.goto("/en/recent/")
    expect(resident.page.get_by_text("There are no requests here yet.")).to_be_visible()
    resident.look()
    assert engines.unanswered(resident.page) == []


def test_a_run_fails_that_leaves_out_a_page_or_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told from what all processes of the run have walked (walked.py)."""
    monkeypatch.setattr(walked, "paths", {state.__name__: {"/en/"} for state in STATES})
    monkeypatch.setattr(walked, "whole", set())
    left_out = [*walked.missing()]
    assert "no state of states.py walks the page report_form" in left_out
    assert "no state of states.py walks the page home" not in left_out
    monkeypatch.setattr(walked, "whole", {"x"})
    monkeypatch.setattr(walked, "asked", set(range(1, len(ANSWERS))))
    assert len([*walked.missing()]) == len(left_out) + 1
    monkeypatch.setattr(walked, "paths", {STATES[0].__name__: {"/en/"}})
    assert [*walked.missing()] == [], "a part of the states says nothing"
