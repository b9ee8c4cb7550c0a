"""Codes and passwords that open gates, doors and boxes of keys."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from app.kit.private.cues import Cue, Places, any_of
from app.kit.private.numbers import Group
from app.kit.private.reading import folded_words
from app.kit.private.span import Kind, Span

_DOOR = Cue("""
    gate|door|garage|lobby|building|entrance|entry|keypad|lockbox|lock|padlock|buzzer|intercom|callbox
    elevator|get in|come in|open|unlock|shed
    puerta|portón|entrada|candado|interfón|interfon|portero|timbre|reja|elevador|cochera|cerradura|cancela
    abrir|abre|vestíbulo
    cổng|cửa|chuông|khóa|thang máy|mở
    门|門|锁|鎖|单元|單元|大楼|大樓|楼道|电梯|電梯|车库|車庫|开|開|进|進
    ворот|калитк|двер|подъезд|домофон|замок|замк|шлагбаум|лифт|гараж|вход|войти|открыв|сейф
    хвіртк|під'їзд|під’їзд|ліфт|вхід|увійти|відчин
    poart|porți|porți|ușa|uși|uşi|interfon|încuietoare|lacăt|garaj|lift|intrare|intra|deschi|bariera|scar|scăr
    albaab|irrid|gelitaan|kadin|quful|fur|daaqad|gudaha|guri
    باب|بوابة|مدخل|قفل|مصعد|انتركم|انترفون|جرس|كراج|تفتح|يفتح|دخول
""")
_CODE = Cue("""
    code|=pin|passcode|password|combination|=combo|keypad|lockbox|passphrase
    código|clave|contraseña|combinación|candado
    =mã|mật khẩu|mật mã
    密码|密碼|门码|門碼|暗码|口令|通行码
    код|парол|пин|шифр
    =cod|codul|codului|parol
    koodh|kood|koodka|sirta|gelitaanka
    رمز|كود|شفرة|كلمة السر|كلمة سر|الرقم السري|رقم سري|باسورد
""")
_PRESS = Cue("""
    press|dial|=enter|punch|=buzz|=type|=key in|=hit
    marqu|marcar|marca|oprim|presion|tecle|puls|digit
    bấm|nhấn|nhập|gõ
    按|输入|輸入|键入
    нажм|нажим|набер|набир|введ|вводи
    тисн|натис|набер|введ
    tasta|apăsa|apas|forma|introdu
    =riix|riixa|=geli|gali|garaac|tuur
    اضغط|أدخل|ادخل|انقر|اكتب
""")
_OTHER_CODE = Cue("""
    zip|postal|postcode|area code|error|country code|city code|building code|fire code|zoning|enforcement
    compliance|violation
    ordinance|promo|bar code|qr|color|colour|case
    error|postal|de barras|color
    bưu|lỗi|màu|zip
    邮|郵|错误|錯誤|故障|颜色|顏色
    индекс|почт|ошибк|цвет|город
    пошт|помилк|колір
    poștal|postal|eroare|culoare
    boost|qalad|midab
    بريد|خطأ|لون
