"""What is reported near a place: enough to recognize it, in the reader's language, and nothing that is private."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from app.city.city import City
from app.city.services import PublicRule
from app.http import limits
from app.http.buckets import Rate
from app.http.formats import shortened
from app.http.portal import Portal
from app.moderation.rules import hide
from app.places.points import Place
from app.reports.references import grouped
from app.requests.follow_keys import make_key
from app.requests.following import follow
from app.requests.rules import Staff, change_status, photo_stored
from app.requests.statuses import Status
from app.routes import url
from tests.devices import ask, browsing
from tests.factories import INSIDE, send, small_city

DESCRIPTION = "A deep hole in front of the school. " * 6
PHOTO = "b" * 64


@pytest.fixture
def city() -> City:
    """The small city, with a place that distances are said from."""
    library = Place(name="Holgate Library", kind="library", lat=45.52, long=-122.65)
    return small_city().model_copy(update={"places": (library,)})


def look(app: ASGIApp, *, language: str = "en", **asked: Any) -> httpx.Response:
    params = {"service_code": "pothole", **INSIDE, **asked}
    return ask(app, "GET", url("reported"), params=params, headers={"accept-language": language})


def found(app: ASGIApp, **asked: Any) -> list[dict[str, Any]]:
    answer = look(app, **asked)
    assert answer.status_code == 200
    requests: list[dict[str, Any]] = answer.json()["requests"]
    return requests


def arrives(portal: Portal, **changes: Any) -> str:
    return send(portal.requests, now=portal.now() - timedelta(days=1), **changes).reference


def test_enough_to_recognize_it(app: ASGIApp, portal: Portal) -> None:
    receipt = send(
        portal.requests,
        now=portal.now(),
        description=DESCRIPTION,
        language="es",
        lat=INSIDE["lat"] + 30 / 111_195,
        address_string="",
        media=[{"sha256": "a" * 64, "description": "The hole"}],
    )
    photo_stored(
        store=portal.requests,
        request_id=receipt.id,
        sha256="a" * 64,
        content=PHOTO,
        width=400,
        height=300,
        now=portal.now(),
    )
    for _ in range(2):
        arguments: dict[str, Any] = {"store": portal.requests, "city": portal.city, "now": portal.now()}
        follow(reference=receipt.reference, key=make_key(), **arguments)
    (one,) = found(app)
    # By its name, which says nothing of its content.
    name = one.pop("photo_url").split("/")[2]
    assert ask(app, "GET", url("photo", content=PHOTO, size="320")).headers["location"] == url(
        "photo", content=name, size="320"
    )
    assert one.pop("date").endswith(str(portal.now().year))
    assert one == {
        "reference": receipt.reference,
        "grouped": grouped(receipt.reference),
        "title": "Pothole",
        "description": shortened(DESCRIPTION, 140),
        "language": "es",
        "place": "About 0.5 miles (0.8 kilometers) west of Holgate Library",
        "distance": "About 100 feet (30 meters)",
        "followed": "Followed by 2 people",
        "alt": "The hole",
        "url": f"/en/requests/{receipt.reference}/",
        "follow_url": f"/requests/{receipt.reference}/follow",
    }


def test_a_place_that_phones_keep_is_not_in_anybodys_words(app: ASGIApp, portal: Portal) -> None:
    arrives(portal, address_string="Where Maria lives")
    (one,) = found(app)
    assert one["place"].endswith("of Holgate Library")


def test_what_is_hidden_is_not_offered_any_more_but_the_request_is(app: ASGIApp, portal: Portal) -> None:
    reference = arrives(portal, description=DESCRIPTION)
    assert found(app)[0]["description"]
    hide(store=portal.requests, reference=reference, by=None, now=portal.now())
    (one,) = found(app)
    assert (one["reference"], one["description"], one["photo_url"]) == (reference, "", None)


def test_the_language_is_the_one_asked_for_or_the_browsers(app: ASGIApp, portal: Portal) -> None:
    reference = arrives(portal)
    for asked in ({"language": "es"}, {"locale": "es"}):
        answer = look(app, **asked)
        (one,) = answer.json()["requests"]
        assert one["url"] == f"/es/requests/{reference}/"
        assert one["distance"].startswith("A unos")
        assert answer.headers["content-language"] == "es"
    assert look(app, locale="xx").headers["content-language"] == "en"
    headers = look(app).headers
    assert headers["cache-control"] == "private, no-store"
    assert "accept-language" in headers["vary"]


def test_only_what_is_open_and_no_more_than_five(app: ASGIApp, portal: Portal) -> None:
    done = [arrives(portal) for _ in range(2)]
    for reference, to in zip(done, (Status.FIXED, Status.CLOSED), strict=True):
        change_status(
            store=portal.requests, reference=reference, by=Staff("p"), to=to, note="Done.", now=portal.now()
        )
    assert found(app) == []
    for _ in range(7):
        arrives(portal)
    assert len(found(app)) == 5
    one = found(app)[0]
    assert (one["photo_url"], one["alt"], one["followed"]) == (None, "", "")
    assert one["description"] == "A deep hole in front of the school."


@pytest.mark.parametrize(
    "rule", [{"place": "approximate"}, {"place": "hidden"}, {"description": False, "photos": False}]
)
def test_a_type_that_hides_itself_is_never_offered(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch, rule: dict[str, Any]
) -> None:
    arrives(portal)
    service = portal.city.service("pothole")
    assert service is not None
    hidden = service.model_copy(update={"public": PublicRule(**rule)})
    monkeypatch.setattr(City, "service", lambda self, code: hidden)
    assert found(app) == []


def test_a_type_that_is_switched_off_and_one_of_which_only_photos_are_public(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives(portal)
    service = portal.city.service("pothole")
    assert service is not None
    for changes, words in (
        ({"near_m": 0}, []),
        ({"public": PublicRule(description=False)}, [""]),
    ):
        changed = service.model_copy(update=changes)
        with monkeypatch.context() as patch:
            patch.setattr(City, "service", lambda self, code, changed=changed: changed)
            assert [one["description"] for one in found(app)] == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"lat": "0", "long": "0"}, "did not say where you are"),
        ({"lat": "nan", "long": "-122.6"}, "could not read the place"),
        ({"lat": "1e5", "long": "-122.6"}, "could not read the place"),
        ({"lat": "inf"}, "could not read the place"),
        ({"lat": ""}, "could not read the place"),
        ({"lat": "9" * 5000}, "could not read the place"),
        ({"lat": "-122.66", "long": "45.52"}, "look swapped"),
        ({"lat": "47.6", "long": "-122.3"}, "outside Smallville"),
        ({"service_code": "nothing"}, "not offered"),
        ({"service_code": ""}, "not offered"),
    ],
)
def test_what_is_no_place_and_no_type_is_said_in_a_sentence(
    app: ASGIApp, asked: dict[str, str], words: str
) -> None:
    answer = look(app, **asked)
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    spanish = look(app, **asked, locale="es").json()["message"]
    assert spanish not in ("", answer.json()["message"])


def test_whatever_is_missing_is_said_too(app: ASGIApp) -> None:
    assert ask(app, "GET", url("reported")).status_code == 400
    assert ask(app, "GET", url("reported"), params={"service_code": "pothole"}).status_code == 400


def test_one_network_cannot_ask_without_end(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        limits.RATES, "near", replace(limits.RATES["near"], network=Rate(at_once=2, per_minute=1))
    )

    async def asking() -> list[httpx.Response]:
        params = {"service_code": "pothole", **{name: str(value) for name, value in INSIDE.items()}}
        async with browsing(app, client=("203.0.113.9", 4711)) as browser:
            return [await browser.get(url("reported"), params=params) for _ in range(3)]

    answers = asyncio.run(asking())
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_database_that_is_away_is_no_reason_to_stop(app: ASGIApp, portal: Portal) -> None:
    with portal.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE service_request RENAME TO lost")
    assert look(app).status_code == 503


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("", ""),
        ("  two\nlines ", "two lines"),
        ("one two three four", "one two…"),
        ("a" * 20, "a" * 11 + "…"),
        ("路" * 20, "路" * 11 + "…"),
        ("x " + "a" * 20, "x " + "a" * 9 + "…"),
    ],
)
def test_texts_are_cut_between_words_where_there_are_any(text: str, short: str) -> None:
    assert shortened(text, 12) == short
    assert len(short) <= 12
