"""The stand-in city of the browser tests answers as the real one does: the same exchanges, held side by side.

What it knows of places it answers with the real city's own doors (a11y_tests/modules/fake_places.py).
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from a11y_tests.modules import fake_types
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.test_reported import ONE
from app.city.city import City
from app.http.portal import Portal
from app.kit.ids import make_id, make_manage_token
from app.requests.follow_keys import make_key
from app.requests.following import follow
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from app.retention.schedule import RetentionRule
from app.routes import url
from app.site.upkeep import dispose_of_what_is_due
from tests.devices import STEP, Sender, ask, content_digest, make_photo
from tests.factories import INSIDE, frozen, report
from tests.retention.test_retention import finish

PHOTO = make_photo()
NO_PHOTO = b"This is no photo at all. " * 40
KEY = make_key()
HEADERS = ("cache-control", "content-type", "retry-after", "upload-offset", "upload-state")
WORDS = ("message", "sent_url", "updated")
"""What each says in its own way: that something is said is compared, and not what."""


@dataclass
class Exchange:
    """What a phone asks of one of the two cities, and what it reads of the answers."""

    send: Callable[..., httpx.Response]
    answers: list[Any] = field(default_factory=list)

    def ask(self, method: str, path: str, **more: Any) -> None:
        """One request; what was answered is kept."""
        more["headers"] = {"accept-language": "en", **more.get("headers", {})}
        self.answers.append((method, _read(self.send(method, path, **more))))

    def put(self, fields: dict[str, Any], **headers: str) -> None:
        """The text of a report."""
        body = frozen(fields)
        sent = {"content-type": "application/json", "content-digest": content_digest(body), **headers}
        self.ask("PUT", url("submit", id=fields["id"]), content=body, headers=sent)

    def put_several(self, *reports: dict[str, Any]) -> None:
        """The texts of several reports at once."""
        headers = {"content-type": "application/x-ndjson"}
        self.ask("POST", url("submit_several"), content=b"\n".join(map(frozen, reports)), headers=headers)

    def head(self, sender: Sender, photo: bytes) -> None:
        """How far a photo has come."""
        self.ask("HEAD", sender.path(photo), headers=sender.rights)

    def patch(
        self, sender: Sender, photo: bytes, offset: int, step: int = STEP, *, data: bytes = b""
    ) -> None:
        """A step of a photo. data: other bytes than its own."""
        content = data or photo[offset : offset + step]
        self.ask("PATCH", sender.path(photo), content=content, headers=sender.headers(photo, offset))

    def stands(self, fields: dict[str, Any], token: str = "") -> None:
        """How a report stands: of one, as phones of the last release ask, and of many."""
        token = token or fields["manage_token"]
        self.ask("GET", url("standing", id=fields["id"]), headers={"authorization": f"Bearer {token}"})
        self.ask("POST", url("standings"), json=[{"id": fields["id"], "token": token}])

    def follow(self, fields: dict[str, Any], key: str = KEY) -> None:
        """Somebody else has the same problem."""
        self.ask("POST", url("follow", reference=fields["reference"]), json={"key": key})


def _read(response: httpx.Response) -> dict[str, Any]:
    kind = response.headers.get("content-type", "").partition(";")[0]
    kept = {name: response.headers[name] for name in HEADERS if name in response.headers}
    if response.content:
        kept["content-type"] = kind
    else:
        kept.pop("content-type", None)
    is_json = kind == "application/json" and response.content
    said = _without_words(response.json()) if is_json else response.content
    return {"status": response.status_code, **kept, "said": said}


def _without_words(said: Any) -> Any:
    if isinstance(said, list):
        return [_without_words(one) for one in said]
    if isinstance(said, dict):
        return {
            name: f"some {type(value).__name__}" if name in WORDS and value else _without_words(value)
            for name, value in said.items()
        }
    return said


def anywhere(**changes: Any) -> dict[str, Any]:
    """A report of the type that asks nothing."""
    asked = {"attribute[SIZE]": None, "question[SIZE]": None, "question[PLATE]": None}
    return report(service_code="anywhere", service_name="Anywhere", **{**asked, **changes})


def sender(*photos: bytes) -> Sender:
    """A report with photos."""
    one = Sender(*photos)
    one.fields = anywhere(id=one.id, manage_token=one.token, media=one.fields["media"])
    return one


@pytest.fixture
def city() -> City:
    """The city of both. What is finished is kept for a year."""
    rule = RetentionRule(kind="report", period="1 years", schedule="8001")
    return fake_types.test_city().model_copy(update={"retention": (rule,)})


@pytest.fixture
def real(app: ASGIApp) -> Exchange:
    return Exchange(lambda method, path, **more: ask(app, method, path, **more))


@pytest.fixture
def stand_in(city: City) -> Iterator[FakeCity]:
    stand_in = FakeCity(city)
    yield stand_in
    stand_in.close()


@pytest.fixture
def fake(stand_in: FakeCity) -> Iterator[Exchange]:
    with httpx.Client(base_url=stand_in.url) as client:
        yield Exchange(client.request)


# --- texts ------------------------------------------------------------------------------------------------------


def test_a_text_is_taken_once_and_known_from_then_on(real: Exchange, fake: Exchange) -> None:
    fields = anywhere()
    for city in (real, fake):
        city.put(fields)
        city.put(fields)
        city.put({**fields, "description": "Something else."})
    assert [answer["status"] for _, answer in real.answers] == [201, 200, 409]
    assert fake.answers == real.answers


def test_what_is_wrong_with_a_text_is_said_by_field(
    real: Exchange, fake: Exchange, stand_in: FakeCity
) -> None:
    fields = anywhere(email="nobody")
    real.put(fields)
    ((_, refused),) = real.answers
    # Which words are wrong only the real city knows; that the stand-in says so as it does.
    stand_in.faults["PUT"] = [
        'ours 422 {"errors": [{"field": "email", "message": "Check the email address."}]}'
    ]
    fake.put(fields)
    assert (refused["status"], fake.answers) == (422, real.answers)


def test_a_text_of_another_address_or_broken_on_its_way(real: Exchange, fake: Exchange) -> None:
    fields, other = anywhere(), make_id()
    for city in (real, fake):
        city.put(fields, **{"content-digest": content_digest(b"other bytes")})
        city.put(fields, **{"content-type": "text/plain"})
        headers = {"content-type": "application/json"}
        city.ask("PUT", url("submit", id=other), content=frozen(fields), headers=headers)
    assert [answer["status"] for _, answer in real.answers] == [400, 415, 400]
    assert fake.answers == real.answers


def test_a_text_that_is_too_large(real: Exchange, fake: Exchange) -> None:
    fields = anywhere(description="x" * 70_000)
    for city in (real, fake):
        city.put(fields)
    assert [answer["status"] for _, answer in real.answers] == [413]
    assert fake.answers == real.answers


def test_several_texts_at_once(real: Exchange, fake: Exchange) -> None:
    first, second, third = anywhere(), anywhere(), anywhere()
    for city in (real, fake):
        city.put(second)
        city.put_several(first, second, {**second, "description": "Something else."}, third)
        city.put_several()
    assert [answer["status"] for _, answer in real.answers] == [201, 200, 400]
    assert fake.answers == real.answers


# --- photos -----------------------------------------------------------------------------------------------------


def test_a_photo_comes_in_steps(real: Exchange, fake: Exchange) -> None:
    one = sender(PHOTO)
    for city in (real, fake):
        city.put(one.fields)
        city.head(one, PHOTO)
        city.patch(one, PHOTO, 0)
        city.head(one, PHOTO)
        city.patch(one, PHOTO, 10)
        city.patch(one, PHOTO, 0)
        city.stands(one.fields)
        city.patch(one, PHOTO, STEP)
        city.patch(one, PHOTO, len(PHOTO))
        city.head(one, PHOTO)
        city.put(one.fields)
        city.stands(one.fields)
    statuses = [answer["status"] for method, answer in real.answers if method == "PATCH"]
    assert statuses == [204, 409, 409, 200, 200]
    assert fake.answers == real.answers


def test_a_photo_that_arrives_otherwise_than_it_was_announced(real: Exchange, fake: Exchange) -> None:
    one = sender(PHOTO)
    for city in (real, fake):
        city.put(one.fields)
        city.patch(one, PHOTO, 0)
        city.patch(one, PHOTO, STEP, data=bytes(len(PHOTO) - STEP))
        city.head(one, PHOTO)
    assert [answer["status"] for _, answer in real.answers] == [201, 204, 422, 200]
    assert fake.answers == real.answers


def test_a_photo_that_is_none(real: Exchange, fake: Exchange, stand_in: FakeCity) -> None:
    one = sender(NO_PHOTO)
    # What is a photo only the real city knows.
    stand_in.faults["PATCH"] = ["refuse", "refuse"]
    for city in (real, fake):
        city.put(one.fields)
        city.patch(one, NO_PHOTO, 0)
        city.patch(one, NO_PHOTO, len(NO_PHOTO))
    assert [answer["status"] for _, answer in real.answers] == [201, 200, 200]
    assert fake.answers == real.answers


def test_a_photo_of_nobody(real: Exchange, fake: Exchange) -> None:
    never_sent, announced = sender(PHOTO), sender()
    stranger = sender(PHOTO)
    stranger.id = announced.id
    for city in (real, fake):
        city.head(never_sent, PHOTO)
        city.patch(never_sent, PHOTO, 0)
        city.put(announced.fields)
        city.head(stranger, PHOTO)
        city.patch(stranger, PHOTO, 0)
    assert [answer["status"] for _, answer in real.answers] == [404, 404, 201, 404, 404]
    assert fake.answers == real.answers


# --- afterwards -------------------------------------------------------------------------------------------------


def test_how_a_report_stands(real: Exchange, fake: Exchange) -> None:
    fields, unknown = anywhere(), anywhere()
    for city in (real, fake):
        city.put(fields)
        city.stands(fields)
        city.stands(fields, make_manage_token())
        city.stands(unknown)
    assert [answer["status"] for method, answer in real.answers if method == "GET"] == [200, 404, 404]
    assert fake.answers == real.answers


def test_a_report_that_the_city_keeps_no_longer(
    real: Exchange, fake: Exchange, stand_in: FakeCity, portal: Portal
) -> None:
    one = sender(PHOTO)
    for city in (real, fake):
        city.put(one.fields)
    finish(portal, one.id)
    asyncio.run(dispose_of_what_is_due(portal))
    stand_in.gone.add(one.id)
    for city in (real, fake):
        city.stands(one.fields)
        city.put(one.fields)
        city.head(one, PHOTO)
        city.patch(one, PHOTO, 0)
    assert real.answers[1][1]["said"] == {"id": one.id, "state": "gone"}
    assert fake.answers == real.answers


def test_following(real: Exchange, fake: Exchange, stand_in: FakeCity, portal: Portal) -> None:
    fields = anywhere()
    for city in (real, fake):
        city.put(fields)
    # Of whom the stand-in has heard.
    follow(
        store=portal.requests,
        city=portal.city,
        reference=fields["reference"],
        key=make_key(),
        now=portal.now(),
    )
    for city in (real, fake):
        city.follow(fields, "no key")
        city.follow(fields)
    reference = str(fields["reference"])
    change_status(
        store=portal.requests, reference=reference, by=Staff("p"), to=Status.FIXED, note="", now=portal.now()
    )
    stand_in.faults["follow"] = ['409 {"error": "finished", "message": "This request is finished."}']
    late = make_key()
    for city in (real, fake):
        city.follow(fields, late)
    assert [answer["status"] for _, answer in real.answers] == [201, 400, 200, 409]
    assert fake.answers == real.answers


# --- places -----------------------------------------------------------------------------------------------------


def test_what_is_reported_near_a_place(app: ASGIApp, real: Exchange) -> None:
    real.put(report(service_code="pothole", address_string="Main St", **INSIDE))
    query = {"service_code": "pothole", "lat": INSIDE["lat"], "long": INSIDE["long"]}
    answer = ask(app, "GET", "/places/reported.json", params=query)
    (near,) = answer.json()["requests"]
    assert set(near) == set(ONE)
    for name, value in near.items():
        assert value is None or isinstance(ONE[name], type(value)), name


@pytest.mark.parametrize(
    "path",
    ["/places/search.json?q=nowhere", "/places/near.json?lat=45.5&long=-122.6", "/places/near.json?lat=x"],
)
def test_places_are_asked_of_the_real_doors(real: Exchange, fake: Exchange, path: str) -> None:
    for city in (real, fake):
        city.ask("GET", path)
    (_, theirs), (_, ours) = real.answers[0], fake.answers[0]
    assert theirs["status"] == ours["status"]
    assert theirs["cache-control"] == ours["cache-control"]
