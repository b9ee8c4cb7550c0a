"""Photos of reports, in the sizes that pages show."""

from starlette.responses import RedirectResponse, Response

from app.db.engine import read
from app.db.threads import reading
from app.http.conditional import has
from app.http.portal import Portal
from app.http.replies import not_found
from app.http.route import Route
from app.http.visit import Visit
from app.kit.ids import parse_id, parse_sha256
from app.moderation.looks import Look, is_public
from app.photos.files import SIZES
from app.photos.pixels import Size
from app.photos.store import Published, belongs_to, brought_by, named, with_content
from app.reports.previews import may_see_preview
from app.routes import url

A_MINUTE = "public, max-age=60"
"""For photos that everybody may see: what staff hide is gone within a minute."""
NEVER_KEPT = "private, no-store"


# --- photos -------------------------------------------------------------------------------------------------


async def photo(visit: Visit) -> Response:
    """`/photos/{content}/{size}.webp`: a photo that a request shows to everybody; 410 once staff have hidden it.

    What stands in the address is the photo's name. Until photos had names it was their content: that is a 301 now.
    """
    name, size = visit.params["content"], _size(visit.params["size"])
    content = parse_sha256(name)
    if size is None:
        return not_found(visit)
    found = await reading(_published, visit.portal, name, content)
    shown = next((photo for photo in found if _is_shown(visit.portal, photo)), None)
    if shown is None:
        return _gone() if any(_is_hidden(visit.portal, photo) for photo in found) else not_found(visit)
    if content is not None:
        there = url("photo", content=shown.name, size=size)
        return RedirectResponse(there, status_code=301, headers={"cache-control": A_MINUTE})
    return await _picture(visit, shown.content, size, A_MINUTE, tag=shown.name)


async def private_photo(visit: Visit) -> Response:
    """`/requests/{id}/photos/{content}/{size}.webp`: for who knows the id, which is no page's address.

    Before the report has been sent, it is for the form that brought the photo, see app/reports/previews.py.
    """
    request_id, content = parse_id(visit.params["id"]), parse_sha256(visit.params["content"])
    size = _size(visit.params["size"])
    if request_id is None or content is None or size is None:
        return not_found(visit)
    if not await reading(_may_see, visit, request_id, content):
        return not_found(visit)
    return await _picture(visit, content, size, NEVER_KEPT, tag=content[:16])


async def _picture(visit: Visit, content: str, size: Size, cache_control: str, *, tag: str) -> Response:
    """tag: stands for this very picture in the ETag."""
    headers = {"cache-control": cache_control, "etag": f'"{tag}-{size}"', "x-robots-tag": "noindex"}
    if cache_control == A_MINUTE and has(visit.request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    try:
        picture = await visit.portal.photos.read(content, size)
    except KeyError:
        return not_found(visit)
    return Response(picture, 200, headers, "image/webp")


def _size(text: str) -> Size | None:
    return next((size for size in SIZES if size == text), None)


def _gone() -> Response:
    """There was a photo, and staff have hidden it; it may come back."""
    return Response(status_code=410, headers={"cache-control": "no-store"})


def _published(portal: Portal, name: str, content: str | None) -> list[Published]:
    """The photo with this name, or all that are this very picture."""
    with read(portal.engine) as connection:
        if content is not None:
            return with_content(connection, content)
        photo = named(connection, name)
        return [] if photo is None else [photo]


def _is_shown(portal: Portal, photo: Published) -> bool:
    service = portal.city.service(photo.service_code)
    if service is None or not service.public.photos:
        return False
    return is_public(photo.look, photo.of_report, at_once=service.publish == "at_once")


def _is_hidden(portal: Portal, photo: Published) -> bool:
    """Whether staff have hidden a photo that its type would show."""
    service = portal.city.service(photo.service_code)
    return service is not None and service.public.photos and photo.look is Look.HIDDEN


def _may_see(visit: Visit, request_id: str, content: str) -> bool:
    with read(visit.portal.engine) as connection:
        if belongs_to(connection, request_id, content):
            return True
        key_hashes = brought_by(connection, request_id, content)
    return may_see_preview(visit.request, request_id, content, key_hashes, visit.portal.now())


# --- our own modules and icons ------------------------------------------------------------------------------


ROUTES = [
    Route("GET", "photo", photo),
    Route("GET", "private_photo", private_photo),
]
