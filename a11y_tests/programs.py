"""Browsers that the tests drive: where they are on this machine, and how its package manager brings one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

MINUTES = 10


def wanted(variable: str) -> Path | None:
    """The program that this variable of the environment names, if it is set.

    Raises FileNotFoundError if there is none: someone wanted that one and no other.
    """
    name = os.environ.get(variable)
    if not name:
        return None
    found = shutil.which(name)
    if not found:
        raise FileNotFoundError(f"{variable} is {name}, and there is no such program")
    return Path(found)


def first(names: Iterable[str], others: Iterable[Path]) -> Path | None:
    """The first that starts, of what these names mean on PATH and of other places."""
    on_path = (Path(found) for name in names if (found := shutil.which(name)))
    return next((path for path in (*on_path, *others) if _starts(path)), None)


def _starts(path: Path) -> bool:
    """Whether it is there with all the libraries it needs; a downloaded one may lack some."""
    return path.is_file() and run([str(path), "--version"])


def system_commands(system: Mapping[str, tuple[str, ...]]) -> list[list[str]]:
    """The commands for this machine. system: package managers and what each is told."""
    for manager, commands in system.items():
        if shutil.which(manager):
            return [[*_as_root(manager), manager, *command.split()] for command in commands]
    return []


def _as_root(manager: str) -> list[str]:
    """Nothing for root and for brew, which wants no root; else a sudo that fails rather than asks."""
    return [] if manager == "brew" or os.geteuid() == 0 else ["sudo", "--non-interactive"]


def run(command: list[str]) -> bool:
    """Whether it ended well. What it does is told on standard error."""
    print("$", *command, file=sys.stderr, flush=True)
    try:
        return subprocess.run(command, stdout=sys.stderr, timeout=60 * MINUTES, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


def brought(system: Mapping[str, tuple[str, ...]], find: Callable[[], Path | None]) -> Path | None:
    """What `find` finds once the system's package manager has done what it is told; None if it cannot."""
    commands = system_commands(system)
    return find() if commands and all(map(run, commands)) else None


def tell(
    arguments: Sequence[str],
    find: Callable[[], Path | None],
    install: Callable[[], Path | None],
    missing: str,
    *,
    needed: bool = False,
) -> int:
    """Print where a program is, with `--install` among the arguments after fetching it; return the exit status.

    missing: what is said if there is none, which is a failure only if the tests cannot do without (needed) or somebody
    has named one that is not there.
    """
    try:
        found = find() or (install() if "--install" in arguments else None)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(found or missing, file=sys.stdout if found else sys.stderr)
    return 1 if needed and not found else 0
