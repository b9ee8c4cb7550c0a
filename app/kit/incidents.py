"""Errors in words that can stand in a log: what kind and where, never what a person wrote."""

import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

MOST_FRAMES = 12


def describe(error: BaseException) -> str:
    """The kind of an error and the way to it, outermost call first; then the errors behind it.

    Its own words are left out: they often quote the value that was at fault, and that is a person's.
    """
    return " <- ".join(islice(map(_one, _chain(error)), 5))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    way = " > ".join(f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames)
    return f"{type(error).__name__} at {way or 'an unknown place'}"
