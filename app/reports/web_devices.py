"""`PUT /requests/{id}` and `POST /requests/`: the doors for devices that have frozen reports as JSON."""

import binascii
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from typing import Any

from pydantic_core import from_json
from starlette.responses import Response

from app.db.threads import writing
from app.http.limits import network_of
from app.http.portal import Portal
from app.http.replies import (
    RETRY_SECONDS,
    TRY_LATER,
    TooLarge,
    later,
    log_delay,
    media_type,
    not_found,
    refusal,
    reply,
)
from app.http.route import Route
from app.http.visit import Visit, preferred_locale
from app.kit.errors import Conflict, Rejected
from app.kit.ids import digest_of, parse_id, parse_manage_token
from app.kit.written_in import written_in
from app.reports.references import is_reference
from app.reports.rules import Receipt, receipt_of, submit
from app.reports.submissions import Submission
from app.routes import Url, url
from i18n import N_, translator

MOST_AT_ONCE = 50
"""Reports in one batch."""

_Outcome = tuple[int, dict[str, Any]]


class WrongId(Exception):
    """The report names another id than the address."""


@dataclass(frozen=True)
class _Keys:
    """What is read of a report even if nothing else can be: its language, its private link's token, its number."""

    language: str
    token: str | None
    reference: str = ""


async def submit_report(visit: Visit) -> Response:
    """Accept a report and answer with its receipt, the same for ever: 201 the first time, 200 after that.

    The body is the frozen JSON (see `Submission.from_json`). The answer is the receipt with `sent_url`, the
    page to go to. 422 names every field to mend, in the report's own language; 409 says that the id was used
    for another report. Every no repeats the report's `id` and `digest`: a device believes no other.
    """
    request_id = parse_id(visit.params["id"])
    if request_id is None:
        return not_found(visit)
    if media_type(visit.request) != "application/json":
        return refusal(visit, 415, "media_type", N_("Send the report as JSON (application/json)."))
    try:
        body = await visit.request.body()
    except TooLarge:
        message = N_("This report is too long. Make the description shorter and send it again.")
        digest = _announced(visit.request.headers.get("content-digest", ""))
        return refusal(visit, 413, "too_large", message, about={"id": request_id, "digest": digest})
    if not digest_fits(visit.request.headers.get("content-digest", ""), body):
        return refusal(visit, 400, "digest", _NOT_WHOLE)
    status, content = await _outcome(visit, request_id, body)
    if status == 503:
        return later(visit)
    language = {"content-language": _keys(body, _asked_for(visit)).language} if status == 422 else None
    return reply(content, status, headers=language)


async def submit_several(visit: Visit) -> Response:
    """Accept the frozen reports of a phone's outbox, one a line (application/x-ndjson).

    Each goes the same way as if it had come by itself, in a transaction of its own, and counts as much. The answer is
    a list in the same order: of each what `PUT` would have answered, with its `status`.
    """
    if media_type(visit.request) != "application/x-ndjson":
        return refusal(visit, 415, "media_type", _NOT_LINES)
    body = await visit.request.body()
    if not digest_fits(visit.request.headers.get("content-digest", ""), body):
        return refusal(visit, 400, "digest", _NOT_WHOLE)
    reports = [line for line in body.split(b"\n") if line.strip()]
    if not 0 < len(reports) <= MOST_AT_ONCE:
        return refusal(visit, 400, "reports", _NOT_LINES)
    return reply([{"status": status, **content} async for status, content in _outcomes(visit, reports)])


async def _outcomes(visit: Visit, reports: list[bytes]) -> AsyncIterator[_Outcome]:
    for number, report in enumerate(reports):
        # The first has been counted at the door.
        wait = await visit.portal.limits.spend("report", network_of(visit.request)) if number else 0
        if wait > 0:
            yield 429, {"error": "too_many", "after": ceil(wait)}
        else:
            yield await _outcome(visit, _id_in(report), report)


_NOT_WHOLE = N_("The report did not arrive whole. Send it again.")
_NOT_LINES = N_("Send up to %(limit)s reports as JSON, one a line.", limit=MOST_AT_ONCE)


def _id_in(report: bytes) -> str:
    """The id that a report names; no id at all, if it cannot be read."""
    try:
        content: Any = from_json(report)
    except ValueError:
        return ""
    named = content.get("id") if isinstance(content, dict) else None
    return (parse_id(named) if isinstance(named, str) else None) or ""


