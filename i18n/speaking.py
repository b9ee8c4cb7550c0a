"""`_()`: the sentences of components and pages, which are written once and read in every language.

A published page is built once for all languages, so its sentences become look-ups in the template; a live
page is built once per language, so its sentences are translated while it is built. `speaking` says which.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from i18n.messages import Message, N_n

Speaker = Callable[[Message], str]

_speaker: ContextVar[Speaker] = ContextVar("speaker")


@contextmanager
def speaking(speaker: Speaker) -> Iterator[None]:
    """Build components inside this block with every `_()` answered by the speaker."""
    token = _speaker.set(speaker)
    try:
        yield
    finally:
        _speaker.reset(token)


def _(text: str, /, **values: Any) -> str:
    """A sentence on a page.

    Raises LookupError outside `speaking`: a sentence without a language is a bug, never silently English.
    """
    return _speaker.get()(Message(text, values))


def ngettext(singular: str, plural: str, /, *, num: Any, **values: Any) -> str:
    """A sentence on a page that depends on the number `num` (a number, or a slot)."""
    return _speaker.get()(N_n(singular, plural, num=num, **values))
