"""Scenarios with Orca move as a person does who does not see the page: by keys, each of which has to be answered."""

import ast
from pathlib import Path

import pytest

ORCA = Path(__file__).parent / "orca"
BY_HAND = {
    *("blur", "check", "clear", "click", "dblclick", "dispatch_event", "drag_to", "fill", "focus", "hover"),
    *("keyboard", "mouse", "press", "press_sequentially", "select_option", "set_checked", "tap", "uncheck"),
}
"""What Playwright does to a page besides keys of the desktop. A photo is chosen in a window of the browser's own."""


@pytest.mark.parametrize("file", sorted(ORCA.rglob("*.py")), ids=lambda file: file.stem)
def test_nothing_moves_the_focus_but_keys(file: Path) -> None:
    found = [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in BY_HAND
    ]
    scripts = [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and any(f".{name}(" in node.value for name in BY_HAND)
    ]
    assert found + scripts == []


def test_every_scenario_is_run_in_both_browsers() -> None:
    files = [file for file in (ORCA / "scenarios").glob("*.py") if file.stem != "__init__"]
    assert files
    for file in files:
        assert 'parametrize("engine", ["chromium", "firefox"])' in file.read_text(), file