async def _outcome(visit: Visit, request_id: str, body: bytes) -> _Outcome:
    """What becomes of one report: a status, and what is said beside it."""
    about = {"id": request_id, "digest": digest_of(body)}
    try:
        receipt, keys = await writing(accept, visit.portal, request_id, body)
    except Rejected as rejected:
        return 422, {**about, "errors": _errors(visit, body, rejected)}
    except Conflict:
        message = N_("This report was sent before with other content. Open the form again to send one more.")
        return 409, {**about, "error": "conflict", "message": visit.t(message)}
    except WrongId:
        message = N_("The report bears another id than its address.")
        return 400, {**about, "error": "id", "message": visit.t(message)}
    except TRY_LATER as error:
        log_delay(visit, error)
        return 503, {"error": "later", "after": RETRY_SECONDS}
    content = receipt.body()
    if keys.token is not None and receipt.status != "gone":
        content["sent_url"] = sent_url(keys.language, receipt.reference, keys.token)
    return 201 if receipt.status == "created" else 200, content


def sent_url(language: str, reference: str, token: str) -> Url:
    """The page that a person sees after sending."""
    return url("sent", locale=language, reference=reference, token=token)


def accept(portal: Portal, request_id: str, body: bytes) -> tuple[Receipt, _Keys]:
    """Accept the frozen bytes of a report with this id, as often as they come.

    Raises Rejected with what is to be mended, Conflict if the id was used for other content, and WrongId if
    the report names another id.
    """
    digest = digest_of(body)
    try:
        submission = Submission.from_json(body)
    except Rejected:
        # What was accepted once stays accepted, even if today's rules are stricter.
        keys = _keys(body, "")
        receipt = receipt_of(store=portal.requests, id=request_id, digest=digest, reference=keys.reference)
        if receipt is None:
            raise
        return receipt, keys
    if submission.id != request_id:
        raise WrongId
    receipt = submit(
        store=portal.requests,
        city=portal.city,
        submission=submission,
        digest=digest,
        now=portal.now(),
        recognize=written_in,
    )
    return receipt, _Keys(submission.language, submission.manage_token)


def _errors(visit: Visit, body: bytes, rejected: Rejected) -> list[dict[str, str]]:
    t = translator(_keys(body, _asked_for(visit)).language)
    return [{"field": error.field, "message": t(error.message)} for error in rejected.errors]


def _asked_for(visit: Visit) -> str:
    return visit.request.headers.get("accept-language", "")


def _keys(body: bytes, accept_language: str) -> _Keys:
    try:
        report: Any = from_json(body)
    except ValueError:
        report = None
    report = report if isinstance(report, dict) else {}
    language, token, reference = (report.get(key) for key in ("language", "manage_token", "reference"))
    return _Keys(
        preferred_locale(f"{language},{accept_language}" if isinstance(language, str) else accept_language),
        parse_manage_token(token) if isinstance(token, str) else None,
        reference if isinstance(reference, str) and is_reference(reference) else "",
    )


def digest_fits(header: str, body: bytes) -> bool:
    """Whether a Content-Digest (RFC 9530 §2) fits the body; none, or one without SHA-256, says nothing."""
    for member in header.split(","):
        name, _, item = member.partition("=")
        if name.strip() == "sha-256" and not _is_digest(item.strip(), body):
            return False
    return True


def _announced(header: str) -> str:
    """The SHA-256 that a Content-Digest names, in hex, for a body that was not read; empty if there is none."""
    for member in header.split(","):
        name, _, value = member.partition("=")
        if name.strip() == "sha-256":
            try:
                return b64decode(value.strip().strip(":"), validate=True).hex()
            except (binascii.Error, ValueError):
                return ""
    return ""


def _is_digest(item: str, body: bytes) -> bool:
    """item: a byte sequence as RFC 8941 §3.3.5 writes it, base64 between colons."""
    if len(item) < 2 or not (item.startswith(":") and item.endswith(":")):
        return False
    try:
        return b64decode(item[1:-1], validate=True) == sha256(body).digest()
    except (binascii.Error, ValueError):
        return False


ROUTES = [
    Route("PUT", "submit", submit_report, rate="report"),
    Route("POST", "submit_several", submit_several, rate="report"),
]
