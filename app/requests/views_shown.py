"""What different people see of a request: the shapes of it. Who sees which is said in views.py.

A view is made for one reader and holds nothing that reader may not see, so that no page can show too much by mistake.
The texts are as stored; statuses and headings are Messages, translated at the edge.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.moderation.looks import Look
from app.moderation.rules import Part
from app.photos.models import PhotoState
from app.requests.models import Author, ReviewReason, UpdateKind
from app.requests.statuses import Status
from i18n import Message

PlaceShown = Literal["exact", "approximate", "hidden"]


@dataclass(frozen=True, slots=True)
class PlaceShownAs:
    """Where it is, as far as the reader may know it: WGS84 degrees, rounded to about a block if
    approximate.
    """

    precision: PlaceShown
    address_string: str
    lat: float | None
    long: float | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """A question and what was answered: one or more texts, as the resident saw and wrote them.

    own_words: whether the resident wrote the texts themselves, or chose them.
    """

    code: str
    label: str
    texts: tuple[str, ...]
    as_asked: bool
    own_words: bool


@dataclass(frozen=True, slots=True)
class PhotoShown:
    """A photo. content: the name it is stored by, None if it is not (yet) stored; width, height in pixels.

    name: by which everybody may ask for it, if everybody may see it.
    part: what it is called in a decision about it; for the desk only.
    refused: why it could not be used. Only the holder and the desk see photos that are not stored.
    """

    content: str | None
    name: str
    look: Look
    width: int | None
    height: int | None
    description: str
    state: PhotoState
    refused: Message | None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class UpdateShown:
    """One line of the history. heading: what happened; text: what somebody wrote about it, or empty.

    person_id: who at the desk did it; only the desk sees it.
    part, look: if it is a text that staff decide about. about: what a decision was about. id: for the desk only.
    language: of the text, or empty if it is not known. also: pairs of a language and the same text in it.
    """

    at: datetime
    kind: UpdateKind
    author: Author
    status: Status | None
    heading: Message
    text: str
    person_id: str | None
    language: str = ""
    also: tuple[tuple[str, str], ...] = ()
    part: Part | None = None
    look: Look = Look.WAITING
    about: tuple[Part, ...] = ()
    id: str = ""

    @property
    def says_who(self) -> bool:
        """Whether the heading says itself who did it."""
        fixed = self.kind is UpdateKind.STATUS and self.status is Status.FIXED
        return self.author is Author.REPORTER and (self.kind is UpdateKind.COMMENT or fixed)


@dataclass(frozen=True, slots=True)
class RequestPublic:
    """What everybody may see. version: one more with every change, for the ETag.

    requested_at: when the person made the report, by their device's clock if that can be believed.
    service_name: as the person saw it, or empty if it must not be shown; a page asks the city pack first.
    language: of the pages the person read. written_in: of what they wrote, or empty if that is not known.
    waits: whether some words or photos are to be seen by everybody once staff have looked. hidden: whether staff have
    hidden some that everybody would see otherwise.
    """

    reference: str
    version: int
    status: Status
    service_code: str
    service_name: str
    requested_at: datetime
    received_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    followers: int
    language: str
    written_in: str
    description: str
    place: PlaceShownAs
    answers: tuple[AnswerShown, ...]
    photos: tuple[PhotoShown, ...]
    updates: tuple[UpdateShown, ...]
    waits: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class ContactShown:
    """Contact details; all empty when there are none. erased_at: when they were erased, UTC."""

    first_name: str
    last_name: str
    email: str
    phone: str
    erased_at: datetime | None

    @property
    def is_empty(self) -> bool:
        """Whether the city holds no contact details."""
        return not (self.first_name or self.last_name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class RequestHeld(RequestPublic):
    """What the holder of the private link sees: all they sent, and which photos have not come through.

    photos_missing: how many photos are still to come from the device.
    """

    id: str
    contact: ContactShown
    photos_missing: int


@dataclass(frozen=True, slots=True)
class RequestDesk(RequestHeld):
    """What staff see: everything, internal notes too. review: why somebody should look at it.

    look: whether everybody may see the words of the report. shows_words: whether there are some that the type lets
    everybody see; shows_later, shows_photos: whether it does so with later texts and with photos.
    at_once: whether the type shows what nobody has looked at.
    """

    channel: str
    look: Look
    shows_words: bool
    shows_later: bool
    shows_photos: bool
    at_once: bool
    review: tuple[ReviewReason, ...]
    place_source: str | None
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class RequestListed:
    """One line of the public list. photo: its first photo that is stored, if photos are public."""

    reference: str
    status: Status
    service_code: str
    requested_at: datetime
    received_at: datetime
    place: PlaceShownAs
    photo: PhotoShown | None
