"""A type that the city withdraws while people have its form: what was typed is not lost, and no way ends."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.http.built import BUILD
from app.http.portal import Portal
from tests.devices import portland, stored_requests
from tests.visitor import Page, Visitor, visit

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

FORM = "/en/report/pothole/"
ANSWERS = {
    "attribute[SIZE]": "large",
    "address_string": "SE 34th Ave & SE Hawthorne Blvd",
    "description": "Deep.",
}


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Portal]:
    """A portal that offers all types."""
    with portland(tmp_path) as opened:
        yield opened


@pytest.fixture
def after(before: Portal) -> Portal:
    """The same portal, once the city has withdrawn a type."""
    services = tuple(one for one in before.city.services if one.service_code != "pothole")
    return replace(before, city=before.city.model_copy(update={"services": services}))


def form_of(portal: Portal) -> dict[str, str]:
    """What somebody has filled in."""
    fields: dict[str, str] = {}

    async def scene(visitor: Visitor) -> None:
        fields.update((await visitor.get(FORM)).form() | ANSWERS)

    visit(portal, scene)
    return fields


def photo() -> bytes:
    file = BytesIO()
    Image.new("RGB", (400, 300), "red").save(file, "JPEG")
    return file.getvalue()


def names_all_types(page: Page, portal: Portal) -> bool:
    links = {f"/en/report/{one.service_code}/" for one in portal.city.services}
    return page.status == 404 and links <= set(page.links().values())


@pytest.mark.parametrize("code", ["pothole", "never-was", "pothole%20", "PotHole", "x" * 200])
def test_its_address_leads_to_all_others(after: Portal, code: str) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get(f"/en/report/{code}/?draft=01890000-0000-7000-8000-000000000000")
        assert names_all_types(page, after)
        assert (
            "We do not have this type of report Choose another type from the list, or call 311." in page.text
        )
        assert "no-cache" in page.response.headers["cache-control"]

    visit(after, scene)


def test_the_list_itself_says_nothing_of_it(after: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/report/")
        assert page.status == 200
        assert "We do not have" not in page.text

    visit(after, scene)


def test_what_was_typed_before_is_taken_with_its_photo_and_marked(before: Portal, after: Portal) -> None:
    fields = form_of(before)

    async def scene(visitor: Visitor) -> None:
        files = {"media": ("a.jpg", photo(), "image/jpeg")}
        sent = await visitor.follow(await visitor.post(FORM, data=fields, files=files))
        assert sent.status == 200
        assert "Your report has arrived" in sent.text

    visit(after, scene)
    [request] = stored_requests(after)
    assert (request["id"], request["service_code"]) == (fields["id"], "pothole")
    assert request["description"] == "Deep."
    assert "service_withdrawn" in request["review"]
    with after.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT request_id, attached FROM photo").all()
    assert [tuple(row) for row in rows] == [(fields["id"], 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "nobody"},
        {"service_name": ""},
        {"service_code": "never-was", "service_name": ""},
        {"change_language": "1"},
    ],
)
def test_what_cannot_be_taken_leads_to_all_other_types(
    before: Portal, after: Portal, changes: dict[str, str]
) -> None:
    fields = form_of(before) | changes

    async def scene(visitor: Visitor) -> None:
        assert names_all_types(await visitor.post(FORM, data=fields), after)

    visit(after, scene)
    assert stored_requests(after) == []


def test_its_person_still_reads_what_it_was_called_and_nobody_else_does(
    before: Portal, after: Portal
) -> None:
    fields = form_of(before)

    async def scene(visitor: Visitor) -> None:
        sent = await visitor.follow(await visitor.post(FORM, data=fields))
        private = next(link for link in sent.links().values() if "/manage/" in link)
        own = await visitor.get(private)
        assert f"Your request: {fields['service_name']}" in own.text
        public = await visitor.get(f"/en/requests/{stored_requests(after)[0]['reference']}/")
        assert public.status == 200
        assert fields["service_name"] not in public.text

    visit(after, scene)
