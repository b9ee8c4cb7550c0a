"""What the desk says of requests, in its person's language."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from app.desk.details import Details, details
from app.desk.rows import MOST_COUNTED, QueueLine, counted, row, service_groups, status_options
from app.photos.models import Photo, PhotoState
from app.requests.models import ReviewReason, ServiceRequest
from app.requests.rows import PhotoRow, QueueRow, UpdateRow, WholeRow
from app.requests.statuses import Status
from app.requests.views import desk_view
from app.requests.views_shown import RequestDesk
from i18n import N_, translator
from tests.factories import NOW, as_if_read, send, small_city
from tests.memory import MemoryStore

EN, ES = translator("en"), translator("es")
DAY = timedelta(days=1)


def stored(**fields: Any) -> tuple[MemoryStore, ServiceRequest]:
    """A request as it was sent, with what has become of it since."""
    store = MemoryStore()
    changes = {name: fields.pop(name) for name in ("status", "review", "contact_erased_at") if name in fields}
    send(store, **fields)
    (request,) = store.requests.values()
    for name, value in changes.items():
        setattr(request, name, value)
    return store, request


def queued(request: ServiceRequest) -> QueueRow:
    return as_if_read(QueueRow, request)


def as_desk_sees(
    store: MemoryStore, request: ServiceRequest, photos: Iterable[Photo] | None = None
) -> RequestDesk:
    photos = store.photos_of(request.id) if photos is None else photos
    return desk_view(
        as_if_read(WholeRow, request),
        [as_if_read(UpdateRow, update) for update in store.updates],
        [as_if_read(PhotoRow, photo) for photo in photos],
    )


def as_row(*, after: timedelta = timedelta(0), locale: str = "en", **fields: Any) -> QueueLine:
    return row(queued(stored(**fields)[1]), small_city(), translator(locale), NOW + after)


def as_details(*, after: timedelta = timedelta(0), locale: str = "en", **fields: Any) -> Details:
    store, request = stored(**fields)
    return details(as_desk_sees(store, request), {}, small_city(), translator(locale), NOW + after)


def test_a_row_says_when_in_the_citys_time_and_how_long_ago() -> None:
    shown = as_row(after=3 * DAY)
    assert shown.received.replace("\u202f", " ") == "November 22, 2026, 10:30 AM"
    assert (shown.age, shown.iso) == ("3 days ago", "2026-11-22T18:30:00+00:00")
    assert as_row(after=3 * DAY, locale="es").age == "hace 3 días"
    assert as_row(after=3 * DAY, locale="zh-Hans").received == "2026年11月22日 10:30"
    assert as_row(after=3 * DAY, locale="vi").received == "10:30, 22 tháng 11, 2026"
    assert as_row().age == as_row(after=-DAY).age == "1 minute ago", "nothing comes from the future"


def test_late_is_what_takes_longer_than_usual_and_is_still_open() -> None:
    assert as_row(after=5 * DAY).late == ""
    assert as_row(after=6 * DAY).late == "Late: usually done by November 27, 2026."
    assert as_row(after=6 * DAY, status=Status.FIXED.value).late == ""


def test_nothing_is_late_where_nobody_has_confirmed_how_long_it_takes() -> None:
    store, request = stored()
    city = small_city().model_copy(
        update={
            "services": tuple(
                one.model_copy(update={"confirmed_by": None, "confirmed_on": None})
                for one in small_city().services
            )
        }
    )
    now = NOW + 6 * DAY
    assert row(queued(request), city, translator("en"), now).late == ""
    view = as_desk_sees(store, request)
    assert details(view, {}, city, translator("en"), now).expected == ""


def test_how_many_follow_is_said_once_somebody_does() -> None:
    store, request = stored()
    for followers, words in ((0, ""), (1, "Followed by 1 person"), (12, "Followed by 12 people")):
        request.followers = followers
        assert row(queued(request), small_city(), EN, NOW).followed == words
        view = as_desk_sees(store, request)
        assert details(view, {}, small_city(), EN, NOW).followed == words
    assert row(queued(request), small_city(), ES, NOW).followed == "12 personas lo siguen"


def test_a_row_says_why_somebody_should_look() -> None:
    assert as_row().review == ""
    reasons = [ReviewReason.CLOCK.value, ReviewReason.NEAR_BOUNDARY.value]
    assert (
        as_row(review=reasons).review
        == "The clock of the person's device was wrong. The place may be outside the city."
    )


def test_a_type_that_is_not_offered_any_more_keeps_its_name() -> None:
    fields: dict[str, Any] = {"service_code": "gone", "service_name": "Old thing"}
    assert as_row(**fields).service == "Old thing"
    assert as_details(**fields).bureau == ""


def test_choices_of_the_filters() -> None:
    assert [option.value for option in status_options(ES)] == ["open", *Status, "all"]
    (group,) = service_groups(small_city(), EN)
    assert [option.value for option in group.options] == ["pothole", "noise", "question"]


def test_nobody_counts_to_the_end() -> None:
    assert counted(MOST_COUNTED) == "99"
    assert counted(MOST_COUNTED + 1) == "99+"


def test_a_request_says_what_the_city_does_not_hold() -> None:
    nothing: dict[str, Any] = {"first_name": None, "last_name": None, "email": None, "phone": None}
    shown = as_details(**nothing)
    assert (shown.contact, shown.contact_note) == ([], "The person left no contact details.")
    erased = as_details(**nothing, contact_erased_at=NOW)
    assert erased.contact_note == "The contact details were erased on November 22, 2026."
    assert as_details().contact_note == ""


def test_when_it_is_usually_done() -> None:
    assert as_details().expected == "Usually done by November 27, 2026."
    assert as_details(after=6 * DAY).expected == "Late: usually done by November 27, 2026."
    assert as_details(status=Status.CLOSED.value).expected == ""


def test_how_the_place_was_given() -> None:
    assert as_details(place_source="device", accuracy_m="12.4").place_note == (
        "The location of the person’s device. Exact to about 12 meters."
    )
    assert as_details(lat=None, long=None).coordinates == ""


def test_photos_that_can_be_seen_and_those_that_cannot() -> None:
    store, request = stored()
    stored_one = Photo(
        request_id=request.id, sha256="1", added_at=NOW, state=PhotoState.STORED.value, content="c" * 64
    )
    described = Photo(
        request_id=request.id,
        sha256="2",
        added_at=NOW,
        state=PhotoState.STORED.value,
        content="d" * 64,
        description="The hole",
    )
    refused = Photo(request_id=request.id, sha256="3", added_at=NOW)
    refused.refuse(N_("This is no photo."))
    missing = Photo(request_id=request.id, sha256="4", added_at=NOW)
    view = as_desk_sees(store, request, [stored_one, described, refused, missing])
    shown = details(view, {}, small_city(), EN, NOW)
    assert [picture.alt for picture in shown.pictures] == ["Photo 1, not described", "The hole"]
    assert [picture.described for picture in shown.pictures] == [False, True]
    assert shown.pictures[0].small == f"/requests/{request.id}/photos/{'c' * 64}/320.webp"
    assert shown.photo_notes == ["This is no photo.", "1 photo is still on its way."]
