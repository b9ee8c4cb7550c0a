"""Makes the stylesheet and the browser modules as small as they travel; their sources stay readable."""

import json
import re
import subprocess
from pathlib import Path

import rcssmin

from app.publish.tree import PublishError

NPM = Path(".venv/npm")
"""Where the packages of app/publish/package.json are: Rolldown, whose minifier is used here, and Leaflet."""

_LIKED_BY_THE_FORMATTER = (
    (re.compile(r"(?<![\w.#%])0(?=\.\d)"), ""),
    (re.compile(r"(?<=\w) / (?=[\w.])"), "/"),
    (re.compile(r'(?<==)"([a-zA-Z][\w-]*)"(?=])'), r"\1"),
)
"""What rcssmin leaves although browsers need none of it: `0.5rem`, `1rem / 1.6`, `[type="radio"]`."""

_MINIFY = """
import { minifySync } from "rolldown/utils";
let given = "";
for await (const part of process.stdin) given += part;
const options = { module: true, compress: { target: "es2018" }, mangle: { toplevel: true } };
const small = Object.entries(JSON.parse(given)).map(([name, source]) => {
  const { code, errors } = minifySync(name, source, options);
  if (errors.length) throw new Error(name + ": " + JSON.stringify(errors));
  return [name, code];
});
process.stdout.write(JSON.stringify(Object.fromEntries(small)));
"""


def css(source: str) -> str:
    """The stylesheet without comments and needless white space; it travels inside every page."""
    small = str(rcssmin.cssmin(source))
    for pattern, less in _LIKED_BY_THE_FORMATTER:
        small = pattern.sub(less, small)
    return small


def javascript(sources: dict[str, str]) -> dict[str, str]:
    """Modules with short names inside and nothing that only people need, by file name.

    Raises PublishError with the reason if one of them is not JavaScript.
    """
    command = ("node", "--input-type=module", "--eval", _MINIFY)
    done = subprocess.run(  # noqa: S603 - our own sources
        command, input=json.dumps(sources), capture_output=True, text=True, cwd=NPM, check=False
    )
    if done.returncode:
        raise PublishError(f"the browser modules could not be made small:\n{done.stderr}")
    return dict(json.loads(done.stdout))
