"""Joins our modules into the files that travel: one for every page, one for each part that comes late, and the scripts
that stand alone. Rolldown does it, when the portal is built.

What comes late takes its modules from the page's file: each is there once, with all that it remembers. These files name
each other as neighbors in one folder.
"""

import json
import subprocess
from pathlib import Path

from app.publish.minify import NPM
from app.publish.tree import PublishError

PAGE = "page"
"""The module in `assets/` that says what every page needs."""
SCRIPTS = ("retire", "sw")
"""What stands alone, with all that it imports: plain scripts, because older browsers know no modules in workers."""

Files = dict[str, str]
"""Contents by name of file."""

_BUNDLE = """
import { rolldown } from "rolldown";
let given = "";
for await (const part of process.stdin) given += part;
const { assets, page, scripts } = JSON.parse(given);
const minify = { compress: { target: "es2018" }, mangle: { toplevel: true } };
// All that a module imports, and theirs; what it loads late is not among them.
const together = new Set();
const noted = {
  name: "together",
  buildEnd() {
    const note = (id) => {
      if (together.has(id)) return;
      together.add(id);
      this.getModuleInfo(id).importedIds.forEach(note);
    };
    for (const id of this.getModuleIds()) if (this.getModuleInfo(id).isEntry) note(id);
  },
};
const bundled = async (name, output) => {
  const bundle = await rolldown({
    cwd: assets,
    input: { [name]: `./${name}.js` },
    // What comes late takes its modules from the file of its page.
    preserveEntrySignatures: "allow-extension",
    plugins: [noted],
    checks: { circularDependency: true },
    onLog: (level, log) => { throw new Error(log.message); },
  });
  const { output: files } = await bundle.generate({ ...output, entryFileNames: "[name].js", minify });
  return Object.fromEntries(files.map(({ fileName, code }) => [fileName, code]));
};
const made = {};
const oneFile = { groups: [{ name: page, test: (id) => together.has(id) }] };
made[page] = await bundled(page, { format: "es", chunkFileNames: "[name].js", codeSplitting: oneFile });
for (const name of scripts) made[name] = await bundled(name, { format: "iife", codeSplitting: false });
process.stdout.write(JSON.stringify(made));
"""


def bundled(assets: Path, page: str = PAGE, scripts: tuple[str, ...] = SCRIPTS) -> dict[str, Files]:
    """The files of the pages and those of each script, small, by its name.

    Raises PublishError with the reason if a module imports one that is not there, or modules import each other in a
    circle, or one is not JavaScript.
    """
    command = ("node", "--input-type=module", "--eval", _BUNDLE)
    given = json.dumps({"assets": str(assets.resolve()), "page": page, "scripts": scripts})
    done = subprocess.run(  # noqa: S603 - our own sources
        command, input=given, capture_output=True, text=True, cwd=NPM, check=False
    )
    if done.returncode:
        raise PublishError(f"the browser modules could not be joined:\n{done.stderr}")
    return dict(json.loads(done.stdout))
