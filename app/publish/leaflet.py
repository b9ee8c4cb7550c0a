"""Leaflet as we serve it: from the locked npm package, small, and without pictures that we do not use.

Pages load it only when somebody opens the map: 40 kB. Its styles are one rule a line, so that a module can put them
into the page's own stylesheet by `insertRule`: pages allow no stylesheet besides that one (CSP).
"""

import re
from pathlib import Path

from app.publish import minify

PACKAGE = minify.NPM / "node_modules/leaflet/dist"
MODULE, STYLE = "leaflet.js", "leaflet.css"

LICENSE = "/* Leaflet 1.9.4, (c) 2010-2023 Vladimir Agafonkin, (c) 2010-2011 CloudMade; BSD-2-Clause */\n"

_PICTURE = re.compile(r"[^{}]+\{[^{}]*url\([^{}]*\}")
_RULE = re.compile(r"@media[^{]+\{(?:[^{}]+\{[^{}]*\})*\}|[^{}]+\{[^{}]*\}")


def module(package: Path = PACKAGE) -> str:
    """The source of the module.

    Raises FileNotFoundError if the package has not been installed.
    """
    return (package / "leaflet-src.esm.js").read_text().partition("//# sourceMappingURL")[0]


def style(package: Path = PACKAGE) -> str:
    """Its rules, one a line, without those that name pictures (markers and buttons that we do not use)."""
    small = _PICTURE.sub("", minify.css((package / "leaflet.css").read_text()))
    return "\n".join(_RULE.findall(small)) + "\n"
