"""Puts figures into docs/performance.md, between `<!-- bench:NAME -->` and `<!-- /bench -->`.

So no figure of that page is typed. What stands around the marks is written by hand.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FILE = Path("docs/performance.md")
_BLOCK = re.compile(r"(?<=<!-- bench:)(\w+)( -->\n)(.*?)(?=<!-- /bench -->)", re.DOTALL)
_BYTES = re.compile(r"^\| ([^|]+) \| ([\d,]+) bytes \|", re.MULTILINE)

SHOWN = {
    "places": ("Speed", "Dev set:", "Blind set:"),
    "maps": ("same spot", "/ all", "Pictures", "Opening"),
    "languages": ("Cost",),
    "private": ("Private strings", "Harmless", "Cost"),
}
"""Of these only what has one of the words in its table's title or, after a slash, in its name."""


def write(folder: Path, names: Sequence[str], size: str) -> None:
    """Write what these benchmarks have measured. folder: of their JSON; size: what they were told, or empty."""
    measured = {
        name: block(
            name,
            json.loads((folder / f"{name}.json").read_text()),
            f".venv/bin/python -m bench {name} {size}",
        )
        for name in names
    }
    FILE.write_text(filled(FILE.read_text(), measured))


def filled(text: str, blocks: dict[str, str]) -> str:
    """The page with these blocks; those of other benchmarks stay as they are."""

    def put(found: re.Match[str]) -> str:
        name, mark, old = found.groups()
        return f"{name}{mark}{blocks.get(name, old)}"

    return _BLOCK.sub(put, text)


def block(name: str, measured: dict[str, Any], command: str) -> str:
    """What stands between the marks."""
    where = f"{measured['cores']} cores, Python {measured['python']}, load {measured['load'][1]:.1f}"
    lines = [f"`{command.strip()}`, {measured['at'][:10]}, {where}:"]
    for title, figures in measured["tables"].items():
        rows = [row(figure) for figure in figures if _is_shown(name, f"{title} / {figure['name']}")]
        if rows:
            lines += ["", f"| {title} | figure | aim | beside it |", "|---|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def row(figure: dict[str, Any]) -> str:
    """A figure as a row of the table."""
    value, aim = f"{_number(figure['value'])} {figure['unit']}".strip(), ""
    if figure["aim"] is not None:
        bound = "at least" if figure["more_is_better"] else "at most"
        aim = f"{bound} {_number(figure['aim'])}{' (missed)' if figure['missed'] else ''}"
    return f"| {figure['name']} | {value} | {aim} | {figure['note']} |"


def bytes_in(text: str) -> Iterator[tuple[str, str, int]]:
    """Every figure of the page that is in bytes: benchmark, name, bytes."""
    for found in _BLOCK.finditer(text):
        for name, number in _BYTES.findall(found[3]):
            yield found[1], name, int(number.replace(",", ""))


def _is_shown(name: str, what: str) -> bool:
    return name not in SHOWN or any(words in what for words in SHOWN[name])


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
