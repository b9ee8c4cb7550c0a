"""Draws the picture of docs/architecture.md from the imports: `make architecture`."""

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/architecture.md"
TOPS = ("app", "components", "state", "i18n")
START = "app.py, serve.py"
"""The modules of app/ itself that put the parts together; `settings` and `routes` have boxes of their own."""
ALONE = ("settings", "routes")

Graph = dict[str, set[str]]


def drawn(root: Path = ROOT) -> str:
    """The picture as Mermaid: a box for each folder, an arrow for "knows".

    What most folders know stands apart, without arrows. Folders that know each other stand in one frame: there a file's
    name says what it may know. An arrow is left out where a way of other arrows says the same.
    """
    graph = folders(root)
    ground = {box for box in graph if sum(box in known for known in graph.values()) * 2 >= len(graph) - 1}
    upper = {box: known - ground for box, known in graph.items() if box not in ground}
    reach = {box: _reached(upper, box) for box in upper}
    frames = {box: frozenset({box} | {other for other in reach[box] if box in reach[other]}) for box in upper}
    lines = ["flowchart TD"]
    for frame in sorted(set(frames.values()), key=sorted):
        lines += _frame(
            _id_of(frame), "a file knows those before it: models, store, rules, views, web", frame
        )
    lines += [f"  {one} --> {other}" for one, other in _arrows(upper, frames, reach)]
    lines += _frame("ground", "known to most, drawn without arrows", ground, alone=True)
    return "\n".join(lines)


def _frame(name: str, title: str, boxes: Collection[str], *, alone: bool = False) -> list[str]:
    """One box stands without a frame, unless it is to have one `alone`, too."""
    if len(boxes) == 1 and not alone:
        return [f'  {_id(box)}["{box}"]' for box in boxes]
    inside = [f'    {_id(box)}["{box}"]' for box in sorted(boxes)]
    return [f'  subgraph {name}["{title}"]', *inside, "  end"]


def _arrows(graph: Graph, frames: dict[str, frozenset[str]], reach: Graph) -> list[tuple[str, str]]:
    """From and to, between frames, without those that a longer way says."""
    direct = {(frames[one], frames[other]) for one in graph for other in graph[one]}
    further = {(frames[one], frames[other]) for one in graph for other in reach[one]}
    between = {(one, other) for one, other in direct if one != other}
    longer = {
        (one, other)
        for one, middle in between
        for start, other in further
        if start == middle and other not in (one, middle)
    }
    return sorted((_id_of(one), _id_of(other)) for one, other in between - longer)


def _id_of(frame: Collection[str]) -> str:
    """A frame is known by the first of its boxes."""
    return _id(min(frame)) if len(frame) == 1 else f"frame_{min(frame)}"


def folders(root: Path = ROOT) -> Graph:
    """Which folder of the portal imports which others."""
    graph: Graph = defaultdict(set)
    for top in TOPS:
        for file in sorted((root / top).rglob("*.py")):
            box = _box(".".join(file.relative_to(root).with_suffix("").parts), root)
            graph[box] |= {_box(name, root) for name in _imports(file)} - {box}
    return dict(graph)


def _imports(file: Path) -> Iterator[str]:
    """The modules of the portal that a file imports, by their full names."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in TOPS)


def _box(module: str, root: Path) -> str:
    """`app.alerts.rules` stands in `alerts`, `state.desk.base.queue` in `state`, `app.serve` in START."""
    top, *rest = module.split(".")
    if top != "app":
        return top
    name = rest[0]
    if (root / "app" / name).is_dir() or name in ALONE:
        return name
    return START


def _reached(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    todo = [*graph[start]]
    while todo:
        box = todo.pop()
        if box not in found:
            found.add(box)
            todo += graph.get(box, ())
    return found


def _id(box: str) -> str:
    return "box_" + re.sub(r"\W+", "_", box)


def with_picture(text: str, picture: str) -> str:
    """The document with this picture in place of the one that it has."""
    return re.sub(r"(?<=```mermaid\n).*?(?=```)", lambda _: f"{picture}\n", text, count=1, flags=re.DOTALL)


if __name__ == "__main__":
    DOCUMENT.write_text(with_picture(DOCUMENT.read_text(), drawn()))
