"""Words beside a number or a name that say what it is, in the portal's ten languages, and where a text has them.

Words are given as people write them and folded here. A word counts from its beginning, so that endings do not matter;
`=` before it: only the whole word counts.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from app.kit.private.reading import folded

_HAN = re.compile("[\u3400-\u9fff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_WORD_START = r"(?<![^\W\d_])"
_WORD_END = r"(?![^\W\d_])"
_JOINED = r"(?:[وفبلك]|ال|بال|وال|لل)?"
"""What Arabic joins to the beginning of a word: "and", "by", "for", the article."""


def any_of(words: str) -> str:
    """A pattern for one of these words, which are parted by `|` or line ends; longer ones come first."""
    given = sorted(filter(None, (word.strip() for word in re.split(r"[|\n]", words))), key=len, reverse=True)
    kinds: dict[str, list[str]] = {"": [], _WORD_START: [], _WORD_START + _JOINED: []}
    for word in given:
        bare = folded(word.removeprefix("="))
        before = "" if _HAN.search(bare) else _WORD_START + _JOINED * bool(_ARABIC.match(bare))
        written = r"\s".join(re.escape(part) for part in bare.split())
        kinds[before].append(written + (_WORD_END if word.startswith("=") else ""))
    patterns = [f"{before}(?:{'|'.join(all_)})" for before, all_ in kinds.items() if all_]
    return f"(?:{'|'.join(patterns)})"


def in_ascii(words: str) -> str:
    """Of these words those that a reading of nothing but ASCII can have."""
    return "|".join(word for word in re.split(r"[|\n]", words) if word.strip() and folded(word).isascii())


@dataclass(frozen=True, slots=True)
class Places:
    """Where a text has certain words: their first characters, and the characters after their last ones, in order."""

    starts: list[int]
    ends: list[int]

    def before(self, at: int, within: int) -> tuple[int, int] | None:
        """Start and end of the last of them that ends before `at`, and at most so many characters away."""
        place = bisect_right(self.ends, at) - 1
        if place < 0 or at - self.ends[place] > within:
            return None
        return self.starts[place], self.ends[place]

    def after(self, at: int, within: int) -> int | None:
        """Start of the first of them after `at`, if it is at most so many characters away."""
        place = bisect_left(self.starts, at)
        if place == len(self.starts) or self.starts[place] - at > within:
            return None
        return self.starts[place]


class Cue:
    """Words that say the same in many languages."""

    def __init__(self, words: str) -> None:
        self._any = re.compile(any_of(words))
        self._ascii = re.compile(any_of(in_ascii(words)))

    def places(self, reading: str) -> Places:
        """Where a reading has them."""
        pattern = self._ascii if reading.isascii() else self._any
        found = [match.span() for match in pattern.finditer(reading)]
        return Places([start for start, _ in found], [end for _, end in found])


_PHONE = """
    =try|=reach us|tel|phone|telephone|=ph|cell|=mobile|call|=ring|dial|=text|=txt|sms|whatsapp|whats app
    viber|zalo|=fax
    reach|contact|hotline
    cel|celular|móvil|movil|llám|llam|marqu|marcar|mensaje|fono|=núm de contacto|comuníqu|háblen|hablen
    hábleme|avís|avise|timbr
    điện thoại|=đt|=sđt|=dt|=sdt|gọi|nhắn|liên hệ|liên lạc|số của|di động|số nhà tôi
    电话|電話|手机|手機|打|拨|撥|致电|來電|来电|短信|簡訊|短訊|联系|聯絡|聯繫|来電|热线|座机|專線|电联
    тел|сот|моб|звон|позвон|перезвон|звякн|пишите на|набер|набир|смс|вотсап|ватсап|вацап|вайбер
    номер телефон|мой номер|связ
    трубк
    дзвон|подзвон|передзвон|телефонуй|пишіть на|зателефон|мобільн|мій номер|зв'яз|вайбер
    =mobil|mobilul|sună|suna|sunați|apel|sms|telefon|numărul meu|nr. de tel|contact
    =wac|waco|soo wac|lambar|moobil|mobil|fariin|taleefan|xiriir|=yeer|telefoon|talefan|wicitaan
    هاتف|تلفون|تليفون|جوال|موبايل|محمول|اتصل|اتصال|رقمي|واتس|رسالة|كلم|دق على|هاتف|خلوي|نقال|رن
"""
PHONE = Cue(_PHONE)
"""What stands before a phone number."""

_MINE = """
    =is my|=is the number|=number|=phone|=cell|=that's me|=is mine|my cell|my phone|my number|=to reach me
    =es mi|=mi tel|=mi cel|=mi núm|=es el mío|es el número|=de mi
    số của tôi|số tôi|của tôi|của em|là số|của anh|của chị
    是我|我的|是手机|是手機|打给|打給|问|問|号码|號碼
    =мой|номер|это мой|телефон|звон
    =мій|це мій|телефон|номер
    telefonul|numărul|al meu
    =waa lambar|lambarkayga|waa lambarka|waa kayga|waa walaal|ii soo|i soo|waa taleefan|waa telefoon
    رقمي|هاتفي|رقم|هذا رقم
"""
MINE = Cue(_MINE)
"""What stands after one."""

_THING = """
    serial|series|=case|permit|model|meter|scooter|bike|cabinet|pole|hydrant|unit|=bin|tracking|receipt
    =ticket|asset|report
    serie|=caso|permiso|modelo|medidor|parquímetro|patineta|poste|recibo|folio|reporte|expediente|placa
    số máy|số xe|cột|tủ|đồng hồ|hồ sơ|báo cáo|giấy phép|biển số
    序列号|序號|型号|型號|许可证|許可證|案号|案號|编号|編號|表号|灯杆|燈桿|报告|報告|箱
    серия|серийн|дело|разрешен|модель|паркомат|самокат|шкаф|столб|заявк|квитанц|пробег
    серія|серійн|справа|протокол|дозвіл|паркомат|самокат|шафа|стовп|заявк|звернен|квитанц
    =serie|seria|dosar|permis|parcometr|trotinet|stâlp|dulap|cererea|sesizarea|chitanț
    taxan|kiiska|ruqsad|mitir|baaskiil|tiir|sanduuq|warbixin|rasiidh
    مسلسل|قضية|تصريح|عداد|دراجة|عمود|صندوق|بلاغ|إيصال|معاملة
"""
THING = Cue(_THING)
"""What stands before numbers of things and papers."""

_EXTENSION = r"""
    x|ext|extn|extension|доб|дод|вн|int|interior|interno|anexo|转|轉|分机|分機|内线|內線|máy lẻ|máy nhánh|تحويله|داخلي
"""
EXTENSION = re.compile(
    rf"[ ,;(]{{0,3}}(?:{'|'.join(folded(word.strip()) for word in _EXTENSION.strip().split('|'))})"
    r"[ .:#]{0,3}\d{1,6}(?!\d)|[ ]?#[ ]?\d{1,5}(?!\d)"
)
