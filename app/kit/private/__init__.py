"""Private strings in what people write: found, named by kind, and masked before everybody reads it.

This is a net under the look of a person, not in its place: it finds phone numbers, e-mail addresses, the name of who
wrote it, codes of gates, accounts and private pages in the portal's ten languages; nothing finds all of them. A text
is looked at on this machine and nowhere else, and nothing of it is logged.
"""

from collections.abc import Collection, Iterable
from hashlib import blake2b
from secrets import token_bytes

from app.kit.private.codes import codes
from app.kit.private.mail import mail
from app.kit.private.names import name_of, names
from app.kit.private.numbers import runs
from app.kit.private.pages import accounts, pages
from app.kit.private.phones import phones
from app.kit.private.reading import INVISIBLE, read
from app.kit.private.span import Kind, Span

__all__ = ["LONGEST", "MARK", "Kind", "Masker", "Span", "mask", "private_spans"]

MARK = "▮"
LONGEST = 20_000
"""Characters that are looked at. What comes after them is masked unseen."""
_FOUND = "\0"
"""Stands in a reading for what has been found, so that nothing is found in it again."""


class Masker:
    """Masks what one person wrote, and remembers where it found something in texts that are read over and over.

    language: of the pages that they used, as a BCP 47 tag. reporter_name: as they gave it, or empty.
    """

    def __init__(self, *, language: str, reporter_name: str) -> None:
        self._language = language
        self._reporter_name = reporter_name

    def mask(self, text: str) -> str:
        """As `mask`."""
        key = self._key(text)
        spans = _remembered.get(key)
        if spans is None:
            spans = self.spans(text)
            if len(_remembered) >= MOST_REMEMBERED:
                _remembered.clear()
            _remembered[key] = spans
        return _masked(text, spans)

    def spans(self, text: str) -> list[Span]:
        """The private strings in the first LONGEST characters of a text, in their order and apart from each other."""
        text = text[:LONGEST]
        reading = whole = read(text)
        found = [*mail(reading), *pages(reading), *accounts(reading)]
        reading = _without(reading, found)
        numbers = runs(reading)
        found += phones(reading, numbers, self._language)
        reading = _without(reading, found)
        found += codes(reading, (group for run in numbers for group in run if reading[group.start] != _FOUND))
        found += names(text, _without(reading, found), name_of(self._reporter_name, self._language))
        return [_to_the_last_sign(span, whole) for span in _apart(found)]

    def _key(self, text: str) -> bytes:
        """Tells texts apart, and tells nothing of them."""
        told = "\0".join((self._language, self._reporter_name, text))
        return blake2b(told.encode("utf-8", "surrogatepass"), key=_SECRET, digest_size=16).digest()


MOST_REMEMBERED = 5_000
"""Texts of which is remembered where they are private: by a keyed digest, no word of them."""
_remembered: dict[bytes, list[Span]] = {}
_SECRET = token_bytes(32)


def mask(text: str, *, language: str, reporter_name: str) -> str:
    """The text with each private string as one MARK; for the arguments see `Masker`."""
    return _masked(text, private_spans(text, language=language, reporter_name=reporter_name))


def private_spans(text: str, *, language: str, reporter_name: str) -> list[Span]:
    """The private strings in a text; see `Masker`."""
    return Masker(language=language, reporter_name=reporter_name).spans(text)


def _masked(text: str, spans: Iterable[Span]) -> str:
    shown: list[str] = []
    at = 0
    for span in spans:
        shown += (text[at : span.start], MARK)
        at = span.end
    shown.append(text[at:LONGEST])
    if len(text) > LONGEST:
        shown.append(MARK)
    return "".join(shown)


def _without(reading: str, spans: Collection[Span]) -> str:
    """The reading without what has been found, as long as before."""
    if not spans:
        return reading
    signs = list(reading)
    for span in spans:
        signs[span.start : span.end] = _FOUND * (span.end - span.start)
    return "".join(signs)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Spans in their order; those that overlap are one, of the kind of the longest."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not found or span.start >= found[-1].end:
            found.append(span)
        elif span.end > found[-1].end:
            kind = max(found[-1], span, key=lambda one: one.end - one.start).kind
            found[-1] = Span(found[-1].start, span.end, kind)
    return found


def _to_the_last_sign(span: Span, reading: str) -> Span:
    """A span with the signs nobody sees that belong to its last one."""
    end = span.end
    while reading[end : end + 1] == INVISIBLE:
        end += 1
    return Span(span.start, end, span.kind)
