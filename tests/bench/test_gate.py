"""The status of `python -m bench` says whether an aim was missed, and figures reach the documents as measured."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import docs
from bench.tables import Figure, write
from tests.conftest import ROOT

GOOD = Figure("document", 8_532, "bytes", 14_000, note="dumping, es")
BAD = Figure("floor / ours", 0.2, "", 0.3, more_is_better=True)
PAGE = """# Performance
Written by hand.

<!-- bench:weight -->
old
<!-- /bench -->

<!-- bench:cpu -->
as it was
<!-- /bench -->
"""


def measured(monkeypatch: pytest.MonkeyPatch, folder: Path, *told: str, failed: Sequence[str] = ()) -> int:
    """What the command answers where `weight` meets its aim and `cpu` does not."""

    def run(names: Sequence[str], size: Sequence[str], folder: Path) -> list[str]:
        for name in names:
            write(folder / f"{name}.json", {"Table": [BAD if name == "cpu" else GOOD]})
        return list(failed)

    monkeypatch.setattr("sys.argv", ["bench", *told])
    monkeypatch.setattr(command, "NUMBERS", folder)
    monkeypatch.setattr(command, "run", run)
    return command.main()


@pytest.mark.parametrize(
    ("told", "failed", "status"),
    [
        (("weight",), (), 0),
        (("weight", "cpu"), (), 1),
        (("weight",), ("weight",), 1),
        # Too little was measured to say anything.
        (("cpu", "--trial"), (), 0),
        (("cpu", "--trial"), ("cpu",), 1),
    ],
)
def test_the_status_is_1_if_an_aim_was_missed_or_nothing_was_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: tuple[str, ...], failed: Sequence[str], status: int
) -> None:
    assert measured(monkeypatch, tmp_path, *told, failed=failed) == status


def test_figures_are_written_between_their_marks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE)
    monkeypatch.setattr(docs, "FILE", page)
    measured(monkeypatch, tmp_path, "weight", "--write-docs")
    text = page.read_text()
    assert "| document | 8,532 bytes | at most 14,000 | dumping, es |" in text
    assert "Written by hand." in text
    assert "as it was" in text
    assert "old" not in text
    assert list(docs.bytes_in(text)) == [("weight", "document", 8_532)]
    measured(monkeypatch, tmp_path, "cpu", "--write-docs")
    assert "| floor / ours | 0.20 | at least 0.30 (missed) |  |" in page.read_text()


def test_figures_are_not_older_than_what_they_were_measured_with() -> None:
    """Who changes a benchmark measures again: python -m bench NAME --small --write-docs."""
    alone = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if alone.stdout.strip() != "false":
        pytest.skip("this is not a git repository with its history, so the age of a benchmark cannot be told")
    written = dict(re.findall(r"<!-- bench:(\w+) -->\n`[^`]+`, (\d{4}-\d\d-\d\d)", docs.FILE.read_text()))
    assert len(written) > 7
    changed = {
        name: subprocess.check_output(
            ["git", "log", "-1", "--format=%as", "--", f"bench/{name}.py"], cwd=ROOT, text=True
        ).strip()
        for name in written
    }
    assert {name: changed[name] for name in written if changed[name] > written[name]} == {}


def test_every_benchmark_has_its_place_in_the_documents() -> None:
    text = docs.FILE.read_text()
    # Random journeys are told in docs/reliability.md.
    assert [name for name in command.BENCHMARKS if f"<!-- bench:{name} -->" not in text] == ["sequences"]
