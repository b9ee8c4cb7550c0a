"""E-mail addresses in a text, also where people write "at" and "dot" so that no machine sees them."""

import re
from collections.abc import Iterator

from app.kit.private.pages import ENDS, is_public
from app.kit.private.reading import folded
from app.kit.private.span import Kind, Span

MOST_LOCAL = 64
"""Characters before the sign."""

# An account and its server, on both sides of the sign: in Latin letters, or in others.
_LOCAL = re.compile(r"[a-z0-9._%+'~-]")
_OTHER_LOCAL = re.compile(r"[\w.+-]")
_SERVER = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
_OTHER_SERVER = re.compile(r"[^\W_]{1,63}(?:\.[^\W_]{1,63}){1,5}")
_SPACED_SERVER = re.compile(r"[a-z0-9-]{1,63}(?: ?\. ?[a-z0-9-]{2,63}){1,3}")

_AT_WORDS = (
    "arroba|собака|собачка|собачку|песик|равлик|a còng|a móc|a vòng|艾特|小老鼠|老鼠|at圈|圈a|arond|a rond|aron"
    "|آت|ات|أت|عند|at|la|en|tại"
)
_DOT_WORDS = "dot|punto|точка|крапка|chấm|点|點|punct|dhibic|نقطة|دوت|point"
_LINE_WORDS = (
    "underscore|guion bajo|guión bajo|subrayado|подчеркивание|підкреслення|gạch dưới|下划线|底線|dash|hyphen"
    "|guion"
)
_HAN = re.compile("[\u3400-\u9fff]")


def _sign(words: str, written: str) -> str:
    """A pattern for a sign that is in brackets, or a word for it in brackets or between spaces, or Chinese."""
    given = [r"\s".join(map(folded, word.split())) for word in words.split("|")]
    chinese = "|".join(word for word in given if _HAN.search(word)) or "(?!)"
    others = "|".join(word for word in given if not _HAN.search(word))
    bracketed = rf"\s?[\[({{<]\s?(?:{others}|{chinese}|{written})\s?[\])}}>]\s?"
    return rf"(?:{bracketed}|\s(?:{others})\s|\s?(?:{chinese})\s?|[-_](?:{others})[-_])"


_AT = _sign(_AT_WORDS, "@|a")
_DOT = rf"(?:{_sign(_DOT_WORDS, '[.]')}|\s?[.]\s?)"
_BETWEEN = _sign(f"{_DOT_WORDS}|{_LINE_WORDS}", "[._-]")
_OTHER_WORD = r"(?:(?![\u3400-\u9fff])[^\W\d_]){2,30}"
_LABEL = rf"(?:[a-z0-9][a-z0-9-]{{0,62}}|{_OTHER_WORD})"
_PART = rf"(?:[a-z0-9][a-z0-9.+_-]{{0,63}}|{_OTHER_WORD})"
# From the word for the sign on; what stands before it is looked for afterwards.
_SPOKEN = re.compile(rf"({_AT})({_LABEL}(?:{_DOT}{_LABEL}){{0,3}})")
_BEFORE = re.compile(rf"(?<![^\W\u3400-\u9fff])(?<![.+-])(?:{_PART}{_BETWEEN}){{0,3}}{_PART}\Z")
_HINTS = (*"[({<", " at ", "-at", "_at", " a ", " la ", " en ", " tai ", "arroba", "aron")
_DOT_HINTS = (
    "dot",
    "punto",
    "cham",
    "punct",
    "dhibic",
    "point",
    "mail",
    "yahoo",
    "proton",
    "outlook",
    "icloud",
)
_DOTTED = re.compile(r"\.\s?\w")
"""What an address in words and in ASCII has: looking for these costs nearly nothing."""
_LAST = re.compile(r"(?:(?![\u3400-\u9fff])[^\W_])+\Z")
_PLAIN_AT = re.compile(r"\sat\s\Z")
_WEAK_AT = re.compile(r"\s(?:la|en|tai|عند)\s\Z")
"""Words that are said of places, too, so that only a "dot" in words tells."""
_MAIL_SERVER = re.compile(
    r"(?:gmail|yahoo|hotmail|outlook|icloud|protonmail|proton|aol|ukr|yandex|qq|163|126)(?![^\W_])"
)


def mail(reading: str) -> Iterator[Span]:
    """The e-mail addresses in a reading."""
    at = reading.find("@")
    while at >= 0:
        if span := _around(reading, at):
            yield span
        at = reading.find("@", at + 1)
    if not _may_be_spoken(reading):
        return
    for found in _SPOKEN.finditer(reading):
        if not _is_server(found.group(1), found.group(2)):
            continue
        if before := _BEFORE.search(reading, max(0, found.start() - 80), found.start()):
            yield Span(before.start(), found.end(), Kind.EMAIL)


def _may_be_spoken(reading: str) -> bool:
    """Whether a reading may have words for both signs."""
    if not reading.isascii():
        return True
    dotted = _DOTTED.search(reading) or any(map(reading.__contains__, _DOT_HINTS))
    return bool(dotted) and any(map(reading.__contains__, _HINTS))


def _around(reading: str, at: int) -> Span | None:
    """The address around the sign, None if there is none."""
    left, right = at - reading.endswith(" ", 0, at), at + 1 + reading.startswith(" ", at + 1)
    server = _SERVER.match(reading, right) or _OTHER_SERVER.match(reading, right)
    spaced = right - left > 1
    if server is None:
        server, spaced = _SPACED_SERVER.match(reading, right), True
    if server is None or (spaced and server.group().rpartition(".")[2].strip() not in ENDS):
        return None
    start = _start_of_local(reading, left)
    return None if start == left else Span(start, server.end(), Kind.EMAIL)


def _start_of_local(reading: str, end: int) -> int:
    if not end:
        return end
    allowed = _LOCAL if _LOCAL.match(reading, end - 1) else _OTHER_LOCAL
    start = end
    while start > max(0, end - MOST_LOCAL) and allowed.match(reading, start - 1):
        start -= 1
    return start


def _is_server(at: str, server: str) -> bool:
    """Whether what follows a word for the sign is a server of mail."""
    if _MAIL_SERVER.match(server):
        return True
    last = _LAST.search(server)
    if last is None or last.group() == server or last.group() not in ENDS:
        return False
    written = _SERVER.fullmatch(server) is not None
    if _WEAK_AT.match(at):
        return not written
    return not (written and _PLAIN_AT.match(at) and is_public(server, ""))
