"""What residents wrote, on every page: masked for everybody, whole for the holder of the private link and the desk."""

from typing import Any

import pytest
from starlette.types import ASGIApp

from app.db.engine import read
from app.http.portal import Portal
from app.kit.private import MARK
from app.requests.rules import Holder, Staff, add_comment, change_status, photo_stored
from app.requests.statuses import Status
from app.requests.store_request import public_request, whole_request
from app.requests.views import desk_view, public_view
from app.routes import url
from tests.devices import ask
from tests.factories import INSIDE, looked_at, report, send
from tests.visitor import Page, Visitor, visit

SHA = "a" * 64
PHONES = {
    "description": "503-555-0142",
    "address_string": "503-555-0143",
    "photo": "503-555-0144",
    "comment": "503-555-0145",
    "answer": "503-555-0146",
}
STAFF = "503-555-0199"
FIELDS: dict[str, Any] = {
    "description": f"A deep hole. Call {PHONES['description']}, or me, Ana García.",
    "address_string": f"1200 Main St, tel. {PHONES['address_string']}",
    "attribute[PLATE]": f"482 KLM, {PHONES['answer']}",
    "media": [{"sha256": SHA, "description": f"The hole and Ana's car, {PHONES['photo']}"}],
}


@pytest.fixture
def fields(portal: Portal) -> dict[str, Any]:
    """A report that is full of private strings, with a comment of its reporter and words of staff."""
    made = report(**FIELDS, **INSIDE)
    store, now = portal.requests, portal.now()
    id = send(store, made, now=now).id
    photo_stored(store=store, request_id=id, sha256=SHA, content=SHA, width=3, height=2, now=now)
    add_comment(
        store=store,
        reference=made["reference"],
        by=Holder(made["manage_token"]),
        text=f"Still there. {PHONES['comment']}",
        now=now,
    )
    change_status(
        store=store,
        reference=made["reference"],
        by=Staff("robin"),
        to=Status.IN_PROGRESS,
        note=f"Questions? {STAFF}",
        language="en",
        also={},
        now=now,
    )
    looked_at(store, made["reference"])
    return made


def page(portal: Portal, name: str, **params: str) -> str:
    """The markup of a page."""
    seen: list[Page] = []

    async def scene(visitor: Visitor) -> None:
        seen.append(await visitor.get(url(name, locale="en", **params)))

    visit(portal, scene)
    return seen[0].response.text


def test_the_public_page_masks_what_the_reporter_wrote_and_nothing_of_the_citys(
    portal: Portal, fields: dict[str, Any]
) -> None:
    text = page(portal, "request", reference=fields["reference"])
    assert not [number for number in PHONES.values() if number in text]
    assert "Ana" not in text
    assert "García" not in text
    assert f"A deep hole. Call {MARK}, or me, {MARK}." in text
    assert f"1200 Main St, tel. {MARK}" in text
    assert f"The hole and {MARK}" in text
    assert f"Still there. {MARK}" in text
    assert STAFF in text


@pytest.mark.usefixtures("fields")
def test_so_do_the_list_and_what_is_near_by(app: ASGIApp, portal: Portal) -> None:
    listed = page(portal, "recent")
    assert f"1200 Main St, tel. {MARK}" in listed
    near = ask(app, "GET", url("reported"), params={"service_code": "pothole", **INSIDE})
    (found,) = near.json()["requests"]
    assert found["description"] == f"A deep hole. Call {MARK}, or me, {MARK}."
    assert MARK in found["alt"]
    for text in (listed, near.text):
        assert "Ana" not in text
        assert not [number for number in PHONES.values() if number in text]


def test_who_holds_the_link_and_the_desk_see_every_word(portal: Portal, fields: dict[str, Any]) -> None:
    text = page(portal, "manage", reference=fields["reference"], token=fields["manage_token"])
    assert MARK not in text
    assert all(number in text for number in PHONES.values())
    with read(portal.engine) as connection:
        loaded = whole_request(connection, fields["reference"])
    assert loaded is not None
    service = portal.city.service("pothole")
    seen = repr(desk_view(loaded.request, loaded.updates, loaded.photos, service))
    assert MARK not in seen
    assert all(number in seen for number in PHONES.values())


def test_an_answer_in_own_words_is_masked_and_a_chosen_one_is_not(
    portal: Portal, fields: dict[str, Any]
) -> None:
    service = portal.city.service("pothole")
    assert service is not None
    attributes = tuple(attribute.model_copy(update={"public": True}) for attribute in service.attributes)
    with read(portal.engine) as connection:
        loaded = public_request(connection, fields["reference"])
    assert loaded is not None
    view = public_view(loaded.request, [], [], service.model_copy(update={"attributes": attributes}))
    assert [answer.texts for answer in view.answers] == [("Like a car wheel",), (f"482 KLM, {MARK}",)]