""")
_IS = re.compile(
    r"(?:[:=—-]|\b(?:is|are|es|son|e|este|la|waa|it's|its|هو|هي|это|це)\b|是|为|為)\W{0,3}\Z|\A\W{0,2}\Z"
)
_DIGIT = re.compile(r"\d")
_NO_DIGIT = re.compile(r"\D")
_LETTER = re.compile(r"[^\W\d_]")
_TOKEN = re.compile(
    r"(?<![a-zа-я0-9.$€/:,#*-])[#*]{0,2}(?:[a-zа-я]{0,2}\d{2,8}[a-zа-я]{0,2}\d{0,6}|\d(?:[- ]\d){2,7})[#*]{0,2}"
    r"(?![a-zа-я0-9%])(?!-\d|/\d|[.,:]\d)"
)
_SECRET = re.compile(
    rf"{any_of('password|passcode|contraseña|mật khẩu|密码|密碼|пароль|parola|كلمة السر|كلمة سر|باسورد|sirta')}"
    r"[^\d\n.!?。]{0,24}?(?<![a-z0-9])((?=[a-z_@!-]{0,20}\d)(?=\d{0,20}[a-z])[a-z0-9_@!-]{4,30})"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)\Z")
_PUBLIC_NUMBERS = folded_words("211 311 411 511 711 811 911 988 112")
NEAR, NEXT = 50, 30
"""Characters around a code in which words may say what it is."""
_END = re.compile(r"[.!?。](?:\s|\Z)|\n")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SINCE = re.compile(
    r"(?:since|from|until|at|desde|hasta|с|до|з|от|від|din|la|pana la|从|自|منذ|حتى|tu|ilaa)\s\Z"
)
_ADDRESS = re.compile(r"\s(?:[ns][ew]?|[ew])\b")


def codes(reading: str, numbers: Iterable[Group]) -> Iterator[Span]:
    """The codes in a reading: by their own signs (#, *) and by the words around them. numbers: all of the reading."""
    words = _Words(reading)
    for group in numbers:
        if group.pieces > 2 and len(group.digits) < 9 and words.code_before(group.start) is not None:
            yield Span(group.start, group.end, Kind.CODE)
    if not _DIGIT.search(reading):
        return
    for found in _TOKEN.finditer(reading):
        if words.call_code(found.start(), found.end()):
            yield Span(found.start(), found.end(), Kind.CODE)
    for found in _SECRET.finditer(reading):
        if not _ORDINAL.match(found.group(1)):
            yield Span(found.start(1), found.end(1), Kind.CODE)


class _Words:
    """The words around codes of a reading, each kind looked for when it is first needed."""

    def __init__(self, reading: str) -> None:
        self._reading = reading

    @cached_property
    def _door(self) -> Places:
        return _DOOR.places(self._reading)

    @cached_property
    def _code(self) -> Places:
        return _CODE.places(self._reading)

    @cached_property
    def _press(self) -> Places:
        return _PRESS.places(self._reading)

    @cached_property
    def _other(self) -> Places:
        return _OTHER_CODE.places(self._reading)

    def call_code(self, start: int, end: int) -> bool:
        """Whether they say that what stands there is a code."""
        written = self._reading[start:end]
        digits = _NO_DIGIT.sub("", written)
        signed = written[-1] in "#*" or written[0] == "*"
        long = len(digits) >= 3
        mixed = long and _LETTER.search(written) is not None
        if digits in _PUBLIC_NUMBERS:
            return False
        if (between := self.code_before(start)) is not None:
            said = signed or mixed or written[0] == "#"
            return said or (long and self._is_said(written, between, start, end))
        if self._before(self._press, start, NEXT // 2) is not None:
            known = signed or (long and (mixed or written[0] in "0#" or self._at_door(start, end)))
        else:
            known = signed and long and self._at_door(start, end)
        return known and self._before(self._other, start, NEXT) is None

    def code_before(self, start: int) -> str | None:
        """What stands between a word for code and what starts there; None if there is none or another kind is meant."""
        between = self._before(self._code, start, NEXT)
        if between is None or _DIGIT.search(between) or self._before(self._other, start, NEXT) is not None:
            return None
        return between

    def _is_said(self, written: str, between: str, start: int, end: int) -> bool:
        if _ADDRESS.match(self._reading, end):
            return False
        if _IS.search(between):
            return len(written) != 5 or self._at_door(start, end)
        return self._at_door(start, end) and not _YEAR.fullmatch(written) and not _SINCE.search(between)

    def _at_door(self, start: int, end: int) -> bool:
        after = self._door.after(end, NEAR)
        follows = after is not None and not _END.search(self._reading, end, after)
        return follows or self._before(self._door, start, NEAR) is not None

    def _before(self, places: Places, start: int, within: int) -> str | None:
        """What stands between the last of these words in the same sentence and what starts there."""
        found = places.before(start, within)
        if found is None or _END.search(self._reading, found[1], start):
            return None
        return self._reading[found[1] : start]
