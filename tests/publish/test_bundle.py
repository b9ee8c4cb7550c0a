"""What becomes of our modules: one file for each kind of page, in which each module is once, and small."""

import re
from pathlib import Path

import brotli
import pytest

from app.publish import minify
from app.publish.bundle import PAGE, Files, bundled
from app.publish.static import write_static
from app.publish.tree import PublishError

ASSETS = Path(__file__).parents[2] / "assets"
MOST_LATE = 2_500
"""Bytes of a part that comes late: when somebody goes to a field, opens the map, adds a photo, has sent something."""

pytestmark = pytest.mark.skipif(not minify.NPM.exists(), reason="not set up; run: make build")


@pytest.fixture(scope="module")
def made() -> dict[str, Files]:
    """All of ours."""
    return bundled(ASSETS)


def weight(content: str) -> int:
    return len(brotli.compress(content.encode()))


def test_what_comes_late_takes_its_modules_from_the_file_of_the_page(made: dict[str, Files]) -> None:
    files = made[PAGE]
    late = files.keys() - {"page.js"}
    assert len(late) >= 10
    named = set(re.findall(r"import\([`\"']\./([\w-]+\.js)[`\"']\)", "".join(files.values())))
    assert named <= late
    taken = {name: set(re.findall(r"from ?[`\"']\./([\w-]+\.js)", files[name])) for name in files}
    assert not taken["page.js"]
    # What only late parts have in common is a file of its own.
    assert set().union(*taken.values()) - {"page.js"} == late - named


def test_the_same_sources_always_make_the_same_files(made: dict[str, Files]) -> None:
    assert bundled(ASSETS) == made


@pytest.mark.parametrize(
    ("sources", "complaint"),
    [
        ({"a.js": 'import "./b.js";\n', "b.js": 'import "./a.js";\n'}, "[Cc]ircular"),
        ({"a.js": 'import "./none.js";\n'}, "none.js"),
        ({"a.js": "export const = 1;\n"}, "a.js"),
    ],
)
def test_what_cannot_be_joined_is_refused_with_the_reason(
    tmp_path: Path, sources: dict[str, str], complaint: str
) -> None:
    for name, source in sources.items():
        (tmp_path / name).write_text(source)
    with pytest.raises(PublishError, match=complaint):
        bundled(tmp_path, page="a", scripts=())


def test_the_address_of_the_pages_files_changes_with_each_of_them_and_with_no_other(tmp_path: Path) -> None:
    before = write_static(ASSETS, tmp_path / "before")
    changed = tmp_path / "assets"
    changed.mkdir()
    for file in ASSETS.iterdir():
        text = file.read_text()
        if file.name == "copies.js":
            text = text.replace("city-311-reports", "city-311-other")
        (changed / file.name).write_text(text)
    after = write_static(changed, tmp_path / "after")
    others = {"leaflet.css", "leaflet.js", "retire.js", "sw.js"}
    same = {name for name in before if before[name] == after[name]}
    assert {name for name in same if not name.startswith("danger-")} == others


def test_they_are_small(made: dict[str, Files]) -> None:
    sizes = {name: weight(content) for files in made.values() for name, content in files.items()}
    assert sizes["page.js"] <= 12_200, sizes
    late = made[PAGE].keys() - {"page.js"}
    assert all(sizes[name] <= MOST_LATE for name in late), sizes
    # From the start page to the receipt, photos and what is reported near by included: but search, map and My requests.
    apart = {"suggest.js", "atlas.js", "map.js", "mine.js", "long.js", "acts.js", "copies.js"}
    assert sum(sizes[name] for name in made[PAGE].keys() - apart) <= 19_000, sizes
    assert sizes["suggest.js"] + sizes["atlas.js"] <= 4_000, sizes
    # The worker is one file with the outbox, the store and all else that it needs.
    assert sizes["sw.js"] <= 5_500, sizes
    # With drafts, My requests, and what is said of both; fields.js is the form's own.
    names = ("draft.js", "mine.js", "sync.js")
    alone = minify.javascript({name: (ASSETS / name).read_text() for name in names})
    assert sizes["sw.js"] + sum(map(weight, alone.values())) <= 11_000, sizes


def test_browsers_of_2019_can_read_them(made: dict[str, Files]) -> None:
    """What our sources do not use (a11y_tests/modules/test_without_modules.py) the bundler does not bring in."""
    for files in made.values():
        for name, content in files.items():
            assert not re.search(r"\?\.[^\d]|\?\?|\|\|=|&&=|static\s*\{|\bimport\.meta|catch\{", content), (
                name
            )
