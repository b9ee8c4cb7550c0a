"""What `make` builds the desk's screens of, and what it leaves to the pages that are made without a build."""

import subprocess
from pathlib import Path

import pytest

from app.pages.files import files_of_pages, wants_new_start
from tests.test_import_boundaries import imports_of

ROOT = Path(__file__).parents[2]


def variable(name: str) -> set[str]:
    """A list of files of the Makefile."""
    said = subprocess.run(
        ["make", "--no-print-directory", "-f", "Makefile", "-f", "-", "print-it"],
        input=f"print-it: ; @echo $({name})",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.split())


def reached(module: str, seen: set[str]) -> set[str]:
    """The files that a module imports, and theirs, as far as they draw something."""
    file = ROOT / f"{module.replace('.', '/')}.py"
    if not file.is_file():
        # A name inside a module.
        module = module.rpartition(".")[0]
        file = ROOT / f"{module.replace('.', '/')}.py"
    draws = module.startswith(("app.pages.", "components.", "state."))
    if not draws or not file.is_file() or str(file.relative_to(ROOT)) in seen:
        return seen
    seen.add(str(file.relative_to(ROOT)))
    for other in imports_of(file):
        reached(other, seen)
    return seen


def test_whatever_draws_the_desk_makes_its_build_old() -> None:
    drawn = reached("app.pages.desk.live", set())
    assert {"components/desk/frame.py", "components/elements.py", "state/desk/queue.py"} <= drawn
    assert drawn <= variable("LIVE")
    assert not drawn & variable("ONLY_PUBLISHED")


@pytest.mark.parametrize(
    "file", ["rxconfig.py", "app/publish/plugin.py", "assets/desk.css", "assets/desk.js"]
)
def test_so_does_what_it_is_finished_with(file: str) -> None:
    assert file in variable("LIVE")


def test_only_what_is_seen_without_one_brings_no_new_start() -> None:
    def restarts(name: str) -> bool:
        return wants_new_start("modified", str(ROOT / name))

    pages = {str(file.relative_to(ROOT)) for file in files_of_pages()}
    assert {name for name in pages if not restarts(name)} == variable("ONLY_PUBLISHED")
    assert all(map(restarts, ["components/elements.py", "components/desk/queue.py", "app/site/web.py"]))
    assert all(map(restarts, ["assets/outbox.js", "i18n/catalogs/es.po", "app/city/portland/new.yaml"]))
    assert not any(map(restarts, ["components/sedb4x2", "components/.layout.py.swp", "assets/4913"]))


def test_a_page_or_module_of_residents_does_not() -> None:
    assert not variable("LIVE") & {
        "app/pages/resident/report.py",
        "components/layout.py",
        "app/publish/template.py",
        "assets/outbox.js",
    }
    assert "assets/outbox.js" in variable("SMALL")
