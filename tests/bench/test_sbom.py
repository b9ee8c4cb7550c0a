"""The list of packages for scanners: complete, and of the form that they read."""

import json
from pathlib import Path

from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bench.sbom import listed

LOCK = Path(__file__).parents[2] / "reflex.lock/package-lock.json"


def test_every_package_of_the_pages_is_listed_with_version_digest_and_license() -> None:
    text = make_outputter(listed(LOCK), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    locked = json.loads(LOCK.read_text())["packages"]
    components = {one["bom-ref"]: one for one in json.loads(text)["components"]}
    assert set(components) == {path for path in locked if path}
    leaflet = components["node_modules/leaflet"]
    assert leaflet["purl"] == f"pkg:npm/leaflet@{locked['node_modules/leaflet']['version']}"
    assert leaflet["licenses"] == [{"expression": "BSD-2-Clause"}]
    assert leaflet["hashes"][0]["alg"] == "SHA-512"
