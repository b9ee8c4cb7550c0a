"""Whether a page is valid HTML: html-validate from the locked npm packages, started once and asked page by page."""

import atexit
import json
import subprocess
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


def faults_of_html(html: str) -> list[str]:
    """What is not valid in a document, one sentence each."""
    validator = _started()
    assert validator.stdin is not None
    assert validator.stdout is not None
    validator.stdin.write(json.dumps(html) + "\n")
    validator.stdin.flush()
    answer = validator.stdout.readline()
    if not answer:
        raise RuntimeError("the validator has ended: are the npm packages installed? run `make tools`")
    return [f"is no valid HTML: {said}" for said in json.loads(answer)]


@cache
def _started() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        ("node", HERE / "validate.mjs"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
    )
    # It ends when nobody asks any more.
    atexit.register(process.communicate)
    return process
