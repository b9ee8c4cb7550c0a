"""Joins our modules into the files that travel: one for each kind of page, one for each part that comes late, and the
scripts that stand alone. Rolldown does it, when the portal is built.

A page loads the file of its kind. What that file loads late, it takes its own modules from: each is there once, with
all that it remembers. The files of a kind name each other as neighbors in one folder.
"""

import json
import subprocess
from pathlib import Path

from app.publish.minify import NPM
from app.publish.tree import PublishError

KINDS = ("form", "page")
"""Each is the name of the module in `assets/` that says what pages of this kind need."""
SCRIPTS = ("retire", "sw")
"""What stands alone, with all that it imports: plain scripts, because older browsers know no modules in workers."""

Files = dict[str, str]
"""Contents by name of file."""

_BUNDLE = """
import { rolldown } from "rolldown";
let given = "";
for await (const part of process.stdin) given += part;
const { assets, kinds, scripts } = JSON.parse(given);
const minify = { compress: { target: "es2018" }, mangle: { toplevel: true } };
const bundled = async (name, output) => {
  const bundle = await rolldown({
    cwd: assets,
    input: { [name]: `./${name}.js` },
    // What comes late takes its modules from the file of its page.
    preserveEntrySignatures: "allow-extension",
    checks: { circularDependency: true },
    onLog: (level, log) => { throw new Error(log.message); },
  });
  const { output: files } = await bundle.generate({ ...output, entryFileNames: "[name].js", minify });
  return Object.fromEntries(files.map(({ fileName, code }) => [fileName, code]));
};
const made = {};
for (const kind of kinds) made[kind] = await bundled(kind, { format: "es", chunkFileNames: `${kind}-[name].js` });
for (const name of scripts) made[name] = await bundled(name, { format: "iife", codeSplitting: false });
process.stdout.write(JSON.stringify(made));
"""


def bundled(
    assets: Path, kinds: tuple[str, ...] = KINDS, scripts: tuple[str, ...] = SCRIPTS
) -> dict[str, Files]:
    """The files of each kind of page and of each script, small, by its name.

    Raises PublishError with the reason if a module imports one that is not there, or modules import each other in a
    circle, or one is not JavaScript.
    """
    command = ("node", "--input-type=module", "--eval", _BUNDLE)
    given = json.dumps({"assets": str(assets.resolve()), "kinds": kinds, "scripts": scripts})
    done = subprocess.run(  # noqa: S603 - our own sources
        command, input=given, capture_output=True, text=True, cwd=NPM, check=False
    )
    if done.returncode:
        raise PublishError(f"the browser modules could not be joined:\n{done.stderr}")
    return dict(json.loads(done.stdout))
