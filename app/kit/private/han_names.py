"""Chinese names in a text: in Chinese signs of either kind, and in Latin letters by Hanyu pinyin or Wade-Giles."""

import re
from collections.abc import Iterator

from anyascii import anyascii

from app.kit.private.reading import folded_words
from app.kit.private.span import Kind, Span

_HAN = re.compile(r"[\u3400-\u9fff]+")
_TWO_SIGNS = folded_words(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 公孫 慕容 司徒 令狐 夏侯"
)
_TITLE = re.compile(
    "先生|女士|小姐|太太|阿姨|叔叔|老师|老師|大哥|大姐|师傅|師傅|医生|醫師|同学|伯伯|奶奶|爷爷|爺爺|媽媽|某|总|總"
)
_FAMILIAR = frozenset("老小阿姓")
_BEFORE = frozenset("是叫和与與跟找给給问問由主人名姓我他她因让讓请請见見系络絡到的居友者对對向：:")
_AFTER = frozenset(
    "说說的先女小太敬上留谢謝在住也都家收启啟报報老阿没沒不已曾又再打写寫接看从從被和与與手电電号號"
)
_LATIN_NAME = re.compile(r"(?<![a-z])[a-z]{1,20}(?:[ '-]{1,2}[a-z]{1,20}){0,2}(?![a-z])")
_OF_PLACE = re.compile("[東西南北东]?[路街道巷桥橋山河湖公學学村里區区站]")
_SOUNDS = (
    ("hs", "x"), ("sh", "x"), ("zh", "j"), ("ch", "j"), ("q", "j"), ("ts", "z"), ("tz", "z"), ("ssu", "si"),
    ("s", "x"), ("c", "z"), ("p", "b"), ("t", "d"), ("k", "g"), ("r", "j"), ("uei", "ui"), ("uen", "un"),
    ("ung", "ong"), ("ien", "ian"), ("ieh", "ie"), ("ueh", "ue"), ("eh", "e"), ("ih", "i"), ("uo", "o"),
    ("w", "u"), ("y", "i"), ("iu", "u"), ("ii", "i"), ("uu", "u"),
)  # fmt: skip
FEWEST_SOUNDS = 5
_LATIN = re.compile(r"[a-z]+")
_FAMILIES = {
    sign: latin
    for signs, latin in (
        ("王", "wong"), ("李", "lee"), ("陈陳", "chan tan"), ("张張", "cheung"), ("林", "lam lim"),
        ("黄黃", "wong ng"), ("吴吳", "ng"), ("刘劉", "lau liew"), ("蔡", "choi"), ("杨楊", "yeung"),
        ("许許", "hui"), ("郑鄭", "cheng"), ("谢謝", "tse"), ("郭", "kwok"), ("周", "chow"), ("梁", "leung"),
        ("何", "ho"), ("叶葉", "yip"), ("罗羅", "law"), ("邓鄧", "tang"), ("徐", "tsui"), ("冯馮", "fung"),
        ("余", "yu yee"), ("曾", "tsang"), ("卢盧", "lo"),
    )
    for sign in signs
}  # fmt: skip
"""Family names as they are written in Hong Kong and overseas, by their signs."""


def han_names(reading: str, name: str) -> Iterator[Span]:
    """The name in a reading, if the name or the text is written in Chinese signs."""
    signs = "".join(_HAN.findall(name))
    if 2 <= len(signs) <= 4:
        family = signs[:2] if signs[:2] in _TWO_SIGNS and len(signs) > 2 else signs[:1]
        given = signs[len(family) :]
        yield from _in_han(reading, signs)
        yield from _parts(reading, family, given)
        yield from _in_latin(reading, family, given)
    elif name.isascii() and 1 <= len(name.split()) <= 3 and _HAN.search(reading):
        yield from _of_latin(reading, name)


def _in_han(reading: str, name: str) -> Iterator[Span]:
    """The whole name, in signs of either kind or others that sound the same."""
    spoken = [anyascii(sign) for sign in name]
    for run in _HAN.finditer(reading):
        said = [anyascii(sign) for sign in run.group()]
        for at in range(len(said) - len(name) + 1):
            start, end = run.start() + at, run.start() + at + len(name)
            if said[at : at + len(name)] != spoken or _OF_PLACE.match(reading, end):
                continue
            if len(name) > 2 or _stands_alone(reading, start, end):
                yield Span(start, end, Kind.NAME)


def _parts(reading: str, family: str, given: str) -> Iterator[Span]:
    """The family name before a title or after "old" and the like; the others by themselves, or the last of them."""
    for at in _all(reading, family):
        before, end = reading[at - 1 : at], at + len(family)
        titled = _TITLE.match(reading, end) and (not before.isalpha() or before in _BEFORE)
        if titled or (before in _FAMILIAR and _is_edge(reading[end : end + 1], _AFTER)):
            yield Span(at, end, Kind.NAME)
    for at in _all(reading, given) if len(given) > 1 else ():
        if _stands_alone(reading, at, at + len(given)):
            yield Span(at, at + len(given), Kind.NAME)
    for at in _all(reading, given[-1:]):
        if reading[at - 1 : at] in _FAMILIAR and _is_edge(reading[at + 1 : at + 2], _AFTER):
            yield Span(at, at + 1, Kind.NAME)


def _all(reading: str, part: str) -> Iterator[int]:
    at = reading.find(part) if part else -1
    while at >= 0:
        yield at
        at = reading.find(part, at + 1)


def _stands_alone(reading: str, start: int, end: int) -> bool:
    """Whether signs are no part of other words, as far as the signs beside them tell."""
    return _is_edge(reading[start - 1 : start] if start else "", _BEFORE) and _is_edge(
        reading[end : end + 1], _AFTER
    )


def _is_edge(sign: str, known: frozenset[str]) -> bool:
    return not _HAN.match(sign) or sign in known


def _in_latin(reading: str, family: str, given: str) -> Iterator[Span]:
    """The name in Latin letters: family name before or after the others, or these by themselves."""
    first = [anyascii(family), *_FAMILIES.get(family[:1], "").split()]
    rest = "".join(anyascii(sign) for sign in given)
    wanted = {_key(form) for name in first for form in (name + rest, rest + name)}
    alone = {_key(rest)} if len(given) > 1 else set()
    for found in _LATIN_NAME.finditer(reading):
        words = list(_LATIN.finditer(found.group()))
        for count in range(len(words), 0, -1):
            key = _key("".join(word.group() for word in words[:count]))
            if len(key) >= FEWEST_SOUNDS and (key in wanted or key in alone):
                yield Span(found.start(), found.start() + words[count - 1].end(), Kind.NAME)
                break


def _of_latin(reading: str, name: str) -> Iterator[Span]:
    """Signs that are read as a name that was given in Latin letters."""
    words = re.findall(r"[a-z]+", name.lower())
    orders = (words, [words[-1], *words[:-1]])
    wanted = {key for order in orders if len(key := _key("".join(order))) >= FEWEST_SOUNDS}
    for run in _HAN.finditer(reading):
        said = [anyascii(sign) for sign in run.group()]
        for at in range(len(said)):
            for count in (4, 3, 2):
                if at + count <= len(said) and _key("".join(said[at : at + count])) in wanted:
                    start = run.start() + at
                    if count > 2 or _stands_alone(reading, start, start + count):
                        yield Span(start, start + count, Kind.NAME)


def _key(latin: str) -> str:
    """What is left of a name if ways to write Chinese in Latin letters are not told apart."""
    latin = re.sub(r"[^a-z]", "", latin.lower())
    for written, sound in _SOUNDS:
        latin = latin.replace(written, sound)
    return latin
