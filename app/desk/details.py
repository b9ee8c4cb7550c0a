"""Everything about one request, in words, for the desk's request page. Plain data, no Reflex."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.city.city import City
from app.desk.facts import Fact
from app.desk.history import HistoryLine, line_of
from app.desk.rows import age, reads, written_in
from app.desk.seen import Seen, everything, not_looked_at, photos, seen_of, texts
from app.http import formats
from app.reports.references import grouped
from app.reports.submissions import Channel
from app.requests import labels
from app.requests.statuses import MUST_SAY_WHY, Status
from app.requests.views_shown import ContactShown, PhotoShown, RequestDesk
from app.routes import url
from i18n import N_, Message, N_n, Translator
from i18n.languages import direction, language_name


@dataclass
class Answered:
    """A question and its answer. language: of the answer."""

    name: str
    text: str
    language: str


@dataclass
class Picture:
    """A photo that can be shown. alt: its description, or that there is none. key: the same as long as it is there."""

    small: str
    large: str
    alt: str
    described: bool
    key: str = ""
    seen: Seen = field(default_factory=Seen)


@dataclass
class Reply:
    """A further language for a note, for the person of this request. language: empty if there is none.

    label: of the field, with the language's name. why: that the person reads it, or has written in it, in words.
    """

    language: str = ""
    direction: str = "ltr"
    label: str = "…"
    why: str = ""


@dataclass
class Move:
    """A status that may come next. hint: whether a note is needed, in words, or empty."""

    value: str
    name: str
    hint: str


@dataclass
class Details:
    """What the page shows of a request.

    reference: in groups. version: of the request, for the forms. late: a sentence, or empty.
    language, direction: of what the person wrote, for `lang` and `dir`. asked: language of the questions.
    languages: in which it is written and which the person reads, in words.
    reads, writes: languages for a reply, none if it is the page's.
    contact: empty if there is none; contact_note says why. followed: by how many, or empty.
    words: who sees all that the person wrote; everything: the same with the photos; new: what nobody has looked at, if
    there is something else that is hidden.
    """

    reference: str = ""
    version: int = 0
    service: str = ""
    bureau: str = ""
    status: str = ""
    status_code: str = ""
    received: str = ""
    received_iso: str = ""
    age: str = ""
    expected: str = ""
    followed: str = ""
    review: list[str] = field(default_factory=list)
    description: str = ""
    language: str = ""
    direction: str = "auto"
    asked: str = ""
    languages: list[str] = field(default_factory=list)
    reads: Reply = field(default_factory=Reply)
    writes: Reply = field(default_factory=Reply)
    answers: list[Answered] = field(default_factory=list)
    place: str = ""
    coordinates: str = ""
    place_note: str = ""
    pictures: list[Picture] = field(default_factory=list)
    photo_notes: list[str] = field(default_factory=list)
    contact: list[Fact] = field(default_factory=list)
    contact_note: str = ""
    facts: list[Fact] = field(default_factory=list)
    history: list[HistoryLine] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    public_url: str = ""
    words: Seen = field(default_factory=Seen)
    everything: Seen = field(default_factory=Seen)
    new: list[str] = field(default_factory=list)


def details(
    request: RequestDesk,
    names: Mapping[str, str],
    city: City,
    t: Translator,
    now: datetime,
    *,
    place: str = "",
    private: bool = False,
) -> Details:
    """A request in words. names: of colleagues, by id. now: UTC. place, private: see `WholeRequest`."""
    locale = t.locale.code
    own_words = labels.own_language(request)
    return Details(
        reference=grouped(request.reference),
        version=request.version,
        service=str(labels.type_name(city, request.service_code, request.service_name, t)),
        bureau=str(labels.bureau(city, request.service_code, t)),
        status=t(request.status.words),
        status_code=request.status.value,
        received=formats.day_and_time(request.received_at, t, city.zone),
        received_iso=request.received_at.isoformat(),
        age=age(request.received_at, now, t.locale.formats),
        expected=labels.late(city, request, t, now) or labels.usually_done(city, request, t),
        followed=labels.followed(request.followers, t),
        review=[t(reason.words) for reason in request.review],
        description=request.description,
        language=own_words,
        direction=direction(own_words),
        asked=request.language,
        languages=_languages(request, t),
        reads=_reply(request.language, t, N_("The person who reported this reads this language.")),
        writes=_reply(request.written_in, t, N_("The report is written in this language."))
        if request.written_in not in (request.language, "zh")
        else Reply(),
        answers=[Answered(*answer) for answer in labels.answers(request)],
        place=place or request.place.address_string or t(N_("No place given")),
        coordinates=_coordinates(request),
        place_note=" ".join(filter(None, (_place_note(request, t), _ground(private, t)))),
        pictures=_pictures(request, t),
        photo_notes=_photo_notes(request, t),
        contact=_contact(request.contact, t),
        contact_note=_contact_note(request.contact, city, t),
        facts=_facts(request, city, t),
        history=[line_of(update, request, names, city, t) for update in reversed(request.updates)],
        moves=_moves(request.status, t),
        public_url=url("request", locale=locale, reference=request.reference),
        words=seen_of(texts(request), request, t),
        everything=seen_of(everything(request), request, t),
        new=not_looked_at(everything(request)),
    )


def _languages(request: RequestDesk, t: Translator) -> list[str]:
    written = [written_in(request.written_in, t)] if request.written_in else []
    return [*written, reads(request.language, t)]


def _reply(tag: str, t: Translator, why: Message) -> Reply:
    if not tag or tag == t.locale.code:
        return Reply()
    name = language_name(tag, t.locale.formats)
    return Reply(tag, direction(tag), t(N_("The same note in %(language)s", language=name)), t(why))


def _coordinates(request: RequestDesk) -> str:
    """Latitude and longitude in WGS84 degrees, as maps take them."""
    place = request.place
    return "" if place.lat is None or place.long is None else f"{place.lat:.6f}, {place.long:.6f}"


_PLACE_NOTES = {
    "words": N_("Written by the person; nobody put a pin on the map."),
    "found": N_("Found by the words and chosen by the person."),
    "device": N_("The location of the person’s device."),
    "map": N_("A pin on the map."),
    "photo": N_("The location that a photo was taken at."),
}


def _place_note(request: RequestDesk, t: Translator) -> str:
    note = _PLACE_NOTES.get(request.place_source or "")
    if note is None:
        return ""
    if request.accuracy_m is None:
        return t(note)
    exact = N_n(
        "Exact to about %(num)s meter.", "Exact to about %(num)s meters.", num=round(request.accuracy_m)
    )
    return f"{t(note)} {t(exact)}"


def _ground(private: bool, t: Translator) -> str:
    return t(N_("This looks like private property.")) if private else ""


def _pictures(request: RequestDesk, t: Translator) -> list[Picture]:
    looks = photos(request)
    return [
        Picture(
            small=_photo_url(request, photo, "320"),
            large=_photo_url(request, photo, "full"),
            alt=labels.alt(photo, number, t),
            described=bool(photo.description),
            key=str(photo.part),
            seen=seen_of({part: photo.look for part in looks if part == photo.part}, request, t),
        )
        for number, photo in enumerate(labels.stored(request.photos), start=1)
    ]


def _photo_url(request: RequestDesk, photo: PhotoShown, size: str) -> str:
    return url("private_photo", id=request.id, content=photo.content or "", size=size)


def _photo_notes(request: RequestDesk, t: Translator) -> list[str]:
    """What there is to say about photos that cannot be seen."""
    notes = [t(photo.refused) for photo in request.photos if photo.refused is not None]
    if request.photos_missing:
        notes.append(
            t(
                N_n(
                    "%(num)s photo is still on its way.",
                    "%(num)s photos are still on their way.",
                    num=request.photos_missing,
                )
            )
        )
    return notes


def _contact(contact: ContactShown, t: Translator) -> list[Fact]:
    known = (
        (N_("Name"), labels.full_name(contact)),
        (N_("E-mail"), contact.email),
        (N_("Phone"), contact.phone),
    )
    return [Fact(t(heading), text) for heading, text in known if text]


def _contact_note(contact: ContactShown, city: City, t: Translator) -> str:
    if contact.erased_at is not None:
        day = formats.day(contact.erased_at, t.locale.formats, city.zone)
        return t(N_("The contact details were erased on %(date)s.", date=day))
    return t(N_("The person left no contact details.")) if contact.is_empty else ""


_CHANNELS = {
    Channel.WEB.value: N_("This website"),
    Channel.WEB_NOSCRIPT.value: N_("This website, with a browser without script"),
    Channel.OUTBOX.value: N_("This website, written without a connection"),
    Channel.DESK.value: N_("The desk"),
    Channel.OPEN311.value: N_("Another app (Open311)"),
}


def _facts(request: RequestDesk, city: City, t: Translator) -> list[Fact]:
    """The rest of what is known."""
    # Translators: a heading for the way a report took to the city: website, desk, another app.
    facts = [Fact(t(N_("Came by")), t(_CHANNELS.get(request.channel, Message(request.channel))))]
    if request.requested_at != request.received_at:
        written = formats.day_and_time(request.requested_at, t, city.zone)
        # Translators: a heading for the time at which the person wrote the report, before it was sent.
        facts.append(Fact(t(N_("Written")), written))
    return facts


def _moves(status: Status, t: Translator) -> list[Move]:
    must = t(N_("Needs a public note"))
    return [
        Move(other.value, t(other.words), must if other in MUST_SAY_WHY else "")
        for other in Status
        if status.may_become(other)
    ]
