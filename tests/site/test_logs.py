"""A whole journey at the most talkative level of every log: nothing that a person wrote or holds is in it."""

import asyncio
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from sqlalchemy import text
from starlette.types import ASGIApp

from app.http.portal import Portal
from app.kit.ids import make_manage_token
from app.people.models import Role
from app.people.rules import create_person
from app.photos.service import StoredPhoto
from app.reports.references import make_reference
from app.routes import url
from tests.devices import Sender, ask, browsing, make_photo
from tests.factories import report

# One marker for each field; the report's own id, number and token are looked for, too.
TYPED = {
    "description": "zebra-description",
    "address_string": "99 Zebra-Address St",
    "first_name": "Zebrafirst",
    "last_name": "Zebralast",
    "email": "zebra@mail.example",
    "phone": "+1 503 555 9871",
    "attribute[PLATE]": "ZEBRA-PLATE",
    "service_name": "zebra-service",
    "question[PLATE]": "Zebra-question?",
    "lat": 45.511987,
    "long": -122.611987,
}
NEAR = {"lat": "45.511987", "long": "-122.611987"}
KEY = "zebraKEYzebraKEYzebra0"
LOOKS = [200, 400, 200, 200, 303, 400]
"""Of what is near, and of following."""
ADDRESS = ("198.51.100.77", 4711)
NOISY = ("httpx", "httpcore", "asyncio", "hypothesis")
"""Logs of the test's own client and tools, which are not part of the portal."""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, formatted as a server would write it, tracebacks included."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    handler.addFilter(lambda record: record.name.split(".")[0] not in NOISY)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


async def journey(browser: httpx.AsyncClient, sender: Sender, photo: bytes, broken: bytes) -> list[int]:
    """Send, be refused, send again, upload, look, comment; and mistakes on the way."""
    fields = sender.fields
    no_photo = sender.path(broken).replace("/photos/", "/photos/x")
    manage = url("manage", locale="en", reference=str(fields["reference"]), token=sender.token)
    follow = url("follow", reference=str(fields["reference"]))
    page = url("request", locale="en", reference=str(fields["reference"]))
    answers = [
        await _put(browser, {**fields, "email": "zebra at mail.example"}),
        await _put(browser, {**fields, "lat": 47.611987}),
        await browser.put(url("submit", id=sender.id), content=b'{"description": "zebra-description"'),
    ]
    await sender.send_text(browser)
    answers += [
        await _put(browser, {**fields, "description": "zebra-description, changed"}),
        await sender.patch(browser, photo, 0, headers={"authorization": f"Bearer {make_manage_token()}"}),
        await sender.patch(browser, photo, 5),
        await sender.upload(browser, photo),
        await sender.upload(browser, broken),
        await browser.patch(no_photo, content=b"zebra-description", headers=sender.rights),
        await browser.post(manage, data={"action": "comment", "comment": "zebra-comment"}),
        await browser.post(manage, data={"action": "erase"}),
        await browser.get(url("map", kind="recent")),
        await browser.get("/en/zebra-path/?q=zebra-query"),
        await browser.get(url("reported"), params={**NEAR, "service_code": "pothole"}),
        await browser.get(url("reported"), params={**NEAR, "long": "-zebra", "service_code": "pothole"}),
        await browser.post(follow, json={"key": KEY}),
        await browser.delete(follow, headers={"authorization": f"Bearer {KEY}"}),
        await browser.post(page, data={"key": KEY, "action": "follow"}),
        await browser.post(page, data={"key": "zebra-key", "action": "follow"}),
    ]
    return [answer.status_code for answer in answers]


async def _put(browser: httpx.AsyncClient, fields: dict[str, object]) -> httpx.Response:
    headers = {"user-agent": "zebra-agent", "referer": "http://portal.example/zebra-referer"}
    return await browser.put(url("submit", id=str(fields["id"])), json=fields, headers=headers)


async def plain_form(browser: httpx.AsyncClient, photo: bytes) -> tuple[int, dict[str, str]]:
    """The same report through the form without script."""
    fields = report(**TYPED, reference=make_reference())
    files = {"media": ("zebra-file.jpg", photo, "image/jpeg")}
    data = {"reported_asked": "1", **{name: str(value) for name, value in fields.items()}}
    path = url("report_form", locale="en", service_code="pothole")
    answer = await browser.post(path, data={**data, "media_description": "zebra-alt"}, files=files)
    return answer.status_code, data


