"""When something fails behind a live screen: what people read, and what is written down, which is never their words."""

import logging
import re
from typing import Any, cast

from reflex_base.event import EventSpec

from app.kit.incidents import describe
from state.desk.base import Desk

_log = logging.getLogger("portal.live")

_FRAMEWORK = ("reflex", "socketio", "engineio")
_KIND = re.compile(r"[A-Z][A-Za-z]{2,30}(?:Error|Exception)\b")


def on_server(exception: Exception) -> EventSpec | None:
    """An event has failed: a line in the log, a sentence on the page."""
    _log.error("an event failed: %s", describe(exception))
    return cast(EventSpec, cast(Any, Desk.say_failed)())


def in_browser(exception: Exception) -> None:
    """A page says that it has failed. It may say anything, so only what kind of error it was is kept."""
    kind = _KIND.search(str(exception)[:500])
    _log.warning("a live page failed in a browser: %s", kind[0] if kind else "unknown")


def keep_words_out_of_logs() -> None:
    """From here on the framework's own log lines say where, and what kind of error, but not what was sent.

    It logs whole events where it does not know what to do with one: with headers, cookie and every word.
    """
    ordinary = logging.getLogRecordFactory()
    if getattr(ordinary, "keeps_words_out", False):
        return

    def quiet(*args: object, **kwargs: object) -> logging.LogRecord:
        record = ordinary(*args, **kwargs)
        if record.name.partition(".")[0].startswith(_FRAMEWORK) and record.levelno >= logging.INFO:
            error = record.exc_info[1] if record.exc_info else None
            what = f": {describe(error)}" if error is not None else ""
            record.msg, record.args = f"{record.module}, line {record.lineno}{what}", ()
            record.exc_info = record.exc_text = record.stack_info = None
        return record

    quiet.keeps_words_out = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(quiet)
