"""The direction of imports, as docs and design promise it: a part knows only those named beside it here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INNER = {"app.domain", "i18n"}
SERVER = {*INNER, "app.storage", "app.adapters", "app.city", "app.routes", "app.settings"}
MAY_IMPORT = {
    "i18n": set(),
    "app.routes": set(),
    "app.settings": set(),
    "app.domain": {"i18n"},
    "app.city": INNER,
    "app.storage": {*INNER, "app.settings"},
    "app.adapters": {*INNER, "app.settings", "app.storage"},
    "app.web": SERVER,
    "app.publish": {"i18n", "app.routes", "app.web", "reflex"},
    "components": {"i18n", "app.publish", "app.routes", "reflex"},
    "state": {*SERVER, "app.web", "components", "reflex"},
    "app.pages": {"i18n", "app.publish", "app.routes", "app.web", "components", "state", "reflex"},
}
"""Whatever is not named here (`app.app`, `app.serve` and other commands) puts the parts together."""


def part_of(module: str) -> str:
    """`app.web.pages` is of `app.web`, `reflex_base.plugins` is of `reflex`, `i18n.locales` of `i18n`."""
    names = module.replace("reflex_base", "reflex").split(".")
    return ".".join(names[: 2 if names[0] == "app" else 1])


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, (
                f"{file}:{node.lineno}: imports are written from the top, as `from app.web …`"
            )
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_it_may_know(part: str) -> None:
    place = ROOT / part.replace(".", "/")
    files = sorted(place.rglob("*.py")) or [place.with_suffix(".py")]
    ours = {*MAY_IMPORT, "app.app", "app.serve", "app.desk_user", "reflex", "tests", "a11y_tests", "bench"}
    wrong = {
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in imports_of(file)
        if part_of(module) in ours - MAY_IMPORT[part] - {part}
    }
    assert not wrong


def test_every_part_is_named() -> None:
    packages = [*ROOT.glob("app/*/__init__.py"), ROOT / "components/__init__.py", ROOT / "state/__init__.py"]
    assert {part_of(".".join(file.relative_to(ROOT).parts[:-1])) for file in packages} <= set(MAY_IMPORT)
