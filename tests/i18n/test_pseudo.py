"""English in disguise: what translators may not touch stays, everything else can be seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from i18n.locales import LOCALES, SPOKEN
from i18n.pseudo import pseudo

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "disguised"),
    [
        ("Send report", ""),
        ("Photo %(n)s of {total}", "%(n)s"),
        ("Photo %(n)s of {total}", "{total}"),
        ("100 %% sure", "%%"),
    ],
)
def test_a_sentence_is_longer_and_in_brackets_with_its_placeholders(text: str, disguised: str) -> None:
    shown = pseudo(text)
    assert shown.startswith("[") and shown.endswith("]") and len(shown) > len(text) + 2
    assert shown != text
    if "%" in disguised or "{" in disguised:
        assert disguised in shown


def test_nothing_stays_nothing() -> None:
    assert pseudo("") == ""


def test_residents_never_see_it() -> None:
    assert set(SPOKEN) == set(LOCALES)
    assert not any(locale.pseudo for locale in LOCALES.values())


def test_a_whole_sentence_with_values_and_plurals_can_be_tried_out() -> None:
    script = """
from i18n import N_, N_n, translator
t = translator("ar-XB")
print(t.locale.direction, t(N_("Photo %(n)s", n=3)), t(N_n("%(num)s match", "%(num)s matches", num=2)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PORTAL_PSEUDO": "1", "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    direction, *words = done.stdout.split()
    assert direction == "rtl"
    shown = " ".join(words)
    assert "3" in shown and "2" in shown and shown.count("[") == 2
    assert "match" not in shown
