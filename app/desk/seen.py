"""Who sees the words and photos of a request, for the desk: what staff can decide about, and what they have decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.moderation.looks import Look
from app.moderation.rules import WORDS, Part
from app.requests import labels
from app.requests.models import UpdateKind
from app.requests.views_shown import RequestDesk
from i18n import N_, Message, Translator


@dataclass
class Seen:
    """Who can see something, and what staff can do about it.

    note: who sees it, in words. parts: what it is called in a decision; none if there is nothing to decide.
    """

    note: str = ""
    parts: list[str] = field(default_factory=list)


def texts(request: RequestDesk) -> dict[Part, Look]:
    """All words of the person that everybody may see one day, and how they stand."""
    first = {WORDS: request.look} if request.shows_words else {}
    later = {update.part: update.look for update in request.updates if update.part is not None}
    return {**first, **(later if request.shows_later else {})}


def photos(request: RequestDesk) -> dict[Part, Look]:
    """All photos that everybody may see one day, and how they stand."""
    if not request.shows_photos:
        return {}
    return {photo.part: photo.look for photo in labels.stored(request.photos) if photo.part is not None}


def everything(request: RequestDesk) -> dict[Part, Look]:
    """The words count also where there are none, so that what comes later to a report that is hidden waits."""
    looks = {**texts(request), **photos(request)}
    return {WORDS: request.look, **looks} if looks else {}


def seen_of(looks: Mapping[Part, Look], request: RequestDesk, t: Translator) -> Seen:
    """looks: how the parts of a thing stand; none if its type never shows it."""
    return Seen(note=t(_who_sees(set(looks.values()), request)), parts=[str(part) for part in looks])


def _who_sees(states: set[Look], request: RequestDesk) -> Message:
    if not states:
        return N_("This type of report never shows it to the public.")
    if Look.HIDDEN in states:
        return N_("Hidden from everybody") if states == {Look.HIDDEN} else N_("Some of it is hidden.")
    if Look.WAITING in states:
        return _NOT_LOOKED_AT_SHOWN if request.at_once and request.look is not Look.HIDDEN else _NOT_LOOKED_AT
    return N_("Everybody can see it.")


_NOT_LOOKED_AT = N_("Not looked at yet. Nobody outside sees it.")
_NOT_LOOKED_AT_SHOWN = N_("Not looked at yet. Everybody can see it.")


def not_looked_at(looks: Mapping[Part, Look]) -> list[str]:
    """The parts that nobody has looked at, if others are hidden: only then they are decided about by themselves."""
    states = set(looks.values())
    if not {Look.WAITING, Look.HIDDEN} <= states:
        return []
    return [str(part) for part, look in looks.items() if look is Look.WAITING]


def decided(kind: UpdateKind, parts: Iterable[Part], request: RequestDesk, t: Translator) -> str:
    """What has been decided about which parts, in words."""
    numbers = {photo.part: number for number, photo in enumerate(labels.stored(request.photos), start=1)}
    what = " · ".join(dict.fromkeys(t(_name(part, numbers)) for part in parts))
    said = N_("Shown to everybody: %(what)s", what=what)
    return t(said if kind is UpdateKind.SHOWN else N_("Hidden from everybody: %(what)s", what=what))


def _name(part: Part, numbers: Mapping[Part | None, int]) -> Message:
    if part.thing != "photo":
        return N_("Words")
    return N_("Photo %(n)s", n=numbers[part]) if part in numbers else N_("Photo")
