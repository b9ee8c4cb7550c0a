"""Of which files published pages are made. It imports nothing of them, so that `make dev` can ask it, too."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
OTHERS = ("app/pages/desk/sign_in.py", "app/pages/styleguide.py")
WITH_DESK = ("components/elements.py", "components/languages.py")
"""Components of the desk, too: whoever changes them has a desk to build."""

_READ_AT_START = frozenset([".css", ".json", ".js", ".po", ".py", ".svg", ".yaml"])


def files_of_pages() -> set[Path]:
    """Every file that published pages are drawn with."""
    resident = (ROOT / "app/pages/resident").rglob("*.py")
    components = (file for file in (ROOT / "components").rglob("*.py") if not _is_of_desk(file))
    return {*resident, *components, *(ROOT / name for name in OTHERS)}


def wants_new_start(change: object, path: str) -> bool:
    """Whether the server has to start again when this file has changed, been made or been deleted.

    change: which of these; all are one (this is a filter of watchfiles). What an editor writes for itself is nothing.
    """
    file = Path(path)
    if file.suffix not in _READ_AT_START:
        return False
    return file not in files_of_pages() or str(file.relative_to(ROOT)) in WITH_DESK


def _is_of_desk(component: Path) -> bool:
    return "desk" in component.relative_to(ROOT / "components").parts
