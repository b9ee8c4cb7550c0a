"""Both accessibility engines on a page as it is now, in every look that it can have.

A look is a width and a set of colors. What an engine leaves for a person to look at must be answered in reviewed.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from a11y_tests import ace, axe
from a11y_tests.findings import Finding
from a11y_tests.reviewed import ANSWERS, Answer

Colors = Literal["light", "dark", "forced"]


@dataclass(frozen=True)
class Look:
    """How a page is shown. width: of the window in CSS pixels."""

    width: int
    colors: Colors

    def __str__(self) -> str:
        return f"{self.width} px, {self.colors}"

    def put_on(self, page: Page) -> None:
        """Show the page like this."""
        height = page.viewport_size["height"] if page.viewport_size else 640
        page.set_viewport_size({"width": self.width, "height": height})
        page.emulate_media(
            color_scheme="dark" if self.colors == "dark" else "light",
            forced_colors="active" if self.colors == "forced" else "none",
        )


PHONE, DESK = 320, 1280
USUAL = Look(PHONE, "light")
LOOKS = tuple(Look(width, colors) for width in (PHONE, DESK) for colors in ("light", "dark", "forced"))


def in_colors(page: Page, *colors: Colors) -> tuple[Look, ...]:
    """The page as wide as it is, in each of these colors."""
    width = page.viewport_size["width"] if page.viewport_size else PHONE
    return tuple(Look(width, one) for one in colors)


used: set[Answer] = set()
"""The answers that were needed so far, so that one that is not needed any more can be taken out."""


def unanswered(page: Page, *, script: bool = True, looks: Iterable[Look] = (USUAL,)) -> list[str]:
    """What fails, and what nobody has looked at, in one sentence each. The page is left as wide as it was, and light.

    script: whether the page's scripts are switched on.
    """
    said: dict[str, list[str]] = {}
    before = in_colors(page, "light")[0]
    for look in looks:
        look.put_on(page)
        for finding in (*axe.findings(page, script=script), *ace.findings(page)):
            if not _is_answered(finding):
                said.setdefault(str(finding), []).append(str(look))
    before.put_on(page)
    return [f"{finding} [{'; '.join(dict.fromkeys(where))}]" for finding, where in said.items()]


def _is_answered(finding: Finding) -> bool:
    answers = [answer for answer in ANSWERS if answer.fits(finding)]
    used.update(answers)
    return bool(answers)
