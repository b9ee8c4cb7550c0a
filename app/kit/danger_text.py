"""A text cut into sentences and comparable words, as the lists of phrases need it. assets/danger.js does the same."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.kit.folding import folded
from app.kit.text import few_marks

LONGEST = 6_000
"""Characters of a text that are looked at: more than any field takes."""
LONGEST_WORD = 40
"""The same of a word, so that no text takes longer than its length says."""

_ENDS = re.compile("[.!?;\n。！？；؟…]+")
# Apostrophes, which are often left out, and the one other sign that Python takes for a part of a word.
_WITHIN = re.compile("['’‘ʼ`´_]")
_WORDS = re.compile(r"\w+")
# A sign of Chinese is a word by itself.
_SIGNS = re.compile("[\u3400-\u9fff]|[^\u3400-\u9fff]+")
# "heeelp", "stabed", "caruur": how often a letter is written says little.
_AGAIN = re.compile(r"([^\W\d_])\1+")
# The marks for tones of Vietnamese. Hook and tilde sound alike in the south and are often mixed up.
_TONES = {"\u0300": "\u0300", "\u0301": "\u0301", "\u0303": "\u0309", "\u0309": "\u0309", "\u0323": "\u0323"}


@dataclass(frozen=True)
class Spelling:
    """How the words of a language are made comparable.

    same: letters that count as another one, such as a traditional sign of Chinese as its simplified one. skipped:
    comparable words that say nothing, such as "the". marks: whether words keep the marks of Vietnamese, without which
    many are another word.
    """

    same: dict[int, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    marks: bool = False
    doubles: bool = False


def sentences(text: str, spelling: Spelling) -> list[list[str]]:
    """The comparable words of each sentence."""
    return [list(comparable(part, spelling)) for part in _ENDS.split(text[:LONGEST])]


def comparable(text: str, spelling: Spelling) -> Iterator[str]:
    """The words of a text that say something."""
    return (shortened(word, spelling) for word in plain(text, spelling) if word not in spelling.skipped)


def shortened(word: str, spelling: Spelling) -> str:
    """A word that is not too long, with no letter twice in a row."""
    return (word if spelling.doubles else _AGAIN.sub(r"\1", word))[:LONGEST_WORD]


def plain(text: str, spelling: Spelling) -> Iterator[str]:
    """The words of a text, without apostrophes and accents, or with the marks of Vietnamese."""
    text = _WITHIN.sub("", text)
    for word in _marked(text) if spelling.marks else folded(text).split():
        yield from _SIGNS.findall(word.translate(spelling.same))


def _marked(text: str) -> Iterator[str]:
    """Words with their marks, that of the tone at the end, wherever it was written: "hoà" and "hòa" are one word."""
    for word in _WORDS.findall(unicodedata.normalize("NFC", few_marks(text).casefold())):
        letters = unicodedata.normalize("NFD", word)
        tones = [_TONES[sign] for sign in letters if sign in _TONES]
        yield "".join([sign for sign in letters if sign not in _TONES] + tones[:1])
