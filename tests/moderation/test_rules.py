"""Who sees words and photos, and how staff decide it."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from app.city.services import Publish, Service
from app.kit.errors import NotFound
from app.ledger.models import Kind, Taken, Thing, part_id
from app.moderation.looks import Look
from app.moderation.rules import WORDS, Part, decide_again, hide, release_before, show
from app.photos.models import PhotoClaim
from app.requests.nearby import near_view
from app.requests.rows import PhotoRow, UpdateRow, WholeRow
from app.requests.rules import (
    Holder,
    Staff,
    add_comment,
    add_photos,
    change_status,
    photo_stored,
    say_fixed,
    say_not_fixed,
)
from app.requests.statuses import Status
from app.requests.views import desk_view, holder_view, listed_view, public_view
from app.requests.views_shown import RequestPublic
from tests.factories import NOW, as_if_read, report, send, small_city
from tests.memory import MemoryStore

STAFF = Staff("robin")
PHOTOS = ("a" * 64, "b" * 64)
PLATE = "KWX 911"


def service(publish: Publish = "after_look", *, name: str = "pothole") -> Service:
    """A type in which every answer is public."""
    found = small_city().service(name)
    assert found is not None
    attributes = tuple(one.model_copy(update={"public": True}) for one in found.attributes)
    return found.model_copy(update={"publish": publish, "attributes": attributes})


class Case:
    """A report with two photos, and everything that its person writes later."""

    def __init__(self, **changes: Any) -> None:
        self.store = MemoryStore()
        media = [{"sha256": sha256, "description": f"shows {sha256[0]}"} for sha256 in PHOTOS]
        self.fields = report(media=media, **{"attribute[PLATE]": PLATE, **changes})
        self.token = self.fields["manage_token"]
        receipt = send(self.store, self.fields)
        self.id, self.reference = receipt.id, receipt.reference
        for sha256 in PHOTOS:
            self.arrives(sha256)

    def comes_again(self) -> None:
        """The phone sends the same report once more."""
        send(self.store, self.fields)

    def arrives(self, sha256: str) -> None:
        photo_stored(
            store=self.store,
            request_id=self.id,
            sha256=sha256,
            content=sha256[::-1],
            width=1,
            height=1,
            now=NOW,
        )

    @property
    def held(self) -> dict[str, Any]:
        """What every change by the holder of the link needs."""
        return {"store": self.store, "reference": self.reference, "by": Holder(self.token), "now": NOW}

    @property
    def all(self) -> tuple[Any, Any, Any]:
        """The request, its history and its photos, as the database gives them."""
        return (
            as_if_read(WholeRow, self.store.requests[self.id]),
            [as_if_read(UpdateRow, update) for update in self.store.updates],
            [as_if_read(PhotoRow, photo) for photo in self.store.photos(self.id)],
        )

    def public(self, of_type: Service | None = None) -> RequestPublic:
        return public_view(*self.all, of_type or service())

    def show(self, *parts: Part) -> tuple[Part, ...]:
        return show(**self.by_staff, parts=parts or None).parts

    def hide(self, *parts: Part) -> tuple[Part, ...]:
        return hide(**self.by_staff, parts=parts or None).parts

    @property
    def by_staff(self) -> dict[str, Any]:
        return {"store": self.store, "reference": self.reference, "by": STAFF, "now": NOW}


SECRETS = ("A deep hole", "1200 Main", PLATE, "shows a", "shows b")


def secrets_in(view: object) -> list[str]:
    """Which words of the person stand anywhere in a view."""
    said = repr(asdict(view))  # type: ignore[call-overload]
    return [secret for secret in SECRETS if secret in said]


def test_at_once_there_is_only_what_was_chosen_and_where() -> None:
    case = Case()
    seen = case.public()
    assert secrets_in(seen) == []
    assert [answer.texts for answer in seen.answers] == [("Like a car wheel",)]
    assert (seen.place.precision, seen.place.lat) == ("exact", 45.52)
    assert (seen.photos, seen.waits, seen.hidden) == ((), True, False)
    request, _, photos = case.all
    for view in (
        listed_view(request, photos[0], service()),
        near_view(request, photos[0], 20, service()),
    ):
        assert secrets_in(view) == []
        assert "'photo': None" in repr(asdict(view))


def test_a_type_that_says_nothing_waits() -> None:
    assert Service.model_fields["publish"].default == "after_look"


def test_a_report_with_an_address_alone_has_no_place_until_somebody_has_looked() -> None:
    case = Case(lat=None, long=None)
    assert case.public().place.precision == "hidden"
    case.show(WORDS)
    assert case.public().place.address_string == "1200 Main St"


def test_shown_is_everything_that_the_type_allows() -> None:
    case = Case()
    assert case.show() == (WORDS, *(Part(Thing.PHOTO, sha256) for sha256 in PHOTOS))
    seen = case.public()
    assert secrets_in(seen) == list(SECRETS)
    assert (len(seen.photos), seen.waits, seen.hidden) == (2, False, False)
    assert secrets_in(public_view(*case.all, service(name="noise"))) == []
    assert secrets_in(public_view(*case.all, None)) == []


def later_texts(case: Case) -> None:
    add_comment(**case.held, text="my comment")
    say_fixed(**case.held, text="my thanks")
    say_not_fixed(**case.held, text="my complaint")


def test_what_comes_later_waits_for_its_own_look() -> None:
    case = Case()
    case.show()
    later_texts(case)
    add_photos(**case.held, photos=[PhotoClaim("c" * 64, description="later")])
    case.arrives("c" * 64)
    change_status(**case.by_staff, to=Status.IN_PROGRESS, note="We go there.")
    seen = case.public()
    assert (seen.waits, len(seen.photos)) == (True, 2)
    assert [update.text for update in seen.updates if update.text] == ["We go there."], "the city's own words"
    assert len(seen.updates) == 5, "what has happened is told, without the words"
    texts = [update for update in case.store.updates if update.text.startswith("my")]
    case.show(Part(Thing.UPDATE, texts[1].id))
    assert [update.text for update in case.public().updates if update.text] == ["my thanks", "We go there."]
    case.show()
    assert len([update for update in case.public().updates if update.text.startswith("my")]) == 3
    assert len(case.public().photos) == 3


def test_only_what_somebody_has_seen_is_shown() -> None:
    case = Case()
    on_the_screen = (WORDS, Part(Thing.PHOTO, PHOTOS[0]))
    add_comment(**case.held, text="written meanwhile")
    assert case.show(*on_the_screen) == on_the_screen
    seen = case.public()
    assert len(seen.photos) == 1
    assert "meanwhile" not in repr(seen)


def test_a_photo_that_has_not_arrived_waits() -> None:
    case = Case()
    add_photos(**case.held, photos=[PhotoClaim("c" * 64)])
    case.show()
    case.arrives("c" * 64)
    assert len(case.public().photos) == 2
    assert case.public().waits


def test_hiding_and_showing_again() -> None:
    case = Case()
    case.show()
    case.hide(Part(Thing.PHOTO, PHOTOS[0]))
    seen = case.public()
    assert [photo.description for photo in seen.photos] == ["shows b"]
    assert (seen.waits, seen.hidden) == (False, True)
    case.hide(WORDS)
    assert secrets_in(case.public()) == [], "words beside a photo are words, too"
    assert len(case.public().photos) == 1
    case.hide()
    assert case.public().photos == ()
    case.show()
    assert secrets_in(case.public()) == list(SECRETS)


@pytest.mark.parametrize("decide", [show, hide])
def test_nothing_happens_twice_and_every_decision_is_a_line_without_words(decide: Any) -> None:
    case = Case()
    version = case.store.requests[case.id].version
    first = decide(**case.by_staff)
    again = decide(**case.by_staff)
    assert (first.version, again.version, again.parts) == (version + 1, version + 1, ())
    line = case.store.updates[-1]
    assert (line.kind, line.person_id, line.public) == (
        "shown" if decide is show else "hidden",
        "robin",
        False,
    )
    assert len(case.store.updates) == 2
    assert not any(secret in line.text for secret in SECRETS)
    seen = desk_view(*case.all, service()).updates[-1]
    assert seen.about == (WORDS, *(Part(Thing.PHOTO, sha256) for sha256 in PHOTOS))
    for view in (case.public(), holder_view(*case.all, service())):
        assert [update.kind for update in view.updates] == ["submitted"], "nobody outside hears of it"


def test_the_status_goes_on_as_before() -> None:
    case = Case()
    case.hide()
    change_status(**case.by_staff, to=Status.FIXED, note="Done.")
    assert case.public().status is Status.FIXED
    assert case.public().updates[-1].text == "Done."


def test_a_type_may_show_at_once_and_can_be_hidden_all_the_same() -> None:
    case, at_once = Case(), service("at_once")
    assert secrets_in(case.public(at_once)) == list(SECRETS)
    assert not case.public(at_once).waits
    case.hide(Part(Thing.PHOTO, PHOTOS[0]))
    add_comment(**case.held, text="my comment")
    assert "my comment" in repr(case.public(at_once))
    assert len(case.public(at_once).photos) == 1
    case.hide()
    add_comment(**case.held, text="my next comment")
    add_photos(**case.held, photos=[PhotoClaim("c" * 64)])
    case.arrives("c" * 64)
    seen = case.public(at_once)
    assert (seen.photos, [update.text for update in seen.updates if update.text]) == ((), [])
    assert (seen.waits, seen.hidden) == (True, True), "what comes to a hidden report waits"


def test_a_home_is_told_to_a_block_whatever_has_been_looked_at() -> None:
    case = Case()
    case.show()
    seen = public_view(*case.all, service(), at_home=True)
    assert (seen.place.precision, seen.place.address_string) == ("approximate", "")
    listed = listed_view(case.all[0], None, service(), at_home=True)
    assert listed.place == seen.place


def test_the_holder_sees_all_and_hears_how_it_stands() -> None:
    case = Case()
    seen = holder_view(*case.all, service())
    assert (secrets_in(seen), seen.waits, seen.hidden) == (list(SECRETS), True, False)
    assert not holder_view(*case.all, service("at_once")).waits
    assert not holder_view(*case.all, service(name="noise")).waits, "it is never shown, so nothing waits"
    case.hide()
    seen = holder_view(*case.all, service())
    assert (secrets_in(seen), seen.waits, seen.hidden) == (list(SECRETS), False, True)


def test_unknown_requests_and_parts() -> None:
    case = Case()
    with pytest.raises(NotFound):
        hide(store=case.store, reference="4829135570243", by=STAFF, now=NOW)
    assert case.hide(Part(Thing.PHOTO, "f" * 64), Part(Thing.UPDATE, case.store.updates[0].id)) == ()


@pytest.mark.parametrize(
    "text", ["", "request:1", "photo", "photo:", "update:x y", "PHOTO:ab", "photo:" + "a" * 65]
)
def test_what_names_no_part(text: str) -> None:
    assert Part.read(text) is None


@pytest.mark.parametrize("part", [WORDS, Part(Thing.PHOTO, PHOTOS[0]), Part(Thing.UPDATE, "0198-ab")])
def test_a_part_is_read_as_it_is_written(part: Part) -> None:
    assert Part.read(str(part)) == part


def test_what_came_before_a_day_is_released_in_one_go() -> None:
    case = Case()
    case.hide(Part(Thing.PHOTO, PHOTOS[0]))
    add_comment(**{**case.held, "now": NOW + timedelta(days=2)}, text="after the day")
    newer = send(case.store, now=NOW + timedelta(days=3))
    released = release_before(store=case.store, before=NOW + timedelta(days=1), now=NOW + timedelta(days=9))
    assert released == 1
    assert case.store.requests[case.id].look == Look.SHOWN
    assert [photo.look for photo in case.all[2]] == [Look.HIDDEN, Look.SHOWN], "what is hidden stays so"
    assert "after the day" not in repr(case.public())
    assert case.store.requests[newer.id].look == Look.WAITING
    assert case.store.updates[-1].author == "system"
    assert release_before(store=case.store, before=NOW + timedelta(days=1), now=NOW) == 0


def test_a_decision_that_the_ledger_knows_is_made_to_hold() -> None:
    case = Case()
    lines = len(case.store.updates)
    hidden = part_id(case.id, PHOTOS[0])
    for _ in range(2):
        with case.store.writing() as transaction:
            decide_again(Thing.PHOTO, Look.HIDDEN, transaction, hidden, NOW)
    case.show(WORDS, Part(Thing.PHOTO, PHOTOS[1]))
    assert len(case.public().photos) == 1
    assert len(case.store.updates) == lines + 1
    with case.store.writing() as transaction:
        decide_again(Thing.REQUEST, Look.HIDDEN, transaction, "gone", NOW)


def test_what_is_hidden_is_remembered_outside_and_what_is_shown_again() -> None:
    case = Case()
    case.show()
    assert case.store.taken == [], "what is shown for the first time takes nothing back"
    photo = Part(Thing.PHOTO, PHOTOS[0])
    case.hide(WORDS, photo)
    case.show(photo)
    assert [(one.kind, one.thing, one.id) for one in case.store.taken] == [
        (Kind.HIDE, Thing.REQUEST, case.id),
        (Kind.HIDE, Thing.PHOTO, part_id(case.id, PHOTOS[0])),
        (Kind.SHOW, Thing.PHOTO, part_id(case.id, PHOTOS[0])),
    ]


def test_what_was_hidden_comes_back_hidden_from_a_phone() -> None:
    case = Case()
    case.show()
    case.hide(WORDS, Part(Thing.PHOTO, PHOTOS[1]))
    # The city has lost the report, not what was decided about it.
    case.store.requests.clear()
    case.store.updates.clear()
    case.store.all_photos.clear()
    case.comes_again()
    assert case.store.requests[case.id].look == Look.HIDDEN
    assert [photo.look for photo in case.all[2]] == [Look.WAITING, Look.HIDDEN]


def test_a_photo_that_was_disposed_of_does_not_come_back_from_a_phone() -> None:
    case = Case()
    with case.store.writing() as transaction:
        transaction.remember(Taken(Kind.DISPOSE, Thing.PHOTO, part_id(case.id, PHOTOS[0]), NOW))
    case.store.requests.clear()
    case.store.updates.clear()
    case.store.all_photos.clear()
    case.comes_again()
    assert [photo.sha256 for photo in case.all[2]] == [PHOTOS[1]]


def test_a_photo_that_was_hidden_comes_back_hidden_over_the_private_link() -> None:
    case = Case()
    add_photos(**case.held, photos=[PhotoClaim("c" * 64)])
    case.hide(Part(Thing.PHOTO, "c" * 64))
    # The city has lost it, not what was decided about it.
    del case.store.all_photos[case.id, "c" * 64]
    add_photos(**case.held, photos=[PhotoClaim("c" * 64)])
    case.arrives("c" * 64)
    assert case.store.all_photos[case.id, "c" * 64].look == Look.HIDDEN
    assert len(case.public(service("at_once")).photos) == 2


def test_what_is_hidden_once_more_has_a_version_that_no_browser_has_seen() -> None:
    case = Case()
    case.show()
    before = case.store.requests[case.id].version
    with case.store.writing() as transaction:
        decide_again(Thing.REQUEST, Look.HIDDEN, transaction, case.id, NOW)
    assert case.store.requests[case.id].version > before + 100
