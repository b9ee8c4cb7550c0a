"""Photos of plain forms: the answer does not wait for them, nothing of them is left lying, nobody else sees them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.http.built import BUILD
from app.http.portal import Portal
from app.kit.ids import make_manage_token
from app.photos.service import StoredPhoto
from app.photos.tasks import finish_interrupted
from app.reports import form_photos
from tests.devices import portland
from tests.visitor import Page, Visitor, visit

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

POTHOLE = "/en/report/pothole/"
ANSWERS = {
    "attribute[SIZE]": "large",
    "address_string": "SE 34th Ave & SE Hawthorne Blvd",
    "reported_asked": "1",
}
NO_PHOTO = b"This is no photo at all. " * 40


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A portal of its own, on an empty database."""
    with portland(tmp_path) as opened:
        yield opened


def jpeg(color: str = "red") -> bytes:
    file = BytesIO()
    Image.new("RGB", (400, 300), color).save(file, "JPEG")
    return file.getvalue()


def files(*photos: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("media", ("a.jpg", photo, "image/jpeg")) for photo in photos]


class Bench:
    """Where photos are worked on: only once somebody says so."""

    def __init__(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opens = asyncio.Event()
        self._process = portal.photos.process
        monkeypatch.setattr(portal.photos, "process", self._wait)
        monkeypatch.setattr(form_photos, "MOST_SECONDS", 0)

    async def _wait(self, path: Path, before: Any) -> StoredPhoto:
        await self.opens.wait()
        return await self._process(path, before)

    async def work(self) -> None:
        self.opens.set()
        await asyncio.gather(*form_photos._under_way)


@pytest.fixture
def closed(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(portal, monkeypatch)


async def post(visitor: Visitor, *photos: bytes, **changes: str) -> tuple[dict[str, str], Page]:
    """Send the form of a pothole with photos; returns what the form had, and the answer."""
    form = (await visitor.get(POTHOLE)).form()
    data = {**form, **ANSWERS, **changes}
    return form, await visitor.post(POTHOLE, data=data, files=files(*photos))


# --- the answer comes first ---------------------------------------------------------------------------------


def test_the_receipt_is_there_before_the_photos_are_worked_on(portal: Portal, closed: Bench) -> None:
    async def scene(visitor: Visitor) -> None:
        _, answer = await post(visitor, jpeg(), NO_PHOTO)
        sent = await visitor.follow(answer)
        assert "2 photos are not ready yet." in sent.text
        assert not sent.soup.select(".photos img")
        await closed.work()
        sent = await visitor.get(str(answer.response.headers["location"]))
        assert "not ready yet" not in sent.text
        assert len(sent.soup.select(".photos img")) == 1
        for page in (sent, await visitor.get(sent.links()["Your private link"])):
            assert "We cannot read this file as a photo." in page.text

    visit(portal, scene)


def test_photos_by_the_private_link_are_answered_first_too(portal: Portal, closed: Bench) -> None:
    async def scene(visitor: Visitor) -> None:
        _, answer = await post(visitor)
        private = (await visitor.follow(answer)).links()["Your private link"]
        added = await visitor.post(private, data={"action": "photos"}, files=files(jpeg()))
        assert added.status == 303
        assert "1 photo is not ready yet." in (await visitor.follow(added)).text
        await closed.work()
        assert len((await visitor.get(private)).soup.select(".photos img")) == 1

    visit(portal, scene)


def test_a_form_that_comes_again_keeps_photos_that_are_not_ready(portal: Portal, closed: Bench) -> None:
    async def scene(visitor: Visitor) -> None:
        _, again = await post(visitor, jpeg(), email="no address", media_description="The hole")
        assert again.status == 422
        assert "Photo 1, already received" in again.text
        mended = await visitor.post(POTHOLE, data={**again.form(), **ANSWERS, "email": ""})
        await closed.work()
        sent = await visitor.follow(mended)
        assert sent.tag(".photos img")["alt"] == "The hole"

    visit(portal, scene)


def test_photos_whose_work_was_cut_off_are_taken_up_again(portal: Portal, closed: Bench) -> None:
    links: list[str] = []

    async def scene(visitor: Visitor) -> None:
        _, answer = await post(visitor, jpeg())
        links.append(str(answer.response.headers["location"]))

    async def later(visitor: Visitor) -> None:
        assert (await visitor.get(links[0])).soup.select(".photos img")

    visit(portal, scene)  # ends, and with it all that is under way
    closed.opens.set()
    asyncio.run(finish_interrupted(portal))
    visit(portal, later)
    assert list(portal.spool.folder.iterdir()) == []


# --- nothing is left lying ----------------------------------------------------------------------------------


def test_a_photo_of_a_form_that_was_sent_before_is_not_kept(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form, answer = await post(visitor, jpeg("red"))
        assert answer.status == 303
        changed = {**form, **ANSWERS, "description": "Another hole"}
        for photo in (jpeg("blue"), NO_PHOTO):
            again = await visitor.post(POTHOLE, data=changed, files=files(photo))
            assert again.status == 409
            assert list(portal.spool.folder.iterdir()) == []

    visit(portal, scene)


def test_photos_that_are_not_taken_leave_nothing(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        _, answer = await post(visitor)
        private = (await visitor.follow(answer)).links()["Your private link"]
        for more, described in ((6, ""), (2, "x" * 501)):
            photos = files(*(jpeg() + bytes([number]) for number in range(more)))
            data = {"action": "photos", "media_description": described}
            assert (await visitor.post(private, data=data, files=photos)).status == 422
            assert list(portal.spool.folder.iterdir()) == []

    visit(portal, scene)


def test_a_form_is_told_when_there_is_no_room_for_its_photo(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    async def scene(visitor: Visitor) -> None:
        monkeypatch.setattr("app.photos.spool.check_room", full)
        _, again = await post(visitor, jpeg(), description="A hole")
        assert again.status == 422
        assert "try again in a minute" in again.tag("#errors").get_text()
        assert again.form()["description"] == "A hole"

    visit(portal, scene)
    assert list(portal.spool.folder.iterdir()) == []


# --- who sees a photo of a report that is not sent ----------------------------------------------------------


def with_preview(portal: Portal, look: Callable[[Visitor, dict[str, str], str], Awaitable[Any]]) -> None:
    """Hold a form that came back with its photo; look: gets what is in it and the address of the picture."""

    async def scene(visitor: Visitor) -> None:
        _, again = await post(visitor, jpeg(), email="no address")
        assert again.status == 422
        await look(visitor, again.form(), str(again.tag("[data-part=kept] img")["src"]))

    visit(portal, scene)


def test_the_form_shows_its_photo_and_the_address_leads_no_further(portal: Portal) -> None:
    async def look(visitor: Visitor, form: dict[str, str], picture: str) -> None:
        answer = await visitor.client.get(picture)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["cache-control"] == "private, no-store"
        assert form["manage_token"] not in picture

    with_preview(portal, look)


def test_nobody_else_sees_the_photo_of_a_report_that_is_not_sent(portal: Portal) -> None:
    async def look(visitor: Visitor, form: dict[str, str], picture: str) -> None:
        address, query = picture.split("?")
        fields = dict(part.split("=") for part in query.split("&"))
        until, signature = fields["until"], fields["signature"]
        for wrong in (
            "",
            f"?until={until}",
            f"?signature={signature}",
            f"?until={int(until) + 1}&signature={signature}",
            f"?until={until}&signature={signature[:-1]}",
            f"?until={until}&signature={'0' * 32}",
            f"?until={until}&signature=%F0%9F%98%80%00",
            f"?until=-1&signature={signature}",
            f"?until={'9' * 5000}&signature={signature}",
        ):
            assert (await visitor.client.get(address + wrong)).status_code == 404, wrong
        # The signature is of one photo and one report.
        other = picture.replace(form["id"], form["id"][:-1] + ("0" if form["id"][-1] != "0" else "1"))
        assert (await visitor.client.get(other)).status_code == 404

    with_preview(portal, look)


def test_an_address_is_good_for_an_hour(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(visitor: Visitor, form: dict[str, str], picture: str) -> None:
        now = Portal.now
        monkeypatch.setattr(Portal, "now", lambda self: now(self) + timedelta(minutes=59))
        assert (await visitor.client.get(picture)).status_code == 200
        monkeypatch.setattr(Portal, "now", lambda self: now(self) + timedelta(minutes=61))
        assert (await visitor.client.get(picture)).status_code == 404

    with_preview(portal, look)


def test_another_form_that_names_the_photo_gets_no_picture_of_it(portal: Portal) -> None:
    async def look(visitor: Visitor, form: dict[str, str], picture: str) -> None:
        stranger = {**form, "manage_token": make_manage_token()}
        again = await visitor.post(POTHOLE, data=stranger)
        assert again.status == 422
        assert not again.soup.select("[data-part=kept] img")
        # Nor if it brings the same bytes.
        again = await visitor.post(POTHOLE, data=stranger, files=files(jpeg()))
        assert not again.soup.select("[data-part=kept] img")

    with_preview(portal, look)


def test_once_it_is_sent_the_private_page_shows_it(portal: Portal) -> None:
    async def look(visitor: Visitor, form: dict[str, str], picture: str) -> None:
        sent = await visitor.follow(await visitor.post(POTHOLE, data={**form, **ANSWERS, "email": ""}))
        shown = await visitor.client.get(str(sent.tag(".photos img")["src"]))
        assert shown.status_code == 200

    with_preview(portal, look)
