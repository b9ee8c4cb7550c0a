"""Words that say nothing about the problem, by language: a search leaves them out.

As people write them, with or without accents. A language whose words look like English ones without their accents
(Vietnamese "ồn", noise, is "on" then) must not lose them, so it has a list of its own, which may be empty. Chinese
has no spaces and needs no list.
"""

from app.kit.folding import folded

_ENGLISH = (
    "a an and are at be by can for from has have i in is it my near no not of on or our please report s someone "
    "something t that the there this to was we with you"
)
_OWN = {
    "es": "un una unos unas y o el la los las lo de del al en es esta este hay mi por que se con para favor su",
    "ru": "в во на и у с со по за от из к не возле около рядом мой моя моё мои моей моём это есть тут здесь",
    "uk": "у в на і й та з із зі по за від до не біля поруч коло мій моя моє мої моїй це є тут",
    "ro": "in pe un o niste si nu este e sunt sau la de din cu lângă meu mea mele acest această aici",
    "so": "oo iyo ka ku u la waa ay uu aan wuxuu waxaa meel",
    "ar": "في من على عن الى إلى لا هذا هذه هناك يوجد عند قرب و",
}
_NO_ENGLISH = ("vi", "zh-Hans", "zh-Hant")


def empty_words(locale: str) -> frozenset[str]:
    """The words to leave out of a query in a language, in which people may also search in English; folded."""
    words = _OWN.get(locale, "") if locale in _NO_ENGLISH else f"{_ENGLISH} {_OWN.get(locale, '')}"
    return frozenset(folded(words).split())


ENGLISH = frozenset(_ENGLISH.split())
