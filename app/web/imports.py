"""`/{locale}/import/`: reports that a phone has saved as a file, sent by somebody who has a connection.

Each report goes the same way as if its phone had sent it (app/web/intake.py), texts first and photos after. So
it can be imported any number of times, and sent by its phone besides, and is one report all the same.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from time import monotonic
from typing import Any

from pydantic_core import from_json
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.domain.errors import Conflict, Rejected
from app.domain.references import grouped, parse_reference
from app.domain.requests import Receipt
from app.domain.submissions import MAX_SERVICE_NAME
from app.domain.text import clean_line
from app.storage.threads import reading, working, writing
from app.web import form_photos
from app.web.incidents import describe
from app.web.intake import WrongId, accept
from app.web.limits import Limits, network_of
from app.web.pages import MINE, PRIVATE
from app.web.replies import MOST_FORM_BYTES, TRY_LATER, TooLarge
from app.web.saved_copy import DAMAGED, Damaged, NoCopy, SavedPhoto, SavedReport, read_copy
from app.web.uploads import receive_photo
from app.web.views import ImportedReportView, ImportedView, ImportView
from app.web.visit import Visit
from i18n import N_, Message, N_n

SETTLE_SECONDS = 20
"""How long whoever sent the file waits for photos to be worked on; the rest is done later (app/web/upkeep.py)."""
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
    return visit.pages.answer(visit, "import_reports", view, status=status, cache_control=MINE)


class Imports:
    """Takes saved copies. limits: each new report in a file counts like one that was sent by itself."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    async def receive(self, visit: Visit) -> Response:
        """POST: everything in the file that can be taken, and what became of each report.

        422 if nothing could be taken. A report that is here already counts as taken.
        """
        try:
            reports = await _reports(visit)
            arrivals = [await self._arrival(visit, report) for report in reports]
        except NoCopy as error:
            return _form(visit, error.message, status=422)
        except TooLarge:
            return _form(visit, _TOO_LARGE, status=413)
        except TRY_LATER as error:
            _log.error("%s has to wait: %s", visit.route, describe(error))
            return _form(visit, _LATER, status=503)
        until = monotonic() + SETTLE_SECONDS
        shown = [_shown(visit, arrival, await _photos(visit, arrival, until)) for arrival in arrivals]
        status = 200 if any(arrival.receipt for arrival in arrivals) else 422
        view = ImportedView(summary=visit.t(_summary(arrivals)), reports=shown)
        return visit.pages.answer(visit, "imported", view, status=status, cache_control=PRIVATE)

    async def _arrival(self, visit: Visit, report: SavedReport | Damaged) -> _Arrival:
        """Raises TRY_LATER."""
        if isinstance(report, Damaged):
            return _Arrival(report, why_not=[report.message])
        is_new = await reading(visit.portal.requests.known, report.id) is None
        if is_new and self._limits.take("report", network_of(visit.request)) > 0:
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


async def _reports(visit: Visit) -> list[SavedReport | Damaged]:
    """Raises NoCopy, TooLarge."""
    async with visit.request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        file = form.get("copy")
        if not isinstance(file, UploadFile) or not file.size:
            raise NoCopy(_CHOOSE)
        content = await file.read()
    return await working(read_copy, content)


# --- photos -------------------------------------------------------------------------------------------------


async def _photos(visit: Visit, arrival: _Arrival, until: float) -> list[Message]:
    """Take the photos that the city does not have yet; returns what there is to say about them."""
    report, receipt = arrival.report, arrival.receipt
    if receipt is None or isinstance(report, Damaged):
        return []
    there = [report.photos[sha256] for sha256 in receipt.photos_missing if sha256 in report.photos]
    became = [await _photo(visit, report.id, photo, until) for photo in there]
    problems = [problem for problem in became if problem is not None]
    said = list(dict.fromkeys(problems + [_PHOTO_DAMAGED] * report.lost))
    if absent := len(receipt.photos_missing) - len(there):
        said.insert(0, _absent(absent))
    if received := became.count(None):
        said.insert(0, N_n("%(num)s photo received.", "%(num)s photos received.", num=received))
    return said


async def _photo(visit: Visit, request_id: str, photo: SavedPhoto, until: float) -> Message | None:
    """Take one photo; returns why it could not be used, or None."""
    content = await working(photo.content)
    if content is None:
        return _PHOTO_DAMAGED
    try:
        claim = await receive_photo(visit.portal, request_id, UploadFile(BytesIO(content)))
    except Rejected as rejected:
        return rejected.errors[0].message
    except TRY_LATER as error:
        _log.error("%s: a photo has to wait: %s", visit.route, describe(error))
        return _PHOTO_LATER
    return await form_photos.settle(visit.portal, request_id, claim) if monotonic() < until else None


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
    service = visit.city.service(told.get("service_code", ""))
    name = t(service.service_name) if service else clean_line(told.get("service_name", ""))[:MAX_SERVICE_NAME]
    reference = receipt.reference if receipt else _reference(told.get("reference", ""))
    return ImportedReportView(
        name=name or t(N_("Report")),
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
