"""The privacy gate: what everybody may see of a request, by its type's rule and by what staff have said.

What residents wrote goes through it masked besides: a phone number that nobody noticed stays theirs.
"""

from collections.abc import Iterable
from dataclasses import replace

from app.city.services import PublicRule, Service
from app.kit.private import Masker
from app.moderation.looks import Look, is_public
from app.photos.models import PhotoState
from app.places.points import Point, approximate
from app.requests.models import OWN_WORDS, is_own_text
from app.requests.rows import AnswerRow, ListedRow, NearRow, PhotoRow, PublicRow, UpdateRow
from app.requests.views_shown import AnswerShown, PlaceShown, PlaceShownAs

# A type the city does not offer any more says nothing about itself, so nothing but its status is shown.
_HIDE_ALL = PublicRule(description=False, photos=False, place="hidden", answers=False)


class Gate:
    """What everybody may see of one request, by its type's rule and by what staff have said."""

    def __init__(self, request: ListedRow, service: Service | None) -> None:
        self.service = service
        self.rule = _HIDE_ALL if service is None else service.public
        self._look = request.look
        self.at_once = service is not None and service.publish == "at_once"
        """Whether the type shows what nobody has looked at."""
        self.shows_words = service is not None and self.lets_through(request.look)
        """Whether everybody may see what the person wrote, as far as the type's rule goes."""
        name = f"{request.first_name} {request.last_name}".strip()
        self._masker = Masker(language=request.language, reporter_name=name)

    def lets_through(self, look: str) -> bool:
        """Whether staff, or the type, let everybody see a text or a photo with this look."""
        return is_public(look, self._look, at_once=self.at_once)

    def masked(self, words: str) -> str:
        """What the reporter wrote, without phone numbers, their name and the like."""
        return self._masker.mask(words) if words else ""

    def shows_photo(self, photo: PhotoRow) -> bool:
        """Whether everybody may see this photo."""
        return self.rule.photos and photo.state == PhotoState.STORED and self.lets_through(photo.look)

    @property
    def shows_descriptions(self) -> bool:
        """Whether words beside photos that are shown are shown, too; not if staff have hidden the words."""
        return self._look != Look.HIDDEN


def shown_description(request: NearRow, gate: Gate) -> str:
    """The description as far as everybody may see it, else empty."""
    return gate.masked(request.description) if gate.shows_words and gate.rule.description else ""


def looks_of(
    request: PublicRow, updates: Iterable[UpdateRow], photos: Iterable[PhotoRow], gate: Gate
) -> set[Look]:
    """How the parts stand that everybody would see, were it not for staff; what is shown at once counts as shown."""
    rule, looks = gate.rule, set()
    if has_public_words(request, gate):
        looks.add(request.look)
    if rule.description:
        looks |= {update.look for update in updates if is_own_text(update)}
    if rule.photos:
        looks |= {photo.look for photo in photos if photo.state == PhotoState.STORED}
    return {Look.SHOWN if gate.lets_through(look) else Look(look) for look in looks}


def has_public_words(request: PublicRow, gate: Gate) -> bool:
    """Whether there are words that the type lets everybody see."""
    rule = gate.rule
    return bool(
        (rule.description and request.description)
        or (rule.place == "exact" and request.address_string)
        or any(answer.own_words for answer in _answers_of_rule(request, gate.service))
    )


def shown_place(request: ListedRow, gate: Gate, at_home: bool) -> PlaceShownAs:
    """Where it is, as far as everybody may know. at_home: whether that is on private ground."""
    if gate.rule.place == "hidden":
        return PlaceShownAs("hidden", "", None, None)
    if gate.rule.place == "exact" and not at_home:
        address = gate.masked(request.address_string) if gate.shows_words else ""
        precision: PlaceShown = "exact" if address or request.lat is not None else "hidden"
        return PlaceShownAs(precision, address, request.lat, request.long)
    # Words can be as exact as a house number, so they are left out.
    if request.lat is None or request.long is None:
        return PlaceShownAs("hidden", "", None, None)
    block = approximate(Point(lat=request.lat, long=request.long))
    return PlaceShownAs("approximate", "", block.lat, block.long)


def shown_answers(request: PublicRow, gate: Gate) -> tuple[AnswerShown, ...]:
    """The answers that everybody may see."""
    answers = _answers_of_rule(request, gate.service)
    return tuple(
        replace(answer, texts=tuple(map(gate.masked, answer.texts))) if answer.own_words else answer
        for answer in answers
        if gate.shows_words or not answer.own_words
    )


def _answers_of_rule(request: PublicRow, service: Service | None) -> tuple[AnswerShown, ...]:
    """The answers that the type lets everybody see."""
    if service is None or not service.public.answers:
        return ()
    public = {attribute.code for attribute in service.attributes if attribute.public}
    answers = (answer_of(answer) for answer in request.answers)
    return tuple(answer for answer in answers if answer.as_asked and answer.code in public)


def answer_of(stored: AnswerRow) -> AnswerShown:
    """An answer as anybody is shown it."""
    chosen = tuple(value["name"] for value in stored["values"])
    texts = chosen or (stored["text"] or "",)
    own_words = not chosen and stored["datatype"] in OWN_WORDS
    return AnswerShown(stored["code"], stored["label"], texts, stored["as_asked"], own_words)
