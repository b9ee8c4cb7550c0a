"""Danger in free text: found in ten languages, on the server and on a phone alike; ordinary texts are left alone."""

import csv
import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import brotli
import pytest
import yaml

from app.kit.danger import look, wanted
from app.kit.danger_list import CONTROLS, codes, packed, phrases, published, told_apart
from app.kit.danger_text import LONGEST, plain
from bench.danger import PARTS, Text, counted, texts
from i18n.locales import SPOKEN

ROOT = Path(__file__).parents[2]
KINDS = {
    *("fire", "gas", "overdose", "breathing", "medical", "weapon", "assault", "breakin", "trapped", "water"),
    *("wire", "crash", "chemical", "child_elder", "suicide"),
}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the house accross the street is on fire!!", "911"),
        ("GUN", "911"),
        ("fire, help now", "911"),
        ("The fire hydrant on the corner leaks", None),
        ("the fire hydrant is hit and my house is on fire", "911"),
        ("there was a fire here last week", None),
        ("There was a fire here last week. Now a man with a knife is chasing people.", "911"),
        ("it is not on fire", None),
        ("i smell gas, what do I do", "911"),
        ("i want to die", "988"),
        ("he wants to kill himself, he has a gun and is shooting at people", "911"),
        ("pothole on Killingsworth", None),
        ("", None),
        (" ?! ", None),
        ("\ud800", None),
    ],
)
def test_danger_now_is_found_and_what_only_sounds_like_it_is_not(text: str, number: str | None) -> None:
    assert look(text, "en") == number


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("pothole", ["en"]),
        ("se está quemando la casa", ["en", "es"]),
        ("nu respira", ["en", "ro"]),
        ("пожар", ["en", "ru", "uk"]),
        ("着火", ["en", "zh"]),
        ("cháy nhà", ["en", "vi"]),
        ("حريق", ["ar", "en"]),
        ("deriska guri ayaa ku gubanaya", ["en", "so"]),
    ],
)
def test_a_text_may_be_in_another_language_than_the_page(text: str, lists: list[str]) -> None:
    assert wanted(text, "en") == lists
    assert look(text, "en") == (None if text == "pothole" else "911")
    assert look("my house is on fire", "ar") == "911"


def test_whatever_language_says_that_it_was_long_ago() -> None:
    assert look("минулого тижня тут застрелили людину", "uk") is None
    assert look("застрелили человека", "uk") == "911"


def test_spelling_hardly_matters() -> None:
    assert look("ГОРИТ ДОМ", "ru") == look("tá cháy nhà", "vi") == look("CHAY NHA", "vi") == "911"
    assert look("quiero quitarme la vida", "es") == look("QUIERO  QUITARME LA VIDA…", "es") == "988"
    assert look("有人拿槍", "zh-Hant") == look("有人拿枪", "zh-Hans") == "911"


@pytest.mark.parametrize("text", texts("dev"), ids=lambda text: text.language)
def test_the_set_it_was_made_with_is_found_whole(text: Text) -> None:
    assert look(text.text, text.language) == text.wanted, text.text


@pytest.mark.parametrize("part", PARTS)
def test_most_of_our_own_texts_are_found(part: str) -> None:
    found = counted(texts(part))
    assert found.danger >= 130 and found.harmless >= 130
    assert found.recall >= 95
    assert found.right_number >= 95
    assert found.false <= 3


def test_there_are_enough_in_each_language() -> None:
    own = Counter((text.language, text.wanted is not None) for text in texts("work", "held"))
    assert set(own) == {(code, danger) for code in SPOKEN for danger in (True, False)}
    assert min(own.values()) >= 25


def test_ordinary_texts_are_left_alone(shared_data: Path) -> None:
    questions = shared_data / "questions"
    asked = [
        *((row["text"], row["language"]) for row in rows(questions / "private_dev.csv")),
        *((row["phrase"], row["language"]) for row in rows(questions / "places_dev.csv")),
        *forms(questions / "question_forms_draft.txt"),
    ]
    assert len(asked) > 2_000
    assert sum(look(text, language) is not None for text, language in asked) / len(asked) <= 0.01


