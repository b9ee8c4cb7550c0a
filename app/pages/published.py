"""Every published page, and how they come anew when one of their files has changed."""

import importlib
import sys
from pathlib import Path

from app.http.built import Build
from app.pages.files import files_of_pages
from app.publish.build import ASSETS, publish
from app.publish.registry import PUBLISHED

HERE = Path(__file__).parent
OTHERS = ("desk.sign_in",)
WORKSHOP = ("styleguide",)
"""Only for those who change the portal."""

Sources = dict[Path, int]


def published(*, workshop: bool) -> Build:
    """All published pages: those of `resident/`, and the others.

    workshop: also those that are only for people who change the portal.

    Raises PublishError if one of them cannot be published as it is written.
    """
    resident = (f"resident.{file.stem}" for file in sorted((HERE / "resident").glob("[!_]*.py")))
    for page in (*resident, *OTHERS, *(WORKSHOP if workshop else ())):
        importlib.import_module(f"app.pages.{page}")
    return publish()


def published_anew() -> Build:
    """All published pages as their files are now. Raises whatever a file raises that is not finished."""
    files = {str(file) for file in sources()}
    for name, module in [*sys.modules.items()]:
        if getattr(module, "__file__", None) in files:
            del sys.modules[name]
    PUBLISHED.clear()
    return published(workshop=True)


def sources() -> Sources:
    """The files that published pages are made of, and when each of them was changed (nanoseconds)."""
    files = (*files_of_pages(), ASSETS / "site.css")
    return {file: file.stat().st_mtime_ns for file in files if file.exists()}
