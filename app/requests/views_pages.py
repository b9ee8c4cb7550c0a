"""What the pages about requests are filled with. Plain data, already in the visitor's language."""

from dataclasses import dataclass

from app.city.views import CallView
from app.http.views import ErrorView, FieldView, PageView
from app.routes import Url
from i18n.languages import Direction


@dataclass(frozen=True)
class PhotoView:
    """A stored photo as shown: alt is the resident's description or a sentence that there is none."""

    small_url: Url
    large_url: Url
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class VersionView:
    """The same text in another language. name: what the language calls itself."""

    language: str
    direction: Direction
    name: str
    text: str


@dataclass(frozen=True)
class UpdateView:
    """One line of a request's history. iso: UTC, for <time datetime>.

    text: in the reader's language if there is such a version. language: of the text, or empty if it is not known.
    """

    heading: str
    text: str
    language: str
    direction: Direction
    also: list[VersionView]
    date: str
    iso: str


@dataclass(frozen=True)
class AnswerView:
    """A question and what the resident answered. language: of the answer."""

    question: str
    answer: str
    language: str


@dataclass(frozen=True)
class RequestView:
    """A request as the public may see it; what its type's rules keep private is empty.

    reference: in groups, for reading; reference_plain: the digits alone.
    open: whether the city still works on it. expected: a sentence, or empty. followed: by how many, or empty.
    map_url: a picture of the place, if the reader may know it exactly.
    description_language: in which the resident wrote. asked_language: in which they were asked.
    notes: what there is to say about words and photos that not everybody sees.
    """

    reference: str
    reference_plain: str
    service_name: str
    bureau: str
    status: str
    status_code: str
    open: bool
    reported: str
    reported_iso: str
    expected: str
    followed: str
    place: str
    map_url: Url | None
    description: str
    description_language: str
    description_direction: Direction
    asked_language: str
    answers: list[AnswerView]
    photos: list[PhotoView]
    updates: list[UpdateView]
    url: Url
    notes: list[str]


@dataclass(frozen=True)
class FollowView:
    """Following a request. key: of this browser. following: whether it does; notice: that it does now, or no more."""

    action: Url
    key: str
    following: bool
    notice: str


@dataclass(frozen=True)
class StatusView(PageView, page="request"):
    """The public page of one request. follow: None if it cannot be followed."""

    request: RequestView
    follow: FollowView | None


@dataclass(frozen=True)
class SentView(PageView, page="sent"):
    """The page after sending. photo_problems: sentences about photos that could not be read or are not ready yet.

    whose: who takes care of the place, if that is not the city alone, or empty; call: whom to call about it.
    """

    request: RequestView
    manage_url: Url
    qr_url: Url
    photo_problems: list[str]
    expected: str
    bureau: str
    whose: str
    call: CallView | None


@dataclass(frozen=True)
class ManageView(PageView, page="manage"):
    """The page of the person who holds the private link.

    contact: what the city holds of their contact details, in words; empty when there is nothing.
    comment_hint: who will read a comment.
    key: makes a double tap count once. notice: what has just been done, or empty.
    photo_problems: sentences about photos that could not be read or are not ready yet.
    """

    request: RequestView
    action: Url
    qr_url: Url
    key: str
    contact: list[str]
    notice: str
    fields: dict[str, FieldView]
    comment_hint: str
    photo_error: str
    errors: list[ErrorView]
    can_add_photos: bool
    photo_problems: list[str]


@dataclass(frozen=True)
class RequestsView(PageView, page="requests"):
    """Looking a request up. query: as typed. hint: a kind sentence when it was not found, or empty."""

    query: str
    error: str


@dataclass(frozen=True)
class RecentItemView:
    """One request in the list of recent ones."""

    service_name: str
    status: str
    status_code: str
    place: str
    date: str
    iso: str
    reference: str
    url: Url
    photo_url: Url | None


@dataclass(frozen=True)
class RecentView(PageView, page="recent"):
    """The newest public requests. older_url: the next page of the list, or None at its end."""

    requests: list[RecentItemView]
    older_url: Url | None
    map_url: Url
