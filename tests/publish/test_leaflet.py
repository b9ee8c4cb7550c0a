"""What we serve of Leaflet: rules that can be put into a stylesheet one by one, and no pictures."""

import re
from pathlib import Path

import pytest

from app.publish import leaflet


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "leaflet.css").write_text(
        "/* words */\n.a,\n.b { left: 0; }\n.pic { color: red; background-image: url(images/x.png); }\n"
        ".v { behavior: url(#default#VML); }\n.c { top: 0 }\n"
        "@media print {\n .d { color: red }\n .e { top: 0 }\n}\n.f { right: 0 }\n"
    )
    (tmp_path / "leaflet-src.esm.js").write_text("export var version = 1;\n//# sourceMappingURL=x.map\n")
    return tmp_path


def test_every_rule_has_its_line_and_none_names_a_picture(package: Path) -> None:
    assert leaflet.style(package).splitlines() == [
        ".a,.b{left:0}",
        ".c{top:0}",
        "@media print{.d{color:red}.e{top:0}}",
        ".f{right:0}",
    ]


def test_the_module_asks_for_no_source_map(package: Path) -> None:
    assert leaflet.module(package) == "export var version = 1;\n"


def test_all_of_the_real_one_is_there() -> None:
    if not leaflet.PACKAGE.exists():
        pytest.skip("the front end has not been built: run `make build` first")
    style = leaflet.style()
    assert "url(" not in style
    assert style.count("{") - style.count("@media") == len(re.findall(r"\{[^{}]*\}", style)) > 80
    assert "export {" in leaflet.module()
