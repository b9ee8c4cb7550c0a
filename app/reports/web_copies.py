"""`/{locale}/import/`: reports that a phone has saved as a file, sent by somebody who has a connection.

Each report goes the same way as if its phone had sent it (app/reports/web_devices.py), texts first and photos after. So
it can be imported any number of times, and sent by its phone besides, and is one report all the same.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from time import monotonic
from typing import Any

from anyio import fail_after
from pydantic_core import from_json
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.db.threads import reading, working, writing
from app.http.answers import MINE, PRIVATE, answer
from app.http.forms import form_of
from app.http.limits import network_of
from app.http.portal import Portal
from app.http.replies import MOST_FORM_BYTES, RETRY_SECONDS, TRY_LATER, TooLarge
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import Conflict, Rejected
from app.kit.incidents import describe
from app.kit.text import cut_line
from app.photos.models import PhotoClaim
from app.reports import form_photos
from app.reports.fields import MAX_SERVICE_NAME
from app.reports.references import grouped, parse_reference
from app.reports.rules import Receipt
from app.reports.saved_copy import DAMAGED, Damaged, NoCopy, SavedPhoto, SavedReport, read_copy
from app.reports.views_pages import ImportedReportView, ImportedView, ImportView
from app.reports.web_devices import WrongId, accept
from app.requests import labels
from i18n import N_, Message, N_n

FINISH_SECONDS = form_photos.MOST_SECONDS
"""How long whoever sent the file waits for photos to be worked on; the rest is done later."""
SECONDS_TO_WAIT = 30
"""How long whoever sends a file waits for others who do the same; the file lies on the disk meanwhile."""
MOST_FILES = 2
MOST_FIELDS = 10

_log = logging.getLogger(__name__)

_CHOOSE = N_("Choose the file first.")
_TOO_LARGE = N_(
    "This file is too large. We can take up to %(megabytes)s MB. Save fewer reports at once on the phone.",
    megabytes=MOST_FORM_BYTES // 1024**2,
)
_LATER = N_(
    "We cannot take this right now. Send the same file again in a minute. No report is counted twice."
)
_TOO_MANY = N_(
    "A lot is coming from your network right now. Send the same file again in a few minutes. "
    "No report is counted twice."
)
_CONFLICT = N_("A report with this number was sent before with other content. Nothing was changed.")
_PHOTO_DAMAGED = N_("A photo is damaged in the file.")
_PHOTO_LATER = N_("A photo could not be kept right now. Send the same file again in a few minutes.")


@dataclass(frozen=True)
class _Arrival:
    """What became of one report. receipt: if the city has it; why_not: if it has not."""

    report: SavedReport | Damaged
    receipt: Receipt | None = None
    why_not: Sequence[Message] = ()


async def show(visit: Visit) -> Response:
    """GET: what this is for, and the form."""
    return _form(visit)


def _form(visit: Visit, error: Message | None = None, *, status: int = 200) -> Response:
    view = ImportView(action=visit.url("import_reports"), error=visit.t(error) if error else "")
    return answer(visit, view, status=status, cache_control=MINE)


class _Turn(asyncio.Lock):
    """A file and what is made of it are a few hundred megabytes at worst: one after the other, for one portal."""

    def __init__(self, portal: Portal) -> None:
        super().__init__()


async def receive(visit: Visit) -> Response:
    """POST: everything in the file that can be taken, and what became of each report.

    422 if nothing could be taken, 503 if others take too long. A report that is here already counts as taken;
    a new one is counted like one that was sent by itself.
    """
    try:
        async with form_of(visit.request, fields=MOST_FIELDS, files=MOST_FILES) as form:
            turn = visit.portal.one(_Turn)
            with fail_after(SECONDS_TO_WAIT):
                await turn.acquire()
            try:
                return await _receive(visit, form.get("copy"))
            finally:
                turn.release()
    except TooLarge:
        return _form(visit, _TOO_LARGE, status=413)
    except TRY_LATER as error:
        _log.error("%s has to wait: %s", visit.route, describe(error))
        later = _form(visit, _LATER, status=503)
        later.headers["retry-after"] = str(RETRY_SECONDS)
        return later


async def _receive(visit: Visit, file: object) -> Response:
    """Raises TRY_LATER."""
    try:
        reports = await _reports(file)
        arrivals = [await _arrival(visit, report) for report in reports]
    except NoCopy as error:
        return _form(visit, error.message, status=422)
    until = monotonic() + FINISH_SECONDS
    shown = [_shown(visit, arrival, await _photos(visit, arrival, until)) for arrival in arrivals]
    status = 200 if any(arrival.receipt for arrival in arrivals) else 422
    view = ImportedView(summary=visit.t(_summary(arrivals)), reports=shown)
    return answer(visit, view, status=status, cache_control=PRIVATE)


async def _arrival(visit: Visit, report: SavedReport | Damaged) -> _Arrival:
    """Raises TRY_LATER."""
    if isinstance(report, Damaged):
        return _Arrival(report, why_not=[report.message])
    is_new = await reading(visit.portal.requests.known, report.id) is None
    if is_new and await visit.portal.limits.spend("report", network_of(visit.request)) > 0:
        return _Arrival(report, why_not=[_TOO_MANY])
    try:
        receipt, _ = await writing(accept, visit.portal, report.id, report.body)
    except Rejected as rejected:
        return _Arrival(report, why_not=[error.message for error in rejected.errors])
    except Conflict:
        return _Arrival(report, why_not=[_CONFLICT])
    except WrongId:
        return _Arrival(report, why_not=[DAMAGED])
    return _Arrival(report, receipt)


async def _reports(file: object) -> list[SavedReport | Damaged]:
    """Raises NoCopy, TRY_LATER."""
    if not isinstance(file, UploadFile) or not file.size:
        raise NoCopy(_CHOOSE)
    return await working(read_copy, await file.read())


# --- photos -------------------------------------------------------------------------------------------------


async def _photos(visit: Visit, arrival: _Arrival, until: float) -> list[Message]:
    """Take the photos that the city does not have yet; returns what there is to say about them."""
    report, receipt = arrival.report, arrival.receipt
    if receipt is None or isinstance(report, Damaged):
        return []
    there = [report.photos[sha256] for sha256 in receipt.photos_missing if sha256 in report.photos]
    became = [await _photo(visit, report.id, photo) for photo in there]
    claims = [claim for claim in became if isinstance(claim, PhotoClaim)]
    refused = await form_photos.finish(visit, report.id, claims, until - monotonic())
    problems = [problem for problem in became if isinstance(problem, Message)] + refused
    said = list(dict.fromkeys(problems + [_PHOTO_DAMAGED] * report.lost))
    if absent := len(receipt.photos_missing) - len(there):
        said.insert(0, _absent(absent))
    if received := len(claims) - len(refused):
        said.insert(0, N_n("%(num)s photo received.", "%(num)s photos received.", num=received))
    return said


async def _photo(visit: Visit, request_id: str, photo: SavedPhoto) -> PhotoClaim | Message:
    """Take one photo; returns why it could not be taken, if it could not."""
    content = await working(photo.content)
    if content is None:
        return _PHOTO_DAMAGED
    try:
        spool, network = visit.portal.spool, network_of(visit.request)
        return await spool.receive(request_id, BytesIO(content), len(content), network)
    except Rejected as rejected:
        return rejected.errors[0].message
    except TRY_LATER as error:
        _log.error("%s: a photo has to wait: %s", visit.route, describe(error))
        return _PHOTO_LATER


def _absent(count: int) -> Message:
    return N_n(
        "%(num)s photo is not in the file. It follows when the phone has a connection.",
        "%(num)s photos are not in the file. They follow when the phone has a connection.",
        num=count,
    )


# --- what the page says -------------------------------------------------------------------------------------


def _summary(arrivals: Sequence[_Arrival]) -> Message:
    return N_n(
        "%(arrived)s of %(num)s report is with the city.",
        "%(arrived)s of %(num)s reports are with the city.",
        num=len(arrivals),
        arrived=sum(arrival.receipt is not None for arrival in arrivals),
    )


def _shown(visit: Visit, arrival: _Arrival, photos: Sequence[Message]) -> ImportedReportView:
    told, receipt, t = _told(arrival.report.body), arrival.receipt, visit.t
    as_seen = cut_line(MAX_SERVICE_NAME, told.get("service_name", ""))
    reference = receipt.reference if receipt else _reference(told.get("reference", ""))
    return ImportedReportView(
        name=labels.type_name(visit.city, told.get("service_code", ""), as_seen, t),
        reference=grouped(reference) if reference else "",
        url=visit.url("request", reference=receipt.reference)
        if receipt and receipt.status != "gone"
        else None,
        state=t(_state(arrival)),
        problems=[t(message) for message in arrival.why_not],
        photos=[t(message) for message in photos],
    )


def _state(arrival: _Arrival) -> Message:
    if arrival.receipt is not None and arrival.receipt.status == "gone":
        return N_("The city no longer keeps this report.")
    if arrival.receipt is not None:
        return N_("Received now") if arrival.receipt.status == "created" else N_("Was here already")
    is_draft = isinstance(arrival.report, SavedReport) and arrival.report.draft
    return N_("Not complete yet") if is_draft else N_("Not received")


def _told(body: bytes) -> dict[str, str]:
    """What a report says of itself, as far as it can be read."""
    try:
        fields: Any = from_json(body)
    except ValueError:
        fields = None
    fields = fields if isinstance(fields, dict) else {}
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _reference(typed: str) -> str:
    try:
        return parse_reference(typed)
    except Rejected:
        return ""


ROUTES = [
    Route("GET", "import_reports", show),
    Route("POST", "import_reports", receive, rate="report"),
]
