"""A request in words, as its pages show it: to everybody, or to the person who reported it."""

from collections.abc import Callable
from dataclasses import dataclass

from app.http import formats
from app.http.visit import Visit
from app.maps.links import picture_of
from app.reports.references import grouped
from app.reports.views import AFTER_LOOK
from app.requests import labels
from app.requests.views_pages import AnswerView, PhotoView, RequestView, UpdateView, VersionView
from app.requests.views_shown import PhotoShown, PlaceShownAs, RequestHeld, RequestPublic, UpdateShown
from app.routes import Url, url
from i18n import N_, Message, N_n
from i18n.languages import direction, own_name


@dataclass(frozen=True)
class _Notes:
    """What a page says of words and photos that not everybody sees. waits, hidden: see RequestPublic."""

    waits: Message
    hidden: Message

    def of(self, shown: RequestPublic) -> list[Message]:
        """What there is to say about one request."""
        said = ((shown.waits, self.waits), (shown.hidden, self.hidden))
        return [message for is_so, message in said if is_so]


NOT_SHOWN = _Notes(
    N_("Some words or photos are shown here only after the city has looked at them."),
    N_("The city does not show some of the words or photos."),
)
NOT_SHOWN_TO_OTHERS = _Notes(AFTER_LOOK, N_("The city does not show some of your words or photos to others."))


def request_view(
    visit: Visit, shown: RequestPublic, photo_url: Callable[[PhotoShown, str], Url], notes: _Notes
) -> RequestView:
    """The request for a page. photo_url: where a photo is, in which size; notes: what is said of what is not shown."""
    t, zone = visit.t, visit.city.zone
    own_words = labels.own_language(shown)
    return RequestView(
        reference=grouped(shown.reference),
        reference_plain=shown.reference,
        service_name=labels.type_name(visit.city, shown.service_code, shown.service_name, t),
        bureau=labels.bureau(visit.city, shown.service_code, t),
        status=t(shown.status.words),
        status_code=shown.status.value,
        open=shown.status.is_open,
        reported=formats.day_and_time(shown.requested_at, t, zone),
        reported_iso=shown.requested_at.isoformat(),
        expected=labels.usually_done(visit.city, shown, t),
        followed=labels.followed(shown.followers, t),
        place=labels.place(visit.portal, shown.place, t),
        map_url=_map_url(shown.place),
        description=shown.description,
        description_language=own_words,
        description_direction=direction(own_words),
        asked_language=shown.language,
        answers=[AnswerView(*answer) for answer in labels.answers(shown)],
        photos=[
            PhotoView(
                small_url=photo_url(photo, "320"),
                large_url=photo_url(photo, "full"),
                alt=labels.alt(photo, number, t),
                width=photo.width or 320,
                height=photo.height or 240,
            )
            for number, photo in enumerate(labels.stored(shown.photos), start=1)
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


def public_photo(photo: PhotoShown, size: str) -> Url:
    """Where everybody finds a photo. size: "320" or "full"."""
    return url("photo", content=photo.name, size=size)


def private_photo(request_id: str) -> Callable[[PhotoShown, str], Url]:
    """The same for the photos of one request, for the person who sent it."""

    def photo_url(photo: PhotoShown, size: str) -> Url:
        return url("private_photo", id=request_id, content=photo.content or "", size=size)

    return photo_url


def photo_problems(visit: Visit, held: RequestHeld) -> list[str]:
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
