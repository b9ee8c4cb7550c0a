"""Number words of the portal's ten languages, and the digits that a row of them says."""

from collections.abc import Iterable
from typing import Final

from app.kit.private.reading import folded, folded_words

HUNDRED: Final = -100
"""Makes hundreds of the digit before it."""
TEN: Final = -10
"""Makes tens of the digit before it, as Vietnamese says them."""
DOUBLE, TRIPLE = -2, -3
"""The digit after it, twice or three times."""

HAN = {**{sign: str(value) for value, sign in enumerate("零一二三四五六七八九")}, "〇": "0", "幺": "1"}

# Languages are parted by semicolons, forms of one number by slashes; each begins with the lowest number.
_UNITS = """
zero/oh/nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen;
cero uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis
diecisiete dieciocho diecinueve;
không/linh/lẻ một/mốt hai ba bốn/tư năm/lăm sáu bảy/bẩy tám chín;
ноль/нуль один/одна два/две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать
тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать;
нуль/ноль один/одна два/дві три чотири п'ять/пять шість сім вісім дев'ять/девять десять/десят одинадцять
дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять;
zero unu/una doi/două trei patru cinci șase șapte opt nouă zece unsprezece doisprezece treisprezece
paisprezece cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece;
eber/eeber kow/hal/koow laba/labo saddex/saddax afar shan lix toddoba/todoba siddeed/sideed sagaal/sagal
toban;
صفر/زيرو واحد/واحدة اثنان/اثنين/إثنين/اتنين ثلاثة/ثلاث/تلاتة أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع
ثمانية/ثماني/ثمان/تمانية تسعة/تسع عشرة/عشر
"""
_TENS = """
twenty thirty forty/fourty fifty sixty seventy eighty ninety;
veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa;
двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто;
двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто;
douăzeci treizeci patruzeci cincizeci șaizeci șaptezeci optzeci nouăzeci;
labaatan soddon afartan konton lixdan toddobaatan siddeetan sagaashan;
عشرون/عشرين ثلاثون/ثلاثين أربعون/أربعين خمسون/خمسين ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين
"""
_HUNDREDS = """
cien/ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos;
сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот;
сто двісті триста чотириста п'ятсот шістсот сімсот вісімсот дев'ятсот;
مئة/مائة مئتان/مئتين ثلاثمئة/ثلاثمائة أربعمئة/أربعمائة خمسمئة/خمسمائة ستمئة/ستمائة سبعمئة/سبعمائة
ثمانمئة/ثمانمائة تسعمئة/تسعمائة
"""
_MORE = {
    HUNDRED: "hundred trăm sută/sute boqol",
    TEN: "mươi/mười",
    DOUBLE: "double doble",
    TRIPLE: "triple",
}
AND = folded_words("and y și и та і iyo و")
"""Words that may stand between the words of one number."""


def _table() -> dict[str, int]:
    found: dict[str, int] = {}
    for start, step, rows in ((0, 1, _UNITS), (20, 10, _TENS), (100, 100, _HUNDREDS)):
        for row in rows.split(";"):
            for place, forms in enumerate(row.split()):
                found.update((folded(form), start + step * place) for form in forms.split("/"))
    for value, row_of in _MORE.items():
        found.update((folded(form), value) for form in row_of.replace("/", " ").split())
    return found


_VALUES = _table()
NUMBER_WORDS = frozenset(_VALUES)


def value_of(word: str) -> int | None:
    """The value of a number word of a reading, None if it is no such word. Arabic may have its "and" before it."""
    value = _VALUES.get(word)
    return _VALUES.get(word[1:]) if value is None and word.startswith("و") else value


def digits_of(values: Iterable[int]) -> str:
    """The digits that number words say one after another: 9, 71 and 900, 70, 1 are both "971"."""
    said: list[str] = []
    number, room, times = 0, 0, 1
    for value in values:
        if value in (DOUBLE, TRIPLE):
            times = -value
        elif value == HUNDRED and said and number < 10:
            number, room = number * 100, 100
            said[-1] = str(number)
        elif value == TEN:
            number, room = _in_tens(number, said), 10
        elif 0 < value < room:
            number, room = number + value, 10 if value >= 20 and value % 10 == 0 else 1
            said[-1] = str(number)
        elif value >= 0:
            said.extend([str(value)] * times)
            number, room, times = value, _room(value), 1
    return "".join(said)


def _room(value: int) -> int:
    """Below what a next word would still belong to the same number."""
    if value >= 100:
        return 100
    return 10 if value >= 20 and value % 10 == 0 else 1


def _in_tens(number: int, said: list[str]) -> int:
    """The number with its last digit made tens, said again."""
    number = 10 if not said else number - number % 10 + number % 10 * 10
    said[-1:] = [str(number)]
    return number
