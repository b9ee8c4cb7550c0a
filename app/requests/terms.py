"""The short pieces of words by which the index of the desk's search narrows down what to look at.

If a text contains another one, its terms contain the other's. The opposite need not be so: the words themselves decide.
Whoever changes what a term is has to make the index anew, in a migration.
"""

import re

# Han with radicals and extensions, kana, Bopomofo: one sign alone can be a word.
_SIGNS = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# Folding takes syllables of Korean apart; two letters can be a whole word.
_HANGUL = re.compile("[\u1100-\u11ff]+")


def terms_of(words: str) -> frozenset[str]:
    """Of folded words (folding.py), whatever three characters stand side by side, spaces included; of Chinese and
    Japanese one and two, of Korean two as well. Empty for one or two letters alone.
    """
    found: set[str] = set()
    for signs in _SIGNS.findall(words):
        found.update(signs, _side_by_side(signs, 2))
    for letters in _HANGUL.findall(words):
        found.update(_side_by_side(letters, 2))
    for others in _SIGNS.split(words):
        found.update(_side_by_side(others, 3))
    return frozenset(found)


def _side_by_side(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(len(text) - length + 1)]