def test_a_whole_journey_leaves_no_personal_word_in_any_log(
    app: ASGIApp, portal: Portal, log: io.StringIO
) -> None:
    photo, broken = make_photo(), b"zebra-bytes " * 50
    sender = Sender(photo, broken, **TYPED)

    async def everything() -> dict[str, str]:
        async with browsing(app, client=ADDRESS) as browser:
            statuses = await journey(browser, sender, photo, broken)
            # Every step did what the test is about; otherwise an empty log would prove nothing.
            assert statuses == [422, 422, 415, 409, 404, 409, 200, 200, 404, 303, 303, 200, 404, *LOOKS]
            status, form = await plain_form(browser, photo)
            assert status == 303
            return form

    form = asyncio.run(everything())
    assert_clean(log.getvalue(), sender, form)


def test_failures_inside_leave_no_personal_word_either(
    app: ASGIApp, portal: Portal, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The photo workers and the database fail in the middle of it, and quote what they were given."""
    photo = make_photo()
    sender, late = Sender(photo, **TYPED), Sender(**TYPED)

    async def process(path: Path, before: object) -> StoredPhoto:
        raise ValueError(f"zebra in {path}")

    def break_database() -> None:
        with portal.engine.begin() as connection:
            connection.execute(text("ALTER TABLE request_update RENAME TO lost"))

    async def everything() -> tuple[list[int], dict[str, str]]:
        async with browsing(app, client=ADDRESS) as browser:
            await sender.send_text(browser)
            upload = await sender.upload(browser, photo)
            break_database()
            put = await _put(browser, late.fields)
            status, form = await plain_form(browser, photo)
            return [upload.status_code, put.status_code, status], form

    monkeypatch.setattr(portal.photos, "process", process)
    statuses, form = asyncio.run(everything())
    assert statuses == [503, 503, 503]
    assert "ValueError" in log.getvalue()
    assert "OperationalError" in log.getvalue()
    assert_clean(log.getvalue(), sender, form)
    assert_clean(log.getvalue(), late, form)


def photo_of_a_place() -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 30.0, 43.1532), 3: "W", 4: (122.0, 36.0, 43.1532)})
    exif[0x010E] = "zebra-exif"
    Image.new("RGB", (200, 200)).save(file, "JPEG", exif=exif)
    return file.getvalue()


PHOTO_OF_A_PLACE = photo_of_a_place()
"""Made before anything is logged: Pillow, when it writes such a file, talks about it."""


def test_a_photo_with_a_place_in_it_leaves_no_place_in_the_log(app: ASGIApp, log: io.StringIO) -> None:
    sender = Sender(PHOTO_OF_A_PLACE, **TYPED)

    async def everything() -> None:
        async with browsing(app, client=ADDRESS) as browser:
            await sender.send_text(browser)
            assert (await sender.upload(browser, PHOTO_OF_A_PLACE)).json()["state"] == "stored"

    asyncio.run(everything())
    assert_clean(log.getvalue(), sender, {})


def assert_clean(written: str, sender: Sender, form: dict[str, str]) -> None:
    assert "portal.access" in written
    names = ("id", "reference", "manage_token")
    secrets = [str(sender.fields[name]) for name in names] + [form[name] for name in names if form]
    for line in written.lower().splitlines():
        assert "zebra" not in line
        assert ADDRESS[0] not in line
        assert "5559871" not in line.replace(" ", "").replace("-", "")
        assert "511987" not in line
        assert "611987" not in line
        assert "43.15" not in line
        assert not any(secret.lower() in line for secret in secrets), line


def test_sign_ins_are_written_down_without_what_strangers_type(
    app: ASGIApp, portal: Portal, log: io.StringIO
) -> None:
    email, password = "ana@city.example", "correct horse battery staple"
    ana = create_person(store=portal.people, email=email, name="Zebra", password=password, role=Role.DESK)
    path = url("sign_in", locale="en")
    for typed in (
        {"email": email, "password": "zebra-password"},
        {"email": "zebra@mail.example", "password": "z"},
    ):
        ask(app, "POST", path, data=typed, client=ADDRESS)
    ask(app, "POST", path, data={"email": email, "password": password}, client=ADDRESS)
    lines = [line for line in log.getvalue().splitlines() if "sign-in" in line]
    assert [line.partition("sign-in ")[2] for line in lines] == [
        f"failed: {ana.id}, 1 failed",
        "failed: nobody, 1 failed",
        f"succeeded: {ana.id}, 1 failed",
    ]
    for secret in ("zebra", "Zebra", email, password, ADDRESS[0]):
        assert secret not in "".join(lines)
