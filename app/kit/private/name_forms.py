"""In which forms a part of a name may come: with endings, as a pet form, spelled otherwise, in another script."""

import re
from dataclasses import dataclass
from enum import IntEnum

from anyascii import anyascii

from app.kit.private.pet_names import SAME_NAME
from app.kit.private.reading import folded_words

# Endings of Russian and Ukrainian names in all cases, as they are folded (й is и there).
_ENDINGS = folded_words(
    "а я у ю е є и і ы о ои ою еи ею єю ем єм ом им ім ым ям ам ами ями ах ях ів ові еві єві ев ого его ому ему"
    " им их ых ую юю оі еі ая яя ии ыи ьою ьом ьові ин ина ину ино"
)
_VOWELS = "аеєиіоуыэюяь"
_FLEETING = re.compile(rf"[ео]([^{_VOWELS}])ь?\Z")
_CLOSED = re.compile(rf"і([^{_VOWELS}])ь?\Z")
_SOFTENED = {"г": "з", "к": "ц", "х": "с"}
_ROMANIAN = ("ei", "ii", "ai", "o", "lui", "i")
_SMALL = ("ito", "ita", "illo", "illa", "cito", "cita")

# Sounds that other scripts and other spellings write otherwise; vowels and what stands between them are left out.
_SOUNDS = (
    ("shch", "c"), ("sch", "c"), ("tch", "c"), ("kh", "k"), ("gh", "k"), ("ph", "f"), ("th", "t"), ("dh", "d"),
    ("zh", "c"), ("ch", "c"), ("sh", "c"), ("ts", "s"), ("tz", "s"), ("ck", "k"), ("x", "ks"), ("j", "c"),
    ("z", "s"), ("q", "k"), ("g", "k"), ("v", "f"), ("p", "b"),
)  # fmt: skip
_VOWELS_AND_SILENT = "aeiouyhw'"
_WRITTEN = {"k": "kcgqx", "s": "sztx", "c": "csjzt", "b": "bp", "f": "fvp", **{one: one for one in "dtlmnr"}}
"""With which letters a sound may be written at the beginning."""
_SILENT = re.compile(r"[^a-z]|[aeiouyhw]")
_TWICE = re.compile(r"(.)\1+")
_LATIN_C = re.compile(r"c(?![hk])")
FEWEST_FOR_FUZZY = 5
HEAD = 2
"""Letters at the beginning of a name that no ending changes."""


class Match(IntEnum):
    """How well a word of a text is a part of a name."""

    NO = 0
    NEAR = 1
    """Spelled otherwise or in another script: enough only beside another part."""
    SAME = 2
    """The same, with an ending, or a pet form."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a name and what is needed to find it. forms: of the same name; heads: how these begin.

    sounds: see `sounds_of`; openings: the consonants with which a word may begin that sounds like it.
    """

    folded: str
    forms: frozenset[str]
    heads: frozenset[str]
    sounds: str
    openings: str
    language: str


def part_of(folded: str, language: str) -> Part:
    """A part of the name of who uses the pages in a language."""
    forms = SAME_NAME.get(folded, frozenset()) | {folded}
    heads = frozenset(form[:HEAD] for form in forms)
    sounds = sounds_of(folded, language)
    return Part(folded, forms, heads, sounds, _WRITTEN.get(sounds[:1], ""), language)


def match(word: str, sounds: str, part: Part) -> Match:
    """How well a folded word of a text, which sounds like this, is a part of a name."""
    if word in part.forms:
        return Match.SAME
    if word[:HEAD] in part.heads and any(_is_inflected(word, form, part.language) for form in part.forms):
        return Match.SAME
    if min(len(word), len(part.folded)) < 3:
        return Match.NO
    enough = 1 if word.isascii() != part.folded.isascii() else 2
    alike = sounds == part.sounds and len(sounds) >= enough
    return Match.NEAR if alike or _is_one_off(word, part.folded) else Match.NO


def _is_inflected(word: str, form: str, language: str) -> bool:
    if abs(len(word) - len(form)) > 5 or word[:HEAD] != form[:HEAD]:
        return False
    if "\u0400" <= form[0] <= "\u052f":
        return any(word.startswith(stem) and _fits(word[len(stem) :], soft) for stem, soft in _stems(form))
    stem = form[:-1] if form[-1] in "aeo" else form
    ending = word[len(stem) :] if word.startswith(stem) and len(stem) > 1 else ""
    if language == "ro":
        return ending in _ROMANIAN
    return ending in _SMALL and language == "es"


def _fits(ending: str, soft: bool) -> bool:
    return ending in ("і", "е") if soft else ending in _ENDINGS


def _stems(form: str) -> list[tuple[str, bool]]:
    """Stems to which endings are put; and whether it is one that only some endings follow."""
    bare = form[:-1] if form[-1] in _VOWELS else form
    stems = [(bare, False)]
    if len(bare) > 3 and bare[-1] in _VOWELS and form[-1] in "ияе":
        stems.append((bare[:-1], False))
    if fleeting := _FLEETING.search(form):
        without = form[: fleeting.start()] + fleeting.group(1)
        stems.append((without, False))
    if closed := _CLOSED.search(form):
        stems += [(form[: closed.start()] + vowel + closed.group(1), False) for vowel in "ое"]
    if bare and bare[-1] in _SOFTENED:
        stems.append((bare[:-1] + _SOFTENED[bare[-1]], True))
    return [stem for stem in stems if len(stem[0]) > 1]


def _is_one_off(word: str, part: str) -> bool:
    """Whether one letter is another one, missing or too many, in words long enough; or two have changed places."""
    if min(len(word), len(part)) < FEWEST_FOR_FUZZY or abs(len(word) - len(part)) > 1:
        return False
    start = 0
    while start < min(len(word), len(part)) and word[start] == part[start]:
        start += 1
    one, other = word[start:], part[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]


def is_worth_a_look(word: str, part: Part) -> bool:
    """Whether a word can be a part at all, as far as its letters and its length tell at once."""
    if not word.isascii() or part.language == "so" or len(word) == 1:
        return True
    if word[:HEAD] in part.heads or word.lstrip(_VOWELS_AND_SILENT)[:1] in part.openings:
        return True
    same_end = word[-1] == part.folded[-1] or word[:1] == part.folded[:1]
    return same_end and abs(len(word) - len(part.folded)) < 2


def sounds_of(word: str, language: str) -> str:
    """The consonants of a word as sounds that all scripts have."""
    # What is a G to Russians is an H to Ukrainians, and H is left out.
    word = word.replace("г", "") if language == "uk" else word
    latin = word if word.isascii() else anyascii(word).lower()
    if language == "so":
        latin = latin.replace("x", "h")
    latin = _LATIN_C.sub("" if language == "so" else "k", latin)
    for written, sound in _SOUNDS:
        latin = latin.replace(written, sound)
    return _SILENT.sub("", _TWICE.sub(r"\1", latin))
