"""The pages of a request: by its number for everybody, by its private link for the person who reported it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from app.city.services import Service
from app.city.views import CallView
from app.db.cursors import parse_cursor
from app.db.engine import read
from app.db.threads import reading, writing
from app.http import formats
from app.http.answers import MINE, OWN, PRIVATE, answer, etag_of, problem, unchanged
from app.http.forms import form_of
from app.http.views import ErrorView, FieldView
from app.http.visit import Visit
from app.kit.errors import FieldError, NotFound, Rejected
from app.kit.ids import make_id, parse_manage_token
from app.kit.written_in import written_in
from app.ledger.store import unscrubbed
from app.maps.links import picture_of
from app.photos.models import MAX_PHOTOS, PhotoClaim, PhotoState
from app.places.points import Point
from app.places.whereabouts import WhoseIsIt, whose_is_it
from app.reports import form_photos
from app.reports.references import grouped, is_reference, parse_reference
from app.reports.views import AFTER_LOOK
from app.requests import labels
from app.requests.follow_keys import make_key, parse_key
from app.requests.following import may_be_followed
from app.requests.homes import is_at_home
from app.requests.models import is_held_by
from app.requests.rules import Holder, add_comment, add_photos, erase_contact, say_fixed, say_not_fixed
from app.requests.store_lists import recent_requests
from app.requests.store_nearby import follows
from app.requests.store_request import public_request, version_of, whole_request
from app.requests.views import (
    PhotoShown,
    PlaceShownAs,
    RequestHeld,
    RequestListed,
    RequestPublic,
    UpdateShown,
    holder_view,
    listed_view,
    public_view,
)
from app.requests.views_pages import (
    AnswerView,
    FollowView,
    ManageView,
    PhotoView,
    RecentItemView,
    RecentView,
    RequestsView,
    RequestView,
    SentView,
    StatusView,
    UpdateView,
    VersionView,
)
from app.routes import Url, tel, url
from i18n import N_, Message, N_n
from i18n.languages import direction, own_name

RECENT = 20
"""Requests on one page of the list."""
MOST_FIELDS = 40


# --- by number ----------------------------------------------------------------------------------------------


async def look_up(visit: Visit) -> Response:
    """GET `/{locale}/requests/?reference=…`: on to the request, or a kind word about the number."""
    typed = visit.request.query_params.get("reference", "")[:200]
    if not typed.strip():
        return answer(visit, RequestsView(query="", error=""), cache_control=MINE)
    try:
        reference = parse_reference(typed)
    except Rejected as rejected:
        return _look_up_again(visit, typed, rejected.errors[0].message, status=400)
    if await reading(version_of, visit.portal.engine, reference) is None:
        return _look_up_again(visit, typed, _UNKNOWN, status=404)
    return RedirectResponse(visit.url("request", reference=reference), status_code=303)


_UNKNOWN = N_(
    "There is no request with this number. Check the digits on your receipt. "
    "A report made without a connection appears here after it has been sent."
)


def _look_up_again(visit: Visit, typed: str, message: Message, *, status: int) -> Response:
    view = RequestsView(query=typed, error=visit.t(message))
    return answer(visit, view, status=status, cache_control=MINE)


async def show(visit: Visit) -> Response:
    """GET `/{locale}/requests/{reference}/`: what everybody may see."""
    reference = visit.params["reference"]
    if not is_reference(reference):
        # Digits of another script or groups with dashes: the look-up reads them.
        return RedirectResponse(
            Url(f"{visit.url('requests')}?{urlencode({'reference': reference[:200]})}"), status_code=303
        )
    return await reading(_status, visit, reference)


def _status(visit: Visit, reference: str) -> Response:
    """Who has the page already is answered after one short look; everybody else gets it."""
    key = parse_key(visit.request.query_params.get("key", ""))
    if key is None and "if-none-match" in visit.request.headers:
        version = version_of(visit.portal.engine, reference)
        etag = etag_of(visit, reference, version)
        known = unchanged(visit, etag, cache_control=OWN)
        if version is not None and known is not None:
            return known
    return _status_page(visit, reference, key)


def _status_page(visit: Visit, reference: str, key: str | None) -> Response:
    """key: of somebody without script who has followed the request, or does no more."""
    with read(visit.portal.engine) as connection:
        loaded = public_request(connection, reference)
        following = loaded is not None and key is not None and follows(connection, loaded.request.id, key)
    if loaded is None:
        return _look_up_again(visit, reference, _UNKNOWN, status=404)
    service = visit.city.service(loaded.request.service_code)
    shown = public_view(
        loaded.request,
        loaded.updates,
        loaded.photos,
        service,
        at_home=is_at_home(visit.portal, loaded.request),
    )
    follow = None
    if following or may_be_followed(loaded.request, service):
        notice = "" if key is None else visit.t(_YOU_FOLLOW if following else _YOU_DO_NOT_FOLLOW)
        action = visit.url("request", reference=reference)
        follow = FollowView(action=action, key=key or make_key(), following=following, notice=notice)
    view = StatusView(request=_request_view(visit, shown, _public_photo, _NOT_SHOWN), follow=follow)
    if key is not None:
        return answer(visit, view, cache_control=PRIVATE)
    etag = etag_of(visit, reference, shown.version)
    return answer(visit, view, etag=etag, cache_control=OWN)


_YOU_FOLLOW = N_("You follow this request.")
_YOU_DO_NOT_FOLLOW = N_("You do not follow this request.")


async def recent(visit: Visit) -> Response:
    """GET `/{locale}/recent/?after=…`: the newest requests, a page at a time."""
    return await reading(_recent_page, visit)


def _recent_page(visit: Visit) -> Response:
    after = parse_cursor(visit.request.query_params.get("after", ""))
    with read(visit.portal.engine) as connection:
        page = recent_requests(connection, limit=RECENT, after=after)
    items = []
    for request, photo in page.items:
        service, at_home = visit.city.service(request.service_code), is_at_home(visit.portal, request)
        listed = listed_view(request, photo, service, at_home=at_home)
        items.append(_recent_item(visit, listed))
    older = Url(f"{visit.url('recent')}?after={page.after}") if page.after else None
    view = RecentView(requests=items, older_url=older, map_url=url("map", kind="recent"))
    return answer(visit, view)


def _recent_item(visit: Visit, listed: RequestListed) -> RecentItemView:
    return RecentItemView(
        service_name=_service_name(visit, listed.service_code),
        status=visit.t(listed.status_words),
        status_code=listed.status.value,
        place=labels.place(visit.portal, listed.place, visit.t),
        date=formats.day(listed.requested_at, visit.locale.formats, visit.city.zone),
        iso=listed.requested_at.isoformat(),
        reference=grouped(listed.reference),
        url=visit.url("request", reference=listed.reference),
        photo_url=url("photo", content=listed.photo.name, size="320") if listed.photo else None,
    )


# --- with the private link ----------------------------------------------------------------------------------


async def sent(visit: Visit) -> Response:
    """GET `/{locale}/requests/{reference}/sent/{token}/`: the receipt."""
    held = await reading(held_request, visit)
    if held is None:
        return _no_such_link(visit)
    whose = await reading(_whose, visit, held)
    view = SentView(
        request=_request_view(visit, held, _private_photo(held.id), _NOT_SHOWN_TO_OTHERS),
        manage_url=visit.url("manage", **visit.params),
        qr_url=visit.url("qr", **visit.params),
        photo_problems=_photo_problems(visit, held),
        expected=await _usual_time(visit, held),
        bureau=_bureau(visit, held.service_code),
        whose=visit.t(whose.sentence) if whose.sentence else "",
        call=CallView(visit.t.said(whose.name), whose.phone, tel(whose.phone)) if whose.phone else None,
    )
    return answer(visit, view, cache_control=PRIVATE)


def _whose(visit: Visit, held: RequestHeld) -> WhoseIsIt:
    """Who takes care of the place of a request."""
    if held.place.lat is None or held.place.long is None:
        return WhoseIsIt(True)
    areas = visit.portal.places.current().areas.at(Point(lat=held.place.lat, long=held.place.long))
    return whose_is_it(visit.city, areas, visit.city.service(held.service_code))


async def manage(visit: Visit) -> Response:
    """GET `/{locale}/requests/{reference}/manage/{token}/`."""
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
            return _no_such_link(visit)
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
            claims.append(await form_photos.take(visit, held.id, file, description))
        await writing(lambda: add_photos(**_by_holder(visit), photos=claims))
    except Exception:
        await form_photos.drop(visit.portal, held.id, claims)
        raise
    refused = await form_photos.settle(visit, held.id, claims)
    if problems := [FieldError("media", message) for message in refused]:
        raise Rejected(problems)


def _photo_problems(visit: Visit, held: RequestHeld) -> list[str]:
    """What there is to say about photos that cannot be seen (yet)."""
    said = list(dict.fromkeys(visit.t(photo.refused) for photo in held.photos if photo.refused))
    if held.photos_missing:
        said.append(visit.t(_not_ready(held.photos_missing)))
    return said


def _not_ready(count: int) -> Message:
    return N_n(
        "%(num)s photo is not ready yet. Open this page again later to see it.",
        "%(num)s photos are not ready yet. Open this page again later to see them.",
        num=count,
    )


def held_request(visit: Visit) -> RequestHeld | None:
    """The request, if the link in the address is the right one."""
    token = parse_manage_token(visit.params["token"])
    if token is None or not is_reference(visit.params["reference"]):
        return None
    with read(visit.portal.engine) as connection:
        loaded = whole_request(connection, visit.params["reference"])
    if loaded is None or not is_held_by(loaded.request, token):
        return None
    service = visit.city.service(loaded.request.service_code)
    return holder_view(loaded.request, loaded.updates, loaded.photos, service)


def _no_such_link(visit: Visit) -> Response:
    return problem(
        visit,
        N_("This private link does not work"),
        N_("Check that the whole link was copied. You can still look the request up by its number."),
        status=404,
    )


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
        return _no_such_link(visit)
    said = {error.field: visit.t(error.message) for error in errors}
    contact = held.contact
    view = ManageView(
        request=_request_view(visit, held, _private_photo(held.id), _NOT_SHOWN_TO_OTHERS),
        action=visit.url("manage", **visit.params),
        qr_url=visit.url("qr", **visit.params),
        key=make_id(),
        contact=[
            text
            for text in (f"{contact.first_name} {contact.last_name}".strip(), contact.email, contact.phone)
            if text
        ],
        notice=visit.t(notice) if notice else "",
        fields={"comment": FieldView(comment, said.get("comment", ""))},
        comment_hint=visit.t(_comment_hint(visit.city.service(held.service_code))),
        photo_error=said.get("media", ""),
        errors=[
            ErrorView(field if field in ("comment", "media") else "main", text)
            for field, text in said.items()
        ],
        can_add_photos=True,
        photo_problems=_photo_problems(visit, held),
    )
    return answer(visit, view, status=status, cache_control=PRIVATE)


def _comment_hint(service: Service | None) -> Message:
    """Who will read a comment."""
    if service is None or not service.public.description:
        return N_("Only the city sees what you write here.")
    return N_("The comment is shown with the report.") if service.publish == "at_once" else AFTER_LOOK


# --- one request as a page shows it -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Notes:
    """What a page says of words and photos that not everybody sees. waits, hidden: see RequestPublic."""

    waits: Message
    hidden: Message

    def of(self, shown: RequestPublic) -> list[Message]:
        """What there is to say about one request."""
        said = ((shown.waits, self.waits), (shown.hidden, self.hidden))
        return [message for is_so, message in said if is_so]


_NOT_SHOWN = _Notes(
    N_("Some words or photos are shown here only after the city has looked at them."),
    N_("The city does not show some of the words or photos."),
)
_NOT_SHOWN_TO_OTHERS = _Notes(
    AFTER_LOOK, N_("The city does not show some of your words or photos to others.")
)


def _request_view(
    visit: Visit, shown: RequestPublic, photo_url: Callable[[PhotoShown, str], Url], notes: _Notes
) -> RequestView:
    t, zone = visit.t, visit.city.zone
    # Too short to tell: most probably the language of the page it was written on.
    own_words = shown.written_in or shown.language
    stored = [photo for photo in shown.photos if photo.state is PhotoState.STORED and photo.content]
    return RequestView(
        reference=grouped(shown.reference),
        reference_plain=shown.reference,
        service_name=_service_name(visit, shown.service_code) or shown.service_name,
        bureau=_bureau(visit, shown.service_code),
        status=t(shown.status_words),
        status_code=shown.status.value,
        open=shown.is_open,
        reported=formats.day_and_time(shown.requested_at, t, zone),
        reported_iso=shown.requested_at.isoformat(),
        expected=_expected(visit, shown),
        followed=labels.followed(shown.followers, t),
        place=labels.place(visit.portal, shown.place, t),
        map_url=_map_url(shown.place),
        description=shown.description,
        description_language=own_words,
        description_direction=direction(own_words),
        asked_language=shown.language,
        answers=[
            AnswerView(
                answer.label, ", ".join(answer.texts), own_words if answer.own_words else shown.language
            )
            for answer in shown.answers
        ],
        photos=[
            PhotoView(
                small_url=photo_url(photo, "320"),
                large_url=photo_url(photo, "full"),
                alt=photo.description or t(N_("Photo %(n)s, not described", n=number)),
                width=photo.width or 320,
                height=photo.height or 240,
            )
            for number, photo in enumerate(stored, start=1)
        ],
        updates=[_update_view(visit, shown.language, update) for update in reversed(shown.updates)],
        url=visit.url("request", reference=shown.reference),
        notes=[t(note) for note in notes.of(shown)],
    )


def _update_view(visit: Visit, language: str, update: UpdateShown) -> UpdateView:
    """A line of the history, its text in the language that fits best. language: which the resident reads."""
    versions = {update.language: update.text, **dict(update.also)}
    best = next((tag for tag in (visit.locale.code, language) if tag in versions), update.language)
    return UpdateView(
        heading=visit.t(update.heading),
        text=versions.pop(best),
        language=best,
        direction=direction(best),
        also=[VersionView(tag, direction(tag), own_name(tag), text) for tag, text in versions.items()],
        date=formats.day_and_time(update.at, visit.t, visit.city.zone),
        iso=update.at.isoformat(),
    )


def _map_url(place: PlaceShownAs) -> Url | None:
    if place.precision != "exact" or place.lat is None or place.long is None:
        return None
    return picture_of(place.lat, place.long)


def _public_photo(photo: PhotoShown, size: str) -> Url:
    return url("photo", content=photo.name, size=size)


def _private_photo(request_id: str) -> Callable[[PhotoShown, str], Url]:
    def photo_url(photo: PhotoShown, size: str) -> Url:
        return url("private_photo", id=request_id, content=photo.content or "", size=size)

    return photo_url


def _service_name(visit: Visit, service_code: str) -> str:
    service = visit.city.service(service_code)
    # Translators: a report that somebody has made; a noun.
    return visit.t.said(service.service_name) if service else visit.t(N_("Report"))


def _bureau(visit: Visit, service_code: str) -> str:
    service = visit.city.service(service_code)
    return visit.t.said(service.agency_responsible) if service else ""


def _expected(visit: Visit, shown: RequestPublic) -> str:
    if not shown.is_open or shown.expected_at is None or not visit.city.has_usual_time(shown.service_code):
        return ""
    return visit.t(
        N_(
            "Usually done by %(date)s.",
            date=formats.day(shown.expected_at, visit.locale.formats, visit.city.zone),
        )
    )


async def _usual_time(visit: Visit, shown: RequestPublic) -> str:
    service = visit.city.service(shown.service_code)
    if service is None:
        return ""
    return formats.usual_time(service, await visit.portal.pace.half_within(service.service_code), visit.t)
