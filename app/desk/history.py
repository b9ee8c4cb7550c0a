"""The history of a request in the desk's words. Plain data, no Reflex."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.city.city import City
from app.desk.seen import Seen, decided, seen_of
from app.http import formats
from app.requests.models import Author, UpdateKind
from app.requests.views_shown import RequestDesk, UpdateShown
from i18n import N_, Translator
from i18n.languages import direction, language_name


@dataclass
class Version:
    """A text of the history in another language. name: what the language is called on the page."""

    language: str
    direction: str
    name: str
    text: str


@dataclass
class HistoryLine:
    """One line of the history. who: in words. internal: whether only staff can read it.
    says_who: whether the heading says that already.

    language: of the text, or empty if it is not known. also: the same in other languages. key: the line's own.
    seen: who sees a text of the person who reported it.
    """

    heading: str
    text: str
    language: str
    direction: str
    also: list[Version]
    who: str
    date: str
    iso: str
    internal: bool
    key: str = ""
    seen: Seen = field(default_factory=Seen)
    says_who: bool = False


def line_of(
    update: UpdateShown, request: RequestDesk, names: Mapping[str, str], city: City, t: Translator
) -> HistoryLine:
    """A line of the history in words. names: of colleagues, by id."""
    own = {} if update.part is None or not request.shows_later else {update.part: update.look}
    return HistoryLine(
        heading=decided(update.kind, update.about, request, t) if update.about else t(update.heading),
        text=update.text,
        language=update.language,
        direction=direction(update.language),
        also=[
            Version(tag, direction(tag), language_name(tag, t.locale.formats), text)
            for tag, text in update.also
        ],
        who=_who(update, names, t),
        date=formats.day_and_time(update.at, t, city.zone),
        iso=update.at.isoformat(),
        internal=update.kind is UpdateKind.INTERNAL_NOTE,
        key=update.id,
        seen=seen_of(own, request, t) if update.part is not None else Seen(),
        says_who=update.says_who,
    )


def _who(update: UpdateShown, names: Mapping[str, str], t: Translator) -> str:
    if update.person_id is not None:
        return names.get(update.person_id) or t(N_("The desk"))
    if update.author is Author.REPORTER:
        return t(N_("The person who reported it"))
    return t(N_("The portal"))
