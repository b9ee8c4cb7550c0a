"""The npm packages of a lock as a CycloneDX list (`make sbom`). npm's own lister refuses the lock of the desk: a
package that Reflex asks for wants an older React.
"""

import json
import sys
from base64 import b64decode
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL


def listed(lock: Path) -> Bom:
    """Every package of an npm lock (version 3) with version, digest and license."""
    packages = json.loads(lock.read_text())["packages"]
    return Bom(components=[component(path, package) for path, package in packages.items() if path])


def component(path: str, package: dict[str, str]) -> Component:
    """One package; path: where npm puts it, such as `node_modules/@react-router/node`."""
    name = path.rpartition("node_modules/")[2]
    group, _, bare = name.rpartition("/")
    digest = b64decode(package["integrity"].removeprefix("sha512-")).hex()
    return Component(
        name=bare,
        group=group or None,
        version=package["version"],
        bom_ref=path,
        purl=PackageURL("npm", group or None, bare, package["version"]),
        hashes=[HashType(alg=HashAlgorithm.SHA_512, content=digest)],
        licenses=[LicenseExpression(package["license"])] if "license" in package else [],
    )


if __name__ == "__main__":
    lock, target = map(Path, sys.argv[1:])
    make_outputter(listed(lock), OutputFormat.JSON, SchemaVersion.V1_6).output_to_file(
        str(target), allow_overwrite=True, indent=2
    )
