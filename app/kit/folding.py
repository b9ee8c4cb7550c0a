"""Text made comparable: as people type it in a hurry is as it is written. assets/fold.js does the same."""

import re
import unicodedata

from app.kit.text import few_marks

_WORDS = re.compile(r"\w+")
# Letters that no mark is taken away from, though people leave it out; and the line that stretches Arabic words.
# Arabic is typed on Persian and Urdu keyboards, too, which have a yeh and a kaf of their own.
_ALIKE = str.maketrans({"đ": "d", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": None})
# The Arabic article, before what is a word without it.
_ARTICLE = re.compile(r"\bال(?=\w\w)")


def folded(text: str) -> str:
    """No capitals, no accents or vowel marks, no article in Arabic, one space between words."""
    decomposed = unicodedata.normalize("NFKD", few_marks(text).casefold())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_ALIKE)
    return " ".join(_WORDS.findall(_ARTICLE.sub("", bare)))
