"""English in disguise: longer, accented and bracketed, so that one sees at once what a translation would break.

What is not in brackets was never translated, what is cut off has no room, and what loses its accents lost its
characters on the way.
"""

import re

_ACCENTED = str.maketrans("aceginosuyACEGINOSUY", "åçéĝîñöšûýÅÇÉĜÎÑÖŠÛÝ")
_FIXED = re.compile(r"(%\(\w+\)s|%%|\{\w+\}|<[^>]+>)")
"""What a translation may not change: placeholders of Python and of the browser, and markup."""

_LONGER = 3
"""One more character for so many: translations of short sentences are a third longer and more."""


def pseudo(text: str) -> str:
    """Disguise a sentence; its placeholders stay. An empty text stays empty."""
    if not text.strip():
        return text
    parts = _FIXED.split(text)
    changed = "".join(part if _FIXED.fullmatch(part) else part.translate(_ACCENTED) for part in parts)
    more = "~" * (len(text) // _LONGER)
    return f"[{changed} {more}]" if more else f"[{changed}]"
