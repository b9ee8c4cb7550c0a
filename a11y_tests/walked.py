"""What the tests of test_engines.py have walked, added up over all processes of a run, and looked at when it ends.

Hooks of pytest, which conftest.py takes over. A run that walked every state fails if a page was on none of the ways.
A run of the whole matrix (`make a11y`) also fails if an answer of reviewed.py was not asked for by anything.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.routing import compile_path

from a11y_tests import engines
from a11y_tests.reviewed import ANSWERS
from a11y_tests.states import STATES
from app.routes import DESK, RESIDENT, WORKSHOP

NO_PAGES = {"manifest", "share", "qr"}
PAGES = {**RESIDENT, "sign_in": DESK["sign_in"], "styleguide": WORKSHOP["styleguide"]}
_WHOLE = "the whole matrix"
_OF_PROCESSES = "walked"
"""The name under which pytest-xdist brings it from a worker."""

paths: dict[str, set[str]] = {}
"""Paths of all pages that were checked, by the state's name."""
asked: set[int] = set()
"""Which answers of reviewed.py were asked for, by their place there."""
whole: set[str] = set()
"""Not empty in a run of the whole matrix."""


def note(state: str, seen: set[str], *, in_matrix: bool) -> None:
    """Remember what was checked for a state."""
    paths.setdefault(state, set()).update(seen)
    if in_matrix:
        whole.add(_WHOLE)


def missing() -> Iterator[str]:
    """What is wrong with the run as a whole, in a sentence each; nothing if it did not walk every state."""
    if paths.keys() < {state.__name__ for state in STATES}:
        return
    patterns = {name: compile_path(path)[0] for name, path in PAGES.items() if name not in NO_PAGES}
    seen = set().union(*paths.values())
    for name, pattern in patterns.items():
        if not any(map(pattern.match, seen)):
            yield f"no state of states.py walks the page {name}"
    if whole:
        yield from (
            f"nothing asks for this answer of reviewed.py any more: {answer}"
            for place, answer in enumerate(ANSWERS)
            if place not in asked
        )


def _of_this_process() -> dict[str, Any]:
    asked.update(place for place, answer in enumerate(ANSWERS) if answer in engines.used)
    return {
        "paths": {name: sorted(seen) for name, seen in paths.items()},
        "asked": sorted(asked),
        "whole": [*whole],
    }


def _add(of_another: Mapping[str, Any]) -> None:
    for name, seen in of_another["paths"].items():
        paths.setdefault(name, set()).update(seen)
    asked.update(of_another["asked"])
    whole.update(of_another["whole"])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended, and brings what it has walked."""
    _add(getattr(node, "workeroutput", {}).get(_OF_PROCESSES) or {"paths": {}, "asked": [], "whole": []})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it has walked; who has it all fails the run if something is missing."""
    output = getattr(session.config, "workeroutput", None)
    here = _of_this_process()
    if output is not None:
        output[_OF_PROCESSES] = here
    elif [*missing()] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what is missing."""
    for sentence in missing():
        terminalreporter.write_line(f"FAILED {sentence}", red=True)
