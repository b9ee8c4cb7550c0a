"""The direction of imports, as docs/architecture.md promises it.

A capability is a folder of `app/` in which the same file names mean the same. The name says what a file may know: what
stands before it in `RANKS`, and what stands beside it. Files that bear a name of their own stand in `ELSE`.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RANKS = ("kit", "models", "store", "rules", "http", "views", "web", "site")
"""From the innermost to the outermost: a file imports nothing of a rank behind its own."""

NAMES = {
    "models": "models",
    "store": "store",
    "rules": "rules",
    "views": "views",
    "web": "web",
    "tasks": "web",
    "command": "site",
}
"""What a file's name says, or what stands before its first underscore: `web_photos.py` ranks as `web`."""

ELSE = {
    "app.app": "site",
    "app.serve": "site",
    "app.routes": "kit",
    "app.settings": "kit",
    "app.alerts.current": "rules",
    "app.alerts.words": "models",
    "app.backups.*": "site",
    "app.city.*": "models",
    "app.city.views": "views",
    "app.db.*": "kit",
    "app.db.migrate": "store",
    "app.db.tables": "store",
    "app.desk.*": "views",
    "app.http.*": "http",
    "app.http.answers": "web",
    "app.http.frame": "web",
    "app.http.guard": "web",
    "app.http.slashes": "web",
    "app.http.views": "http",
    "app.kit.*": "kit",
    "app.ledger.file": "store",
    "app.maps.*": "store",
    "app.maps.links": "models",
    "app.maps.rules": "store",
    "app.maps.web": "web",
    "app.moderation.looks": "models",
    "app.pages.*": "site",
    "app.people.known_devices": "models",
    "app.people.weak_passwords": "models",
    "app.photos.bounds": "kit",
    "app.photos.files": "store",
    "app.photos.pixels": "kit",
    "app.photos.room": "store",
    "app.photos.sandbox": "kit",
    "app.photos.service": "store",
    "app.photos.spool": "store",
    "app.photos.worker": "store",
    "app.places.address_grid": "models",
    "app.places.data.*": "store",
    "app.places.geocoder.*": "store",
    "app.places.matches": "web",
    "app.places.place_words": "models",
    "app.places.points": "models",
    "app.places.street_names": "models",
    "app.places.whereabouts": "models",
    "app.publish.*": "site",
    "app.reports.fields": "models",
    "app.reports.form_photos": "web",
    "app.reports.json_fields": "models",
    "app.reports.photo_claims": "models",
    "app.reports.previews": "web",
    "app.reports.references": "models",
    "app.reports.saved_copy": "views",
    "app.reports.submissions": "models",
    "app.requests.follow_keys": "models",
    "app.requests.following": "rules",
    "app.requests.homes": "views",
    "app.requests.labels": "views",
    "app.requests.nearby": "views",
    "app.requests.pace": "rules",
    "app.requests.protocol": "models",
    "app.requests.rows": "models",
    "app.requests.statuses": "models",
    "app.requests.terms": "models",
    "app.retention.holds": "rules",
    "app.retention.schedule": "models",
    "app.retention.squares": "models",
    "app.site.*": "site",
    "app.site.texts.*": "web",
}
"""Ranks of files by module, or of all the files of a folder that bear no other name."""

KNOWS_REFLEX = ("app.app", "app.pages", "app.publish", "components", "state", "rxconfig")
KNOWS_EVERY_PAGE = ("app.site", "app.offline")
"""They put together what the capabilities' pages are."""


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the product by its name, packages without what their `__init__.py` is called."""
    found = {}
    for file in (*ROOT.glob("app/**/*.py"), *ROOT.glob("components/**/*.py"), *ROOT.glob("state/**/*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        if "migrations" not in name:
            found[name.removesuffix(".__init__")] = file
    return found


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """Of every module of the product: the names it imports, ours and others'."""
    return {name: frozenset(imports_of(file)) for name, file in modules().items()}


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            where = f"{file.relative_to(ROOT)}:{node.lineno}"
            assert node.level == 0, f"{where}: imports are written from the top, as `from app.http …`"
            for alias in node.names:
                one = f"{node.module}.{alias.name}"
                yield one if one in modules() else str(node.module)


def rank_of(module: str) -> str | None:
    """The rank of a module of `app`; None if neither its name nor the table says one."""
    *folder, name = module.split(".")
    if module in ELSE:
        return ELSE[module]
    above = (".".join([*folder[:depth], "*"]) for depth in range(len(folder), 0, -1))
    return (
        NAMES.get(name)
        or NAMES.get(name.split("_")[0])
        or next((ELSE[one] for one in above if one in ELSE), None)
    )


def ranked() -> list[str]:
    """The modules of `app` that stand somewhere: a package without code stands nowhere."""
    return [
        name for name, file in modules().items() if name.startswith("app.") and file.name != "__init__.py"
    ]


def test_every_file_has_a_rank() -> None:
    assert [name for name in ranked() if rank_of(name) is None] == []


def test_the_table_names_only_what_is_there() -> None:
    there = {*modules(), *(f"{name}.*" for name, file in modules().items() if file.name == "__init__.py")}
    assert set(ELSE) <= there


@pytest.mark.parametrize("rank", RANKS)
def test_a_file_imports_nothing_of_a_rank_behind_its_own(rank: str) -> None:
    place = RANKS.index(rank)
    wrong = [
        f"{name} ({rank}) imports {other} ({rank_of(other)})"
        for name in ranked()
        if rank_of(name) == rank
        for other in imports()[name]
        if other in modules() and (its := rank_of(other)) is not None and RANKS.index(its) > place
    ]
    assert wrong == []


def test_no_capability_reads_the_handlers_of_another() -> None:
    wrong = [
        f"{name} imports {other}"
        for name in ranked()
        if not name.startswith(KNOWS_EVERY_PAGE)
        for other in imports()[name]
        if other.split(".")[-1].split("_")[0] == "web" and other.split(".")[:2] != name.split(".")[:2]
    ]
    assert wrong == []


def test_only_live_screens_and_what_publishes_know_reflex() -> None:
    wrong = [
        name
        for name in modules()
        if not name.startswith(KNOWS_REFLEX)
        if any(other.split(".")[0] in ("reflex", "reflex_base") for other in imports()[name])
    ]
    assert wrong == []


def test_what_is_served_knows_no_screen() -> None:
    """Handlers fill templates; how a screen is drawn is known to whoever publishes it."""
    wrong = [
        f"{name} imports {other}"
        for name in ranked()
        if not name.startswith((*KNOWS_REFLEX, "app.serve"))
        for other in imports()[name]
        if other.startswith(("components", "state", "app.pages", "app.publish"))
    ]
    assert wrong == []


def test_nothing_imports_in_a_circle() -> None:
    graph = {
        name: {other for other in found if other in modules()} - {name} for name, found in imports().items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
