"""`python -m bench`: runs every benchmark of this folder, one after another, and keeps their numbers as JSON.

A benchmark is a module with `main()` that takes `--json FILE`; names after the command choose some of them:
`python -m bench photos`.
"""

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NUMBERS = Path(".build/bench")


def benchmarks() -> list[str]:
    """The names of the modules with a `main` that can be called as it is."""
    names = sorted(file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))
    return [name for name in names if _can_start(name)]


def _can_start(name: str) -> bool:
    main = getattr(importlib.import_module(f"bench.{name}"), "main", None)
    return main is not None and not inspect.signature(main).parameters


def main(wanted: list[str]) -> int:
    """Run the benchmarks with these names, or all; return 1 if any failed."""
    unknown = set(wanted) - set(benchmarks())
    if unknown:
        print(f"There is no benchmark named {', '.join(sorted(unknown))}. There are: {', '.join(benchmarks())}")
        return 2
    NUMBERS.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in wanted or benchmarks():
        print(f"\n## {name}\n", flush=True)
        # A process for each: what one leaves in memory must not weigh on the next.
        command = [sys.executable, "-m", f"bench.{name}", "--json", str(NUMBERS / f"{name}.json")]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
