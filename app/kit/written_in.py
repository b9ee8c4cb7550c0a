"""Which language a text is written in, recognized on this machine; a text that leaves doubt has none.

Two sources, the surer one first. Some scripts and letters belong to one language alone (Hangul, "ї"). For all else
py3langid looks at the sequences of letters; its model of 139 languages comes inside its wheel, so nothing is loaded
from anywhere else. What it says counts only if it is sure: a wrong language would make a screen reader speak nonsense
and send a report to the wrong colleague, no language leaves things as they were.
"""

import logging
import re
import unicodedata
from collections import Counter
from functools import cache
from threading import Lock
from typing import Any

SURE = 0.5
"""How probable a language has to be among all that are known, so that no other one can be as probable."""
SURE_IF_RARE = 0.8
"""The same for a language that few people of a city in this country write."""
LONGEST = 600
"""Characters that are looked at: what comes after them says nothing new."""
FEWEST_LETTERS = 12
FEWEST_WORDS = 3
FEWEST_HAN = 4

_log = logging.getLogger(__name__)

# What is no text in any language: addresses of mail and pages, numbers, and names of streets as signs have them.
_NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|\b\S*\d\S*\b")
_STREETS = re.compile(r"\b(?:[NS][EW]?|[EW])\b\.?(?:\s+[A-Z][\w’'.]*)+")

# One sign of these says as much as a short word.
_WEIGHTS = {"CJK": 3, "HIRAGANA": 3, "KATAKANA": 3, "HANGUL": 3}


def _codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Scripts in which one language alone is written by the people of a city, or one above all.
_ONE_LANGUAGE = {
    script: language
    for language, scripts in {
        "ko": "HANGUL",
        "ja": "HIRAGANA KATAKANA",
        "th": "THAI",
        "lo": "LAO",
        "km": "KHMER",
        "my": "MYANMAR",
        "ka": "GEORGIAN",
        "hy": "ARMENIAN",
        "el": "GREEK",
        "ta": "TAMIL",
        "te": "TELUGU",
        "kn": "KANNADA",
        "ml": "MALAYALAM",
        "gu": "GUJARATI",
        "pa": "GURMUKHI",
        "si": "SINHALA",
    }.items()
    for script in _codes(scripts)
}
# Languages that people do not know by the names of the model, and how many say it.
_SAME = {"arz": "ar", "ary": "ar", "yue": "zh", "wuu": "zh", "nn": "no"}
_COMMON = _codes(
    "en es zh vi so ru uk ro ar fa fr pt de it pl ja ko tl am om sw ne hi ur bn pa ps ht id tr he rw ti"
)
# Old, made-up and small languages that short texts of larger ones are taken for.
_NOT_MEANT = _codes(
    "ace an bcl br ca cy eo eu ext fo fy ga gcf gcr gd gl gom grc hbo kab la lb lij ltg oc pcm sa se vec vo wa"
)

_UKRAINIAN = frozenset("іїєґ")
_RUSSIAN = frozenset("ыэёъ")
_OTHER_CYRILLIC = frozenset("ўәғқңөұүһјљњћђџѓќѕҷҳӯ")
_NOT_ARABIC = frozenset("پچژگکیےہںٹڈڑڕۆێەڤڭ")
# The row of "qh", which Tigrinya has and Amharic has not; the model knows only Amharic.
_TIGRINYA = frozenset(map(chr, range(0x1250, 0x125F)))


def written_in(text: str) -> str:
    """The language of a text as a BCP 47 tag, such as `so` or `zh-Hant`; empty if it is too short or in doubt.

    It never fails: a report must not be refused because nobody can tell its language.
    """
    try:
        return _recognized(text)
    except Exception as error:
        _log.error("no language is recognized: %s", type(error).__name__)
        return ""


def _recognized(text: str) -> str:
    words = _words(text)
    if not words:
        return ""
    letters = "".join(sign for sign in "".join(words) if sign.isalpha())
    script = _main_script(letters)
    own = [word for word in words if any(_script(sign) == script for sign in word)]
    if script == "CJK" or (script in ("HIRAGANA", "KATAKANA") and len(letters) >= FEWEST_HAN):
        return _of_han(letters)
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script] if len(letters) >= FEWEST_HAN else ""
    if len("".join(own)) < FEWEST_LETTERS or len(own) < FEWEST_WORDS:
        return ""
    return _by_letters(script, set("".join(own).lower())) or _by_model(" ".join(own))


def warm_up() -> None:
    """Load the model, so that the first report need not wait for it (about a second and a half)."""
    written_in("This is long enough to be looked at.")


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFC", text[:LONGEST])
    words = _STREETS.sub(" ", _NO_WORDS.sub(" ", text)).split()
    return [word for word in words if any(sign.isalpha() for sign in word)]


@cache
def _script(sign: str) -> str:
    """The first word of a letter's name in Unicode, which is its script: LATIN, CYRILLIC, CJK."""
    return unicodedata.name(sign, "").split(" ")[0].split("-")[0]


def _main_script(letters: str) -> str:
    """The script that most of a text is in: street names in Latin letters do not make it English."""
    counted: Counter[str] = Counter()
    for sign in letters:
        script = _script(sign)
        counted[script] += _WEIGHTS.get(script, 1)
    return counted.most_common(1)[0][0]


def _of_han(letters: str) -> str:
    """Japanese if there is any kana; else Chinese, simplified or traditional by the signs that only one of them has."""
    scripts = Counter(_script(sign) for sign in letters)
    if scripts["HIRAGANA"] + scripts["KATAKANA"]:
        return "ja"
    han = [sign for sign in letters if _script(sign) == "CJK"]
    if len(han) < FEWEST_HAN:
        return ""
    simplified = sum(_fits(sign, "gb2312") and not _fits(sign, "big5") for sign in han)
    traditional = sum(_fits(sign, "big5") and not _fits(sign, "gb2312") for sign in han)
    if simplified == traditional:
        return "zh"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _fits(sign: str, charset: str) -> bool:
    """Whether a standard of mainland China (GB 2312) or of Taiwan (Big5) has this sign."""
    try:
        sign.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _by_letters(script: str, letters: set[str]) -> str:
    """The language to which alone some of these letters belong, or empty."""
    if script == "CYRILLIC" and not letters & _OTHER_CYRILLIC:
        ukrainian, russian = bool(letters & _UKRAINIAN), bool(letters & _RUSSIAN)
        if ukrainian != russian:
            return "uk" if ukrainian else "ru"
    if script == "ARABIC" and "ة" in letters and not letters & _NOT_ARABIC:
        return "ar"
    return "ti" if letters & _TIGRINYA else ""


def _by_model(text: str) -> str:
    """What the model says, if it is sure."""
    language, probability = _model().classify(text.lower() if text.isupper() else text)
    language = _SAME.get(language, language)
    enough = SURE if language in _COMMON else SURE_IF_RARE
    return "" if probability < enough or language == "zxx" else str(language)


_loading = Lock()


def _model() -> Any:
    with _loading:
        return _loaded()


@cache
def _loaded() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(set(model.labels) - _NOT_MEANT)
    return model
