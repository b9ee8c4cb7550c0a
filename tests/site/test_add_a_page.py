"""CONTRIBUTING.md says how to add a page: whoever does just that has it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n# (?P<file>\S+\.py)\n(?P<code>.*?)```", re.DOTALL)
BESIDE = """rx.el.li(a(_("Your rights"), href=slot("url('rights')"))),"""
CHANGED = ("app/pages", "app/site", "components")

OPEN_IT = """
import json
from pathlib import Path
from app.pages.published import published
from app.settings import Settings
from app.site.site import site
from tests.devices import ask, opened
from tests.factories import small_city
with opened(Settings(data=Path("data")), small_city()) as portal:
    app = site(portal, published(workshop=False))
    answers = {path: ask(app, "GET", path) for path in ("/en/quiet-hours/", "/es/quiet-hours/", "/en/")}
    kept = ask(app, "GET", "/offline/en.json").json()["pages"]
print(json.dumps({
    "statuses": [answer.status_code for answer in answers.values()],
    "page": answers["/en/quiet-hours/"].text,
    "start": answers["/en/"].text,
    "kept": "/en/quiet-hours/" in kept,
}))
"""


def test_a_page_of_text_is_two_files_and_a_link(tmp_path: Path) -> None:
    blocks = {
        found["file"]: found["code"] for found in BLOCK.finditer((ROOT / "CONTRIBUTING.md").read_text())
    }
    new, link = list(blocks)[:-1], list(blocks)[-1]
    assert (len(new), link) == (2, "components/layout.py")
    copy_of_portal(tmp_path)
    for name in new:
        assert not (tmp_path / name).exists()
        (tmp_path / name).write_text(blocks[name])
    layout = (tmp_path / link).read_text()
    assert layout.count(BESIDE) == 1
    (tmp_path / link).write_text(layout.replace(BESIDE, f"{BESIDE}\n{blocks[link].strip()},"))
    said = run(OPEN_IT, tmp_path)
    assert said["statuses"] == [200, 200, 200]
    assert "<h1>Quiet hours</h1>" in said["page"] and "Call 311 if it is loud." in said["page"]
    assert '<a href="/en/quiet-hours/">Quiet hours</a>' in said["start"]
    assert said["kept"], "phones have it without a connection"


def copy_of_portal(folder: Path) -> None:
    """The code that is changed, as a copy; everything else as it is."""
    (folder / "app").mkdir()
    for part in (*(ROOT / "app").iterdir(), *(ROOT / name for name in ("i18n", "assets", "tests", ".build"))):
        name = str(part.relative_to(ROOT))
        if name not in CHANGED:
            (folder / name).symlink_to(part)
    for name in CHANGED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def run(code: str, folder: Path) -> dict[str, Any]:
    """What a program prints that runs in this folder, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said
