"""How hard the sentences of a page are to read."""

import re

from bs4 import BeautifulSoup, Tag
from pyphen import Pyphen

FEWEST_WORDS = 5
"""Shorter than this it is a label, not a sentence; labels would make any page look easy."""

_BLOCKS = "p, li, h1, h2, h3, h4, dt, dd, legend, label, button, summary, figcaption, th, td"
_HYPHENS = Pyphen(lang="en_US")
_SILENT = re.compile(r"([^aeiouyl]|[aeiouy]l)e$|[^aeiouytd]ed$|[^aeiouyszxcghl]es$", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?:])\s+")


def sentences(soup: BeautifulSoup) -> list[str]:
    """The sentences of a page that a person can come to see, those included that script shows later."""
    found = []
    soup = BeautifulSoup(str(soup), "html.parser")
    for name in soup.select(".services strong, .doors strong"):
        name.append(". ")  # stands in a line of its own
    for block in soup.select(_BLOCKS):
        if not block.find(_is_block) and not block.find_parent(attrs={"translate": "no"}):
            found += _END.split(" ".join(block.get_text(" ").split()))
    return [
        sentence
        for sentence in dict.fromkeys(found)
        if len(re.findall(r"[A-Za-z]{2,}", sentence)) >= FEWEST_WORDS
    ]


def _is_block(tag: Tag) -> bool:
    return tag.name in _BLOCKS.split(", ")


def grade(texts: list[str]) -> float:
    """The school year of the United States in which such sentences can be read.

    0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid, Fishburne, Rogers and Chissom, 1975).
    """
    words = [word for text in texts for word in re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", text)]
    return round(0.39 * len(words) / len(texts) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59, 1)


def _syllables(word: str) -> int:
    """The larger of two counts: hyphenation leaves out short ones (ci-ty), groups of vowels join some (cre-ate)."""
    groups = len(re.findall(r"[aeiouy]+", word, re.IGNORECASE)) - bool(_SILENT.search(word))
    return max(1, groups, len(_HYPHENS.positions(word)) + 1)
