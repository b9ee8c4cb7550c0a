"""`PUT /requests/{id}`: the door for devices that have frozen a report as JSON."""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.domain.errors import Conflict, Rejected
from app.domain.ids import digest_of, parse_id, parse_manage_token
from app.domain.requests import Receipt, receipt_of, submit
from app.domain.submissions import Submission
from app.routes import Url, url
from app.web.portal import Portal
from app.web.replies import TRY_LATER, TooLarge, media_type, not_found, refusal, reply, try_later
from app.web.visit import Visit, preferred_locale
from i18n import N_, translator

_SHA256_MEMBER = re.compile(r"\s*sha-256\s*=\s*(.*?)\s*")


class WrongId(Exception):
    """The report names another id than the address."""


@dataclass(frozen=True)
class _Keys:
    """What is read of a report even if nothing else can be: its language, its private link's token."""

    language: str
    token: str | None


async def submit_report(visit: Visit) -> Response:
    """Accept a report and answer with its receipt, the same for ever: 201 the first time, 200 after that.

    The body is the frozen JSON (see `Submission.from_json`). The answer is the receipt with `sent_url`, the
    page to go to. 422 names every field to mend, in the report's own language; 409 says that the id was used
    for another report.
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
        return refusal(visit, 413, "too_large", message)
    if not digest_fits(visit.request.headers.get("content-digest", ""), body):
        message = N_("The report did not arrive whole. Send it again.")
        return refusal(visit, 400, "digest", message)
    return await _submitted(visit, request_id, body)


async def _submitted(visit: Visit, request_id: str, body: bytes) -> Response:
    try:
        receipt, keys = await run_in_threadpool(accept, visit.portal, request_id, body)
    except Rejected as rejected:
        return _rejected(visit, body, rejected)
    except Conflict:
        message = N_("This report was sent before with other content. Open the form again to send one more.")
        return refusal(visit, 409, "conflict", message)
    except WrongId:
        return refusal(visit, 400, "id", N_("The report bears another id than its address."))
    except TRY_LATER as error:
        return try_later(visit, error)
    content = receipt.body()
    if keys.token is not None:
        content["sent_url"] = sent_url(keys.language, receipt.reference, keys.token)
    return reply(content, 201 if receipt.status == "created" else 200)


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
        receipt = receipt_of(store=portal.requests, id=request_id, digest=digest)
        if receipt is None:
            raise
        return receipt, _keys(body, "")
    if submission.id != request_id:
        raise WrongId
    receipt = submit(
        store=portal.requests, city=portal.city, submission=submission, digest=digest, now=portal.now()
    )
    return receipt, _Keys(submission.language, submission.manage_token)


def _rejected(visit: Visit, body: bytes, rejected: Rejected) -> Response:
    language = _keys(body, visit.request.headers.get("accept-language", "")).language
    t = translator(language)
    errors = [{"field": error.field, "message": t(error.message)} for error in rejected.errors]
    return reply({"errors": errors}, 422, headers={"content-language": language})


def _keys(body: bytes, accept_language: str) -> _Keys:
    try:
        report: Any = from_json(body)
    except ValueError:
        report = None
    report = report if isinstance(report, dict) else {}
    language, token = report.get("language"), report.get("manage_token")
    return _Keys(
        preferred_locale(f"{language},{accept_language}" if isinstance(language, str) else accept_language),
        parse_manage_token(token) if isinstance(token, str) else None,
    )


def digest_fits(header: str, body: bytes) -> bool:
    """Whether a Content-Digest (RFC 9530 §2) fits the body; none, or one without SHA-256, says nothing."""
    for member in header.split(","):
        match = _SHA256_MEMBER.fullmatch(member)
        if match and not _is_digest(match[1], body):
            return False
    return True


def _is_digest(item: str, body: bytes) -> bool:
    """item: a byte sequence as RFC 8941 §3.3.5 writes it, base64 between colons."""
    if len(item) < 2 or not (item.startswith(":") and item.endswith(":")):
        return False
    try:
        return b64decode(item[1:-1], validate=True) == sha256(body).digest()
    except (binascii.Error, ValueError):
        return False
