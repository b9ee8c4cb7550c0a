"""The page of all components: complete, in every language, and not there in production."""

import ast
from pathlib import Path

import pytest

from app.http.built import BUILD
from app.http.portal import Portal
from i18n.locales import LOCALES
from tests.devices import portland
from tests.site.test_resident_pages import portal
from tests.visitor import Visitor, visit

__all__ = ["portal"]

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

COMPONENTS = Path(__file__).parents[2] / "components"
# Words, attributes and the frame that stands around every page, this one included.
NO_SPECIMENS = {"hidden_words", "template", "screen", "standing_words", "language_switch"}


def components() -> set[str]:
    """The names of all functions for published pages that return a piece of a page."""
    trees = [ast.parse(file.read_text()) for file in COMPONENTS.glob("*.py")]
    functions = {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name for name in functions if not name.startswith("_")} - NO_SPECIMENS


@pytest.mark.parametrize("locale", LOCALES)
def test_every_component_is_shown(portal: Portal, locale: str) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get(f"/{locale}/styleguide/")
        assert page.status == 200
        headings = {name for h2 in page.soup.select("h2[translate=no]") for name in h2.get_text().split(", ")}
        assert components() <= headings

    visit(portal, scene)


def test_it_is_found_without_a_language(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/styleguide/", headers={"accept-language": "es"})
        assert page.response.headers["location"] == "/es/styleguide/"

    visit(portal, scene)


def test_in_production_it_is_not_there(tmp_path: Path) -> None:
    async def scene(visitor: Visitor) -> None:
        for path in ("/styleguide/", "/en/styleguide/"):
            assert (await visitor.get(path)).status == 404

    with portland(tmp_path, production=True, base_url="https://portal.test", trusted_proxies=0) as portal:
        visit(portal, scene)
