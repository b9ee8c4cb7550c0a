"""Reporting and following as a virtual screen reader speaks them, against transcripts that people can read."""

import pytest

from a11y_tests.conftest import Contexts
from a11y_tests.screen_reader import transcripts
from a11y_tests.screen_reader.virtual.walks import Walk
from a11y_tests.server import Desk, PortalServer

HELP = """What the screen reader says (+) is not what the transcript says (-).
If it should be as it is now: `python -m a11y_tests.screen_reader.write`, read what has changed, and commit it."""

OF_THE_READER = "getElementById is not a function"
"""It fails at what left the page while it was being told about it."""


@pytest.mark.parametrize("locale", transcripts.LOCALES)
def test_each_screen_is_spoken_as_written_down(
    new_context: Contexts, own_server: PortalServer, locale: str
) -> None:
    # Nobody else reports anything near the place of the walk, or that would be spoken, too.
    context = new_context(portal=own_server, locale=locale, bypass_csp=True, forgiven=(OF_THE_READER,))
    desk = Desk(own_server)
    said = Walk(context, locale, desk).all()
    desk.close()
    differences = transcripts.differences(locale, said)
    assert not differences, f"{HELP}\n{differences}"
