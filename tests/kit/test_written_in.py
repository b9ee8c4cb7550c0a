"""Which language a report is written in: named when it is sure, never wrongly, and without delay."""

import sys
import time

import pytest

from app.kit.written_in import LONGEST, written_in
from bench.languages import NOTHING, counted, sentences
from i18n.locales import SPOKEN

ALL = sentences()


@pytest.mark.parametrize("code", SPOKEN)
def test_short_reports_in_each_language_of_the_portal_are_named(code: str) -> None:
    lines = ALL[code]
    right, wrong = counted(code, lines)
    assert len(lines) >= 15
    assert wrong == 0
    assert right / len(lines) >= 0.75


@pytest.mark.parametrize("code", sorted(set(ALL) - set(SPOKEN) - NOTHING))
def test_other_languages_are_named_too(code: str) -> None:
    assert counted(code, ALL[code]) == (len(ALL[code]), 0)


@pytest.mark.parametrize("code", sorted(NOTHING))
def test_of_names_numbers_and_unknown_languages_nothing_is_said(code: str) -> None:
    assert [written_in(line) for line in ALL[code]] == [""] * len(ALL[code])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我家门口的路灯坏了", "zh-Hans"),
        ("我家門口的路燈壞了", "zh-Hant"),
        ("路上有大坑", "zh"),
        ("家の前に穴", "ja"),
        ("большая яма, объезд закрыт", "ru"),
        ("велика яма біля школи", "uk"),
        ("SE Hawthorne Blvd, SE 39th Ave: 路上有一个大坑很危险", "zh-Hans"),
        ("في SE Hawthorne Blvd حفره كبيره جدا قدام البيت", "ar"),
        ("یک چاله بزرگ در خیابان", "fa"),
        ("THERE IS A DEEP POTHOLE IN FRONT OF MY HOUSE", "en"),
    ],
)
def test_script_and_letters_decide(text: str, language: str) -> None:
    assert written_in(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\ud800\udfff",
        "\x00",
        "🕳️" * 500,
        "坑",
        "hola",
        "a" * 10_000,
        "﷽" * 100,
        "https://a.example/el/la/de",
    ],
)
def test_nothing_breaks_it_and_doubt_says_nothing(text: str) -> None:
    assert written_in(text) == ""


def test_a_long_report_takes_no_longer_than_its_beginning() -> None:
    written_in(ALL["es"][0])
    text = " ".join(ALL["es"]) * 200
    assert len(text) > 100 * LONGEST
    assert cpu_seconds(text) < 3 * cpu_seconds(text[:LONGEST])


def cpu_seconds(text: str) -> float:
    """Of this thread, for twenty looks, best of three."""
    took = []
    for _ in range(3):
        before = time.thread_time()
        for _ in range(20):
            assert written_in(text) == "es"
        took.append(time.thread_time() - before)
    return min(took)


def test_the_model_is_loaded_only_when_somebody_asks() -> None:
    import subprocess

    script = "import sys, app.kit.written_in; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
