"""Text made comparable, on the server and on a phone without a network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.kit.folding import folded

ROOT = Path(__file__).parents[2]
SAMPLES = {
    "ÁRBOL  caído": "arbol caido",
    "Đèn đường": "den duong",
    "groapă în Stradă": "groapa in strada",
    "мёртвая кошка": "мертвая кошка",
    "Її їжак": "іі іжак",
    "الحُفْرَة": "حفره",
    "حفـــرة": "حفره",
    "أعمدة الإنارة": "اعمده اناره",
    "مستشفى": "مستشفي",
    "ال": "ال",
    "آثار ٱلشارع": "اثار شارع",
    "خیابان کوچک": "خيابان كوچك",
    "路灯，坏了": "路灯 坏了",
    "ＡＢＣ１２": "abc12",
    "it's": "it s",
}


@pytest.mark.parametrize(("text", "plain"), SAMPLES.items())
def test_what_is_typed_in_a_hurry_is_as_it_is_written(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_the_browser_does_the_same() -> None:
    code = (
        'import { folded } from "./assets/fold.js";'
        f'process.stdout.write(JSON.stringify({json.dumps(list(SAMPLES))}.map((text) => folded(text).join(" "))));'
    )
    command = [
        str(Path(sys.executable).with_name("node")),
        "--no-warnings",
        "--input-type=module",
        "--eval",
        code,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == list(SAMPLES.values())
