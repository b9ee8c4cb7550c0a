"""The lists of packages for scanners: complete, and of the form that they read."""

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bench.sbom import listed

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "app/publish/package-lock.json"
DESK = ROOT / "reflex.lock/package-lock.json"


def components(lock: Path) -> dict[str, Any]:
    text = make_outputter(listed(lock), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    return {one["bom-ref"]: one for one in json.loads(text)["components"]}


@pytest.mark.parametrize("lock", [PAGES, DESK], ids=["pages", "desk"])
def test_every_package_is_listed(lock: Path) -> None:
    locked = json.loads(lock.read_text())["packages"]
    assert set(components(lock)) == {path for path in locked if path}


def test_a_package_is_listed_with_version_digest_and_license() -> None:
    version = json.loads(PAGES.read_text())["packages"]["node_modules/leaflet"]["version"]
    leaflet = components(PAGES)["node_modules/leaflet"]
    assert leaflet["purl"] == f"pkg:npm/leaflet@{version}"
    assert leaflet["licenses"] == [{"expression": "BSD-2-Clause"}]
    assert leaflet["hashes"][0]["alg"] == "SHA-512"
