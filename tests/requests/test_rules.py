"""What can happen to a request after it has come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.kit.errors import Conflict, NotFound, Rejected
from app.kit.ids import make_id
from app.photos.models import MAX_PHOTOS, PhotoClaim
from app.requests import rules as changes
from app.requests.models import RequestUpdate, ServiceRequest
from app.requests.rules import Holder, Staff
from app.requests.statuses import OPEN, Status
from i18n import N_
from tests.factories import NOW, report, send
from tests.memory import MemoryStore

LATER = NOW + timedelta(hours=1)
STAFF = Staff("person-1")


@dataclass
class Case:
    """One stored request and how to get at it."""

    store: MemoryStore
    request: ServiceRequest
    holder: Holder

    def do(self, action: Callable[..., int], by: Holder | Staff, **more: Any) -> int:
        """Run one change."""
        return action(store=self.store, reference=self.request.reference, by=by, now=LATER, **more)

    def move(self, to: Status, note: str = "Because.", **more: Any) -> int:
        """Change the status at the desk."""
        return self.do(changes.change_status, STAFF, to=to, note=note, **more)

    @property
    def last(self) -> RequestUpdate:
        """The newest line of the history."""
        return self.store.updates[-1]


@pytest.fixture
def case() -> Case:
    store, fields = MemoryStore(), report()
    send(store, fields)
    return Case(store, store.requests[fields["id"]], Holder(fields["manage_token"]))


# --- at the desk
# ----------------------------------------------------------------------------------------------


def test_a_status_change_is_a_line_in_the_history_and_a_new_version(case: Case) -> None:
    assert case.move(Status.IN_PROGRESS, "A crew is on its way.") == 2
    assert case.request.status == Status.IN_PROGRESS
    assert case.request.updated_at == case.last.at == LATER
    assert (case.last.kind, case.last.status, case.last.author) == ("status", "in_progress", "desk")
    assert (case.last.text, case.last.person_id, case.last.public) == (
        "A crew is on its way.",
        "person-1",
        True,
    )


@pytest.mark.parametrize("start", Status)
@pytest.mark.parametrize("to", Status)
def test_moves(case: Case, start: Status, to: Status) -> None:
    case.request.status = start.value
    if start.may_become(to):
        case.move(to)
        assert case.request.status == to
    else:
        with pytest.raises(Rejected) as rejected:
            case.move(to)
        assert rejected.value.errors[0].field == "status"
        assert case.request.version == 1


def test_whatever_is_finished_can_be_taken_up_again() -> None:
    for status in Status:
        assert any(status.may_become(other) for other in OPEN - {status})
        assert not status.may_become(status)
        assert status.open311 == ("open" if status in OPEN else "closed")
        assert status.words.text


@pytest.mark.parametrize("to", [Status.CLOSED, Status.ON_HOLD])
def test_closing_without_a_reason_tells_nobody_anything(case: Case, to: Status) -> None:
    with pytest.raises(Rejected) as rejected:
        case.move(to, " \n ")
    assert [error.field for error in rejected.value.errors] == ["note"]
    assert case.move(Status.FIXED, "") == 2


def test_two_people_at_the_same_request(case: Case) -> None:
    case.move(Status.IN_PROGRESS, seen_version=1)
    with pytest.raises(Conflict):
        case.move(Status.FIXED, seen_version=1)
    assert case.request.status == Status.IN_PROGRESS


def test_a_double_click_moves_once(case: Case) -> None:
    key = make_id()
    assert case.move(Status.IN_PROGRESS, key=key, seen_version=1) == 2
    assert case.move(Status.IN_PROGRESS, key=key, seen_version=1) == 2
    assert len(case.store.updates) == 2


def test_a_note_in_several_languages_is_one_line(case: Case) -> None:
    also = {"SO": " Koox ayaa soo socota. ", "vi": "", "zh-hant": "有人正在路上。"}
    assert case.move(Status.IN_PROGRESS, "A crew is on its way.", language="en", also=also) == 2
    assert (case.last.language, case.last.text) == ("en", "A crew is on its way.")
    assert case.last.also == {"so": "Koox ayaa soo socota.", "zh-Hant": "有人正在路上。"}
    assert len(case.store.updates) == 2


def test_a_note_in_several_languages_is_sent_twice_and_happens_once(case: Case) -> None:
    key, also = make_id(), {"so": "Waa la hagaajiyay.", "es": "Ya está."}
    again = dict(reversed(also.items()))
    assert case.move(Status.FIXED, "Done.", key=key, language="en", also=also) == 2
    assert case.move(Status.FIXED, "Done.", key=key, language="en", also=again) == 2
    assert len(case.store.updates) == 2


@pytest.mark.parametrize(
    ("note", "also", "fields"),
    [
        ("Done.", {"xx-nonsense": "x"}, ["also[xx-nonsense]"]),
        ("Done.", {"<b>": "x"}, ["also[<b>]"]),
        ("Done.", {"en": "Done."}, ["also[en]"]),
        ("Done.", {"so": "x" * 2_001, "es": "x" * 2_001, "vi": "Xong."}, ["also[so]", "also[es]"]),
        ("", {"so": "Waa la hagaajiyay."}, ["note"]),
    ],
)
def test_what_is_to_be_mended_in_other_languages(
    case: Case, note: str, also: dict[str, str], fields: list[str]
) -> None:
    with pytest.raises(Rejected) as rejected:
        case.move(Status.FIXED, note, language="en", also=also)
    assert [error.field for error in rejected.value.errors] == fields
    assert case.request.version == 1


def test_an_internal_note_is_not_public(case: Case) -> None:
    case.do(changes.add_internal_note, STAFF, text="Same as last week.")
    assert (case.last.kind, case.last.public) == ("internal_note", False)
    with pytest.raises(Rejected):
        case.do(changes.add_internal_note, STAFF, text="")


# --- with the private link
# ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "more"),
    [
        (changes.add_comment, {"text": "Still there."}),
        (changes.say_fixed, {}),
        (changes.say_not_fixed, {}),
        (changes.erase_contact, {}),
        (changes.add_photos, {"photos": [PhotoClaim("a" * 64)]}),
    ],
)
@pytest.mark.parametrize("token", ["", "x", "A" * 22, "\ud800"])
def test_a_wrong_link_looks_like_no_request_at_all(
    case: Case, action: Callable[..., int], more: dict[str, Any], token: str
) -> None:
    with pytest.raises(NotFound):
        case.do(action, Holder(token), **more)
    assert case.request.version == 1
    assert case.request.email


def test_a_double_tap_adds_one_comment(case: Case) -> None:
    key = make_id()
    for _ in range(2):
        assert case.do(changes.add_comment, case.holder, text="It got bigger.", key=key) == 2
    assert (case.last.text, case.last.author) == ("It got bigger.", "reporter")
    # The browser's Back button shows the same form, with the same key, for something else.
    assert case.do(changes.add_comment, case.holder, text="And bigger.", key=key) == 3
    assert case.do(changes.add_comment, case.holder, text="And bigger.", key="no key at all") == 4


@pytest.mark.parametrize("text", ["", " ", "\x00", "x" * 2001])
def test_comments_that_cannot_be_taken(case: Case, text: str) -> None:
    with pytest.raises(Rejected) as rejected:
        case.do(changes.add_comment, case.holder, text=text)
    assert [error.field for error in rejected.value.errors] == ["comment"]


def test_fixed_and_not_fixed(case: Case) -> None:
    assert case.do(changes.say_not_fixed, case.holder) == 1
    assert case.do(changes.say_fixed, case.holder) == 2
    assert case.request.status == Status.FIXED
    assert case.do(changes.say_fixed, case.holder) == 2
    assert case.do(changes.say_not_fixed, case.holder, text="It is back.") == 3
    assert case.request.status == Status.SUBMITTED
    assert (case.last.kind, case.last.text) == ("reopened", "It is back.")


def test_closed_by_the_city_can_be_reopened_too(case: Case) -> None:
    case.move(Status.CLOSED)
    case.do(changes.say_not_fixed, case.holder)
    assert case.request.status == Status.SUBMITTED


def test_a_late_double_tap_does_not_undo_what_came_between(case: Case) -> None:
    key = make_id()
    case.do(changes.say_fixed, case.holder, key=key)
    case.do(changes.say_not_fixed, case.holder)
    case.do(changes.say_fixed, case.holder, key=key)
    assert case.request.status == Status.SUBMITTED


@pytest.mark.parametrize("at_desk", [False, True])
def test_erasing_contact_details(case: Case, at_desk: bool) -> None:
    by = STAFF if at_desk else case.holder
    assert case.do(changes.erase_contact, by) == 2
    request = case.request
    assert (request.first_name, request.last_name, request.email, request.phone) == ("", "", "", "")
    assert request.contact_erased_at == LATER
    assert (case.last.kind, case.last.public) == ("contact_erased", False)
    assert case.do(changes.erase_contact, by) == 2
    assert case.store.scrubbed == 1


def test_a_flood_of_comments_ends_but_erasing_always_works(case: Case) -> None:
    for number in range(changes.MAX_UPDATES_BY_REPORTER - 1):
        case.do(changes.add_comment, case.holder, text=f"Number {number}")
    with pytest.raises(Rejected):
        case.do(changes.add_comment, case.holder, text="One more")
    case.do(changes.erase_contact, case.holder)
    assert case.request.email == ""


def test_more_photos_but_not_without_end(case: Case) -> None:
    def claims(start: int, count: int) -> list[PhotoClaim]:
        return [PhotoClaim(f"{number:064x}") for number in range(start, start + count)]

    assert case.do(changes.add_photos, case.holder, photos=claims(0, MAX_PHOTOS)) == 2
    assert case.do(changes.add_photos, case.holder, photos=claims(0, MAX_PHOTOS)) == 2
    with pytest.raises(Rejected):
        case.do(changes.add_photos, case.holder, photos=claims(5, MAX_PHOTOS + 1))
    for start in (5, 10, 15):
        case.do(changes.add_photos, case.holder, photos=claims(start, MAX_PHOTOS))
    with pytest.raises(Rejected):
        case.do(changes.add_photos, case.holder, photos=claims(20, 1))
    assert case.store.count_photos(case.request.id) == 20


def test_a_photo_that_was_stored_is_not_refused_later(case: Case) -> None:
    case.do(changes.add_photos, case.holder, photos=[PhotoClaim("a" * 64)])
    which: dict[str, Any] = {"store": case.store, "request_id": case.request.id, "sha256": "a" * 64}
    changes.photo_uploading(**which, upload_bytes=7)
    changes.photo_stored(**which, content="b" * 64, width=4, height=3, now=LATER)
    changes.photo_refused(**which, reason=N_("No."), now=LATER)
    (photo,) = case.store.photos_of(case.request.id)
    assert (photo.state, photo.content, photo.upload_bytes) == ("stored", "b" * 64, 7)
    assert case.last.kind == "photo"
