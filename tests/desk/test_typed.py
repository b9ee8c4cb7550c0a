"""Nothing at the desk, and nothing in the privacy gate, is of any type."""

import ast
from pathlib import Path

import pytest

from app.desk.alert_rows import AlertRow
from app.desk.mistakes import Mistake
from components.desk.typed import var_of
from state.desk.alerts import DeskAlerts

ROOT = Path(__file__).parents[2]
TYPED = (
    *("components/desk", "app/pages/desk", "app/desk", "state/desk"),
    *("app/requests/rows.py", "app/requests/labels.py"),
    *("app/requests/views.py", "app/requests/views_gate.py", "app/requests/views_shown.py"),
)
LEFT = {"app/requests/rows.py": "values of a sentence are of any type, also those of why a photo was refused"}
"""Files in which a type is left open, and why."""


def test_no_type_is_left_open() -> None:
    assert {str(file.relative_to(ROOT)) for file in files() if leaves_open(file)} == set(LEFT)


def files() -> list[Path]:
    found = (ROOT / place for place in TYPED)
    return [file for place in found for file in (place.rglob("*.py") if place.is_dir() else [place])]


def leaves_open(file: Path) -> bool:
    tree = ast.parse(file.read_text())
    return any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))


def test_a_screen_that_shows_something_else_than_its_state_holds_is_not_built() -> None:
    held: object = DeskAlerts.alerts
    assert var_of(list[AlertRow], held) is held
    with pytest.raises(TypeError, match="AlertRow"):
        var_of(list[Mistake], held)
