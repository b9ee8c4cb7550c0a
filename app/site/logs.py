"""Where log lines go and what they look like: to standard error, as text or one JSON object a line."""

import json
import logging
from datetime import UTC, datetime

from app.settings import Settings

FIELDS = ("method", "route", "status", "milliseconds", "bytes", "outcome", "person", "failures")
"""What a line says besides, about a request (app/http/access_log.py) or a sign-in (app/people/web.py)."""


def set_up_logs(settings: Settings, *also: logging.Handler) -> None:
    """Begin to log; once in each process. also: who else hears of warnings and errors."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines() if settings.log == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    for other in also:
        other.setLevel(logging.WARNING)
        root.addHandler(other)
    root.setLevel(logging.WARNING)
    logging.getLogger("portal").setLevel(settings.log_level.upper())
    # Whoever looks into a break-in needs these whatever else is written down.
    logging.getLogger("portal.sign_ins").setLevel(logging.INFO)


class JsonLines(logging.Formatter):
    """One JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a line. Of an exception only what the message says: its own words may be a person's."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        return json.dumps(line, ensure_ascii=False, default=str)