def test_reports_in_ten_languages_are_left_alone() -> None:
    lines = [
        (line, code)
        for code in SPOKEN
        for line in (ROOT / f"bench/sentences/{code}.txt").read_text().splitlines()
    ]
    assert [line for line, code in lines if look(line, code)] == []


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def forms(file: Path) -> list[tuple[str, str]]:
    """What people ask a city, without the questions about an emergency itself, its hotlines and its numbers."""
    found, ordinary = [], True
    for line in file.read_text(encoding="utf-8").splitlines():
        head, _, asked = line.partition(":")
        if "|" in line:
            about = line.partition("|")[0]
            ordinary = not about.startswith("emergency-") and about not in URGENT
        elif ordinary and asked:
            found += [(form.strip(), head) for form in asked.replace(";", ",").split(",") if form.strip()]
    return found


URGENT = ("suicide-988", "domestic-violence", "abuse-hotline", "mental-health")


def test_a_phone_says_the_same() -> None:
    asked = [(text.text, text.language) for text in texts()]
    asked += [(text, "en") for text, _ in asked]
    asked += [
        ("a_b fire", "en"),
        ("x" * 50, "en"),
        ("ß İ ﬁre ＦＩＲＥ", "en"),
        ("🔥" * LONGEST + "fire", "en"),
        ("", "es"),
    ]
    said = on_a_phone(
        "languages, lists, asked",
        "asked.map(([text, page]) => { const codes = wanted(text, page, languages);"
        " return [codes, look(text, ...codes.map((code) => lists[code]))]; })",
        languages=told_apart(),
        lists={code: published(code) for code in codes()},
        asked=asked,
    )
    ours = [[wanted(text, page), look(text, page)] for text, page in asked]
    assert [(ask, a, b) for ask, a, b in zip(asked, ours, said, strict=True) if a != b] == []


def on_a_phone(names: str, expression: str, **values: Any) -> Any:
    """What the browser's module makes of some values."""
    code = (
        'import { readFileSync } from "node:fs"; import { look, wanted } from "./assets/danger.js";'
        f'const {{ {names} }} = JSON.parse(readFileSync(0, "utf8"));'
        f"process.stdout.write(JSON.stringify({expression}));"
    )
    node = str(Path(sys.executable).with_name("node"))
    command = [node, "--no-warnings", "--input-type=module", "--eval", code]
    done = subprocess.run(
        command,
        cwd=ROOT,
        input=json.dumps(values),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("code", codes())
def test_a_list_is_light(code: str) -> None:
    assert len(brotli.compress(packed(published(code)), lgwin=16)) <= 6_000


def test_each_language_has_phrases_for_each_kind_of_danger() -> None:
    assert {code.partition("-")[0] for code in SPOKEN} == set(codes())
    for code in codes():
        written = yaml.safe_load((ROOT / f"app/kit/danger_words/{code}.yaml").read_text(encoding="utf-8"))
        assert set(written["911"]) == {"alone", *KINDS}
        assert set(written["988"]) == {"alone", "suicide"}


@pytest.mark.parametrize("code", codes())
def test_rules_name_only_groups_that_are_there(code: str) -> None:
    listed = packed(published(code)).decode()
    assert set(re.findall("<[^>]*>", listed)) == {f"<{name}>" for name in published(code)["words"]}


@pytest.mark.parametrize("code", codes())
def test_no_phrase_that_silences_shrinks_to_one_word_by_what_is_skipped(code: str) -> None:
    """ "how to" must not become "how", which is in every second sentence."""
    skipped = phrases(code).spelling.skipped
    shrunk = []
    for name in CONTROLS:
        for phrase in published(code)[name].split(","):
            words = list(plain(phrase, phrases(code).spelling))
            if "(" not in phrase and len(words) > 1 >= sum(word not in skipped for word in words):
                shrunk.append(phrase)
    assert shrunk == []


HOSTILE = (
    "fire ",
    "fire now ",
    "a",
    "not now ",
    "guy with a knife ",
    "man beating man ",
    "last week. now! ",
    "救命",
    "ب",
    "a\u0301" * 3,
    "(",
    "the ",
    ".",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    short, long = (seconds((piece * LONGEST)[:length]) for length in (LONGEST // 4, LONGEST))
    assert long <= 12 * short + 0.02
    assert seconds((piece * LONGEST)[: 20 * LONGEST]) <= 4 * long + 0.05


def seconds(text: str) -> float:
    """Of the processor, the least of three."""
    look("warm up", "en")
    spent = []
    for _ in range(3):
        began = time.process_time()
        look(text, "en")
        spent.append(time.process_time() - began)
    return min(spent)
