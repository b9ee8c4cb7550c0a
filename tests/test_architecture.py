"""The pages for people who change the code say what is so: the picture is that of the imports, all files are there."""

import re
from pathlib import Path

import pytest

from tests.architecture import DOCUMENT, ROOT, drawn, with_picture

PAGES = [DOCUMENT, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs/decisions").glob("*.md"))]


def test_the_picture_is_that_of_the_imports() -> None:
    text = DOCUMENT.read_text()
    assert with_picture(text, drawn()) == text, "draw it anew: make architecture"


def test_a_picture_shows_who_knows_whom_and_no_more_than_that(tmp_path: Path) -> None:
    modules = {
        "app/serve.py": "import app.pages.home\nimport app.kit.text",
        "app/pages/home.py": "from app.alerts import web\nfrom app.people import rules\nimport app.kit.text",
        "app/alerts/web.py": "from app.people.rules import person\nimport app.kit.text",
        "app/people/rules.py": "from app.alerts.models import Alert\nimport app.kit.text",
        "app/alerts/models.py": "import json",
        "app/maps/store.py": "import app.kit.text",
        "app/city/pack.py": "import app.kit.text",
        "app/kit/text.py": "",
    }
    for name, code in modules.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code)
    lines = [line.strip() for line in drawn(tmp_path).splitlines()]
    # Those that know each other stand in one frame; what a longer way says has no arrow; nor has what all know.
    frame = lines.index(
        'subgraph frame_alerts["a file knows those before it: models, store, rules, views, web"]'
    )
    assert lines[frame + 1 : frame + 4] == ['box_alerts["alerts"]', 'box_people["people"]', "end"]
    assert [line for line in lines if "-->" in line] == [
        "box_app_py_serve_py --> box_pages",
        "box_pages --> frame_alerts",
    ]
    assert lines[-3:] == ['subgraph ground["known to most, drawn without arrows"]', 'box_kit["kit"]', "end"]


NAMED = re.compile(r"`((?:app|assets|components|state|tests|a11y_tests|i18n|bench)/[\w./-]+)`")
TO_COME = re.compile(r"^## Rooms to come\n.*?(?=^## )", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = set(NAMED.findall(TO_COME.sub("", page.read_text())))
    missing = {name for name in named if not (ROOT / name).exists()} - {"app/messages/channels/"}
    assert missing == set()


def test_a_room_that_is_there_is_not_said_to_come() -> None:
    (table,) = TO_COME.findall(DOCUMENT.read_text())
    rooms = set(re.findall(r"`(app/[\w/]+/)`", table))
    assert "app/messages/" in rooms
    assert {room for room in rooms if (ROOT / room).exists()} <= {"app/moderation/", "app/city/portland/"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_page(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\(decisions/([\w-]+\.md)\)", DOCUMENT.read_text())
    assert listed == [file.name for file in sorted((ROOT / "docs/decisions").glob("*.md"))]
