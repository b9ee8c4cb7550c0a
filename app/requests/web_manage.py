"""`/{locale}/requests/{reference}/manage/{token}/`: the page of the person who holds the private link."""

from collections.abc import Callable
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from app.city.services import Service
from app.db.engine import read
from app.db.threads import reading, writing
from app.http.answers import PRIVATE, answer
from app.http.forms import form_of
from app.http.route import Route
from app.http.views import ErrorView, FieldView
from app.http.visit import Visit
from app.kit.errors import FieldError, NotFound, Rejected
from app.kit.ids import make_id, parse_manage_token
from app.kit.written_in import written_in
from app.ledger.store import unscrubbed
from app.photos.models import MAX_PHOTOS, PhotoClaim
from app.reports import form_photos
from app.reports.views import AFTER_LOOK
from app.requests import labels
from app.requests.rules import Holder, add_comment, add_photos, erase_contact, say_fixed, say_not_fixed
from app.requests.views_in_words import NOT_SHOWN_TO_OTHERS, photo_problems, private_photo, request_view
from app.requests.views_pages import ManageView
from app.requests.web_held import held_request, no_such_link
from app.routes import Url
from i18n import N_, Message

MOST_FIELDS = 40


async def show(visit: Visit) -> Response:
    """GET: the request, and what its person can do about it."""
    done = visit.request.query_params.get("done", "")
    if done == "erase" and await reading(_is_being_erased, visit):
        done = "erasing"
    return await _manage_page(visit, notice=_NOTICES.get(done))


def _is_being_erased(visit: Visit) -> bool:
    """Whether the last traces of what was erased are still to be removed: an erasure that is not done is not told as
    done.
    """
    with read(visit.portal.engine) as connection:
        return bool(unscrubbed(connection))


async def change(visit: Visit) -> Response:
    """POST to the same: a comment, photos, fixed, not fixed, erase my contact details."""
    async with form_of(visit.request, fields=MOST_FIELDS, files=MAX_PHOTOS + 1) as form:
        action = str(form.get("action", ""))
        comment = str(form.get("comment", ""))
        try:
            if action == "photos":
                await _add_photos(visit, form)
            elif action in _ACTIONS:
                await writing(_ACTIONS[action], visit, comment, str(form.get("key", "")))
            else:
                return await _manage_page(visit, status=400)
        except NotFound:
            return no_such_link(visit)
        except Rejected as rejected:
            return await _manage_page(visit, comment=comment, errors=rejected.errors, status=422)
    done = Url(f"{visit.url('manage', **visit.params)}?done={action}")
    return RedirectResponse(done, status_code=303, headers={"cache-control": PRIVATE})


def _comment(visit: Visit, text: str, key: str) -> None:
    add_comment(**_by_holder(visit), text=text, key=key, language=written_in(text))


def _fixed(visit: Visit, text: str, key: str) -> None:
    say_fixed(**_by_holder(visit), text=text, key=key, language=written_in(text))


def _not_fixed(visit: Visit, text: str, key: str) -> None:
    say_not_fixed(**_by_holder(visit), text=text, key=key, language=written_in(text))


def _erase(visit: Visit, text: str, key: str) -> None:
    erase_contact(**_by_holder(visit))


_ACTIONS: dict[str, Callable[[Visit, str, str], None]] = {
    "comment": _comment,
    "fixed": _fixed,
    "not_fixed": _not_fixed,
    "erase": _erase,
}
_NOTICES: dict[str, Message] = {
    "comment": N_("Your comment has been added."),
    "photos": N_("Your photos have been added."),
    "fixed": N_("Thank you. The request is marked as fixed."),
    "not_fixed": N_("Thank you. The request is open again and the city will look at it."),
    "erase": N_("Your contact details have been erased."),
    "erasing": N_(
        "Nobody can see your contact details any more. Their last traces are removed within minutes."
    ),
}


def _by_holder(visit: Visit) -> dict[str, Any]:
    """The arguments that every change by the holder of the link has."""
    return {
        "store": visit.portal.requests,
        "reference": visit.params["reference"],
        "by": Holder(parse_manage_token(visit.params["token"]) or ""),
        "now": visit.portal.now(),
    }


async def _add_photos(visit: Visit, form: FormData) -> None:
    """Raises NotFound for a wrong link before a byte is kept, Rejected for what cannot be used."""
    held = await reading(held_request, visit)
    if held is None:
        raise NotFound
    files = [file for file in form.getlist("media") if isinstance(file, UploadFile) and file.size]
    description = str(form.get("media_description", ""))
    if not files:
        raise Rejected([FieldError("media", N_("Choose a photo first."))])
    claims: list[PhotoClaim] = []
    try:
        for file in files:
            claims.append(await form_photos.receive(visit, held.id, file, description))
        await writing(lambda: add_photos(**_by_holder(visit), photos=claims))
    except Exception:
        await form_photos.drop(visit.portal, held.id, claims)
        raise
    refused = await form_photos.finish(visit, held.id, claims)
    if problems := [FieldError("media", message) for message in refused]:
        raise Rejected(problems)


async def _manage_page(
    visit: Visit,
    *,
    notice: Message | None = None,
    comment: str = "",
    errors: tuple[FieldError, ...] | list[FieldError] = (),
    status: int = 200,
) -> Response:
    held = await reading(held_request, visit)
    if held is None:
        return no_such_link(visit)
    said = {error.field: visit.t.shown(error.message) for error in errors}
    contact = held.contact
    view = ManageView(
        request=request_view(visit, held, private_photo(held.id), NOT_SHOWN_TO_OTHERS),
        action=visit.url("manage", **visit.params),
        qr_url=visit.url("qr", **visit.params),
        key=make_id(),
        contact=[text for text in (labels.full_name(contact), contact.email, contact.phone) if text],
        notice=visit.t(notice) if notice else "",
        fields={"comment": FieldView(comment, said.get("comment", ""))},
        comment_hint=visit.t(_comment_hint(visit.city.service(held.service_code))),
        photo_error=said.get("media", ""),
        errors=[
            ErrorView(field if field in ("comment", "media") else "main", text)
            for field, text in said.items()
        ],
        can_add_photos=True,
        photo_problems=photo_problems(visit, held),
    )
    return answer(visit, view, status=status, cache_control=PRIVATE)


def _comment_hint(service: Service | None) -> Message:
    """Who will read a comment."""
    if service is None or not service.public.description:
        return N_("Only the city sees what you write here.")
    return N_("The comment is shown with the report.") if service.publish == "at_once" else AFTER_LOOK


ROUTES = [
    Route("GET", "manage", show),
    Route("POST", "manage", change, rate="change"),
]
