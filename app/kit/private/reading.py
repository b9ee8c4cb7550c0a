"""A text as it is read for private strings: letters folded, digits of every script as 0 to 9, sign for sign.

The reading is exactly as long as the text, so that a place in one is the same place in the other.
"""

import unicodedata

INVISIBLE = "\u200b"
"""Stands for every sign that nobody sees: marks on letters, marks of direction, joiners, the frame of a keycap."""

_ALIKE = {
    **dict.fromkeys("’ʼ‘`´", "'"),
    **dict.fromkeys("−‐‑‒–—―⁃", "-"),
    **dict.fromkeys("٫。｡․", "."),
    **dict.fromkeys("،、؛", ","),
    **dict.fromkeys("ـ\u20e3", INVISIBLE),
    "đ": "d", "Đ": "d", "ł": "l", "Ł": "l", "ı": "i", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا",
    "؟": "?", "\n": "\n", "\t": " ",
}  # fmt: skip


class _Signs(dict[int, str]):
    """What each sign is read as; filled as signs come."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        read = _ALIKE.get(sign) or _read(sign)
        if len(self) < 20_000:
            self[code] = read
        return read


def _read(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind in ("Cf", "Mn", "Me"):
        return INVISIBLE
    if kind == "Zs":
        return " "
    parts = unicodedata.normalize("NFKD", sign)
    lower = parts[0].lower()
    return lower if len(lower) == 1 and all(map(unicodedata.combining, parts[1:])) else sign


_SIGNS = _Signs()


def read(text: str) -> str:
    """The reading of a text, as long as the text itself."""
    return text.translate(_SIGNS)


def folded(words: str) -> str:
    """Words as they stand in a reading; for lists of words to look for."""
    return read(unicodedata.normalize("NFC", words)).replace(INVISIBLE, "")


def folded_words(words: str) -> frozenset[str]:
    """Words that are parted by spaces, each as it stands in a reading."""
    return frozenset(map(folded, words.split()))
