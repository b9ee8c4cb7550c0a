"""Private strings in public texts: found in ten languages, harmless ones left alone, without delay."""

import logging
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.private import LONGEST, MARK, Kind, Masker, _remembered, mask, private_spans
from app.kit.private.name_forms import Match, match, part_of, sounds_of
from app.kit.private.numbers import runs
from app.kit.private.reading import INVISIBLE, read
from bench.private import COVERED, UNTOUCHED, Text, covered, dev, own, untouched
from i18n.locales import SPOKEN
from tests.costs import MOST_MS, best_ms, run, too_slow

SETS = {"in sight": dev(), "ours, in sight": own(seen=True), "ours, unseen": own(seen=False)}
LONGEST_FIELD = 5_000
"""Characters that the longest field of a report takes."""

# --- what is found ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_of_private_strings_nearly_all_are_covered(name: str) -> None:
    right, of = covered(SETS[name])
    assert of >= 100
    assert 100 * right / of >= COVERED


@pytest.mark.parametrize("name", SETS)
def test_of_harmless_texts_nearly_none_is_touched(name: str) -> None:
    right, of = untouched(SETS[name])
    assert of >= 90
    assert 100 * right / of >= UNTOUCHED


@pytest.mark.parametrize("language", SPOKEN)
def test_every_language_has_its_texts(language: str) -> None:
    texts = [text for text in (*own(seen=True), *own(seen=False)) if text.language == language]
    assert len(texts) >= 40
    assert sum(text.is_private for text in texts) >= 20
    assert 100 * covered(texts)[0] / covered(texts)[1] >= 85


def masked(text: str, language: str = "en", name: str = "") -> str:
    return mask(text, language=language, reporter_name=name)


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("en", "Try 555-0190 about the dog", "Try ▮ about the dog"),
        ("en", "Call 503-555-0142 or 971-555-0143 8-5pm", "Call ▮ or ▮ 8-5pm"),
        ("en", "5 oh 3 - 555 - oh one four two call anytime", "▮ call anytime"),
        ("en", "my phone number is 503five five five0142", "my phone number is ▮"),
        ("en", "nine-seven-one five-fifty-five oh-one-oh-four", "▮"),
        ("en", "triple five oh one four two is the local number to call", "▮ is the local number to call"),
        ("en", "number 5O3-555-O142", "number ▮"),
        ("en", "phone 5️⃣0️⃣3️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣2️⃣", "phone ▮"),
        ("en", "503\u200b555\u200b0142", "▮"),
        ("en", "503-555-0142x12", "▮"),
        ("en", "+44 20 7946 0958 my aunt", "▮ my aunt"),
        ("es", "quinientos tres, cinco cincuenta y cinco, cero uno cuarenta y dos", "▮"),
        ("es", "52 (55) 5555-0134", "▮"),
        ("ru", "девятьсот семьдесят один пятьсот пятьдесят пять ноль один сорок два", "▮"),
        ("ru", "89165550144", "▮"),
        ("uk", "0675550144 мій", "▮ мій"),
        ("vi", "không chín không năm năm năm năm một ba bảy là số tôi", "▮ là số tôi"),
        ("zh-Hans", "打五五五〇一九一问狗", "打▮问狗"),
        ("zh-Hant", "家電 02-5550-0149", "家電 ▮"),
        ("so", "061 5550149 waa kayga", "▮ waa kayga"),
        ("ar", "صفر خمسة صفر خمسة خمسة خمسة صفر واحد اثنان ثلاثة", "▮"),
        ("ar", "+٢٠ ١٠٠ ٥٥٥ ٠٠٤٩", "▮"),
    ],
)
def test_phones(language: str, text: str, left: str) -> None:
    assert masked(text, language) == left


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("en", "email j_r.smith [at] gmail ok", "email ▮ ok"),
        ("en", "ana dot lopez at mail dot example dot org", "▮"),
        ("en", "kim_at_example_dot_com", "▮"),
        ("en", "<kim@example.com>", "<▮>"),
        ("en", "kim @ example . com", "▮"),
        ("es", "ana en example punto com", "▮"),
        ("ro", "dan la example punct com", "▮"),
        ("ru", "olga точка k собака example точка com", "▮"),
        ("zh-Hans", "发到liwei艾特example点com", "发到▮"),
        ("zh-Hans", "请写wang@example.com谢谢", "请写▮谢谢"),
        ("ar", "البريد: أحمد.حسن@example.com", "البريد: ▮"),
    ],
)
def test_mail(language: str, text: str, left: str) -> None:
    assert masked(text, language) == left


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("en", "use code 5512 at the lobby", "use code ▮ at the lobby"),
        ("en", "the alarm code's four four one seven", "the alarm code's ▮"),
        ("en", "The wifi password is hunter22 for the inspector", "The wifi password is ▮ for the inspector"),
        ("en", "alley gate, 4417#", "alley gate, ▮"),
        ("es", "el pin de la cochera 0917", "el pin de la cochera ▮"),
        ("ru", "Код домофона 14К0921", "Код домофона ▮"),
        ("uk", "код під'їзду 38К0912", "код під'їзду ▮"),
        ("ro", "Codul scării C0917", "Codul scării ▮"),
        ("vi", "Mật khẩu wifi: abc12345", "Mật khẩu wifi: ▮"),
        ("zh-Hans", "按0921#进门", "按▮进门"),
        ("ar", "رمز الباب ٤٤٧١", "رمز الباب ▮"),
    ],
)
def test_codes_of_doors(language: str, text: str, left: str) -> None:
    assert masked(text, language) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Insta: katlindgren", "Insta: ▮"),
        ("Discord kat_lind#1234", "Discord ▮"),
        ("微信lily_pdx，QQ 12345678", "微信▮，QQ ▮"),
        ("Мой телеграм — olga_k", "Мой телеграм — ▮"),
        ("see https://www.facebook.com/groups/123/permalink/9.", "see ▮."),
        ("https://drive.google.com/file/d/1", "▮"),
    ],
)
def test_accounts_and_pages(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    ("language", "name", "text", "left"),
    [
        ("en", "Maria Okafor", "Thanks! Maria O.", "Thanks! ▮."),
        ("en", "Maria Okafor", "Okafor, Maria", "▮"),
        ("en", "Maria O'Brien", "— M. O'Brien", "— ▮"),
        ("en", "John Smith", "Jon Smyth reported", "▮ reported"),
        ("en", "Jackson Reed", "Ask Jackson's wife for the key.", "Ask ▮'s wife for the key."),
        ("en", "Layla Mansour", "ليلى منصور", "▮"),
        ("en", "", "My name is Denise Walters and I live here.", "My name is ▮ and I live here."),
        ("es", "José Luis Vega", "Pepe Vega les manda saludos", "▮ les manda saludos"),
        ("ru", "Лев Соколов", "Отдайте Льву Соколову", "Отдайте ▮"),
        ("ru", "Наталья Ким", "Наташе не ответили", "▮ не ответили"),
        ("uk", "Ольга Коваль", "Ользі Коваль не відповіли", "▮ не відповіли"),
        ("uk", "Федір Гнатюк", "До Федора Гнатюка", "До ▮"),
        ("uk", "Юрій Гнатюк", "Yurii Hnatiuk", "▮"),
        ("ro", "Elena Dobre", "Casa Elenei Dobre", "Casa ▮"),
        ("so", "Cabdi Xasan", "Abdi Hassan", "▮"),
        ("vi", "An Bình", "Tôi là An", "Tôi là ▮"),
        ("zh-Hans", "Wang Xiaoming", "王小明敬上", "▮敬上"),
        ("zh-Hans", "欧阳晓", "欧阳先生", "▮先生"),
        ("zh-Hant", "張志偉", "Chang Chih-wei 和 张志伟", "▮ 和 ▮"),
        ("zh-Hant", "黃淑芬", "Shu-fen，Wong Shufen", "▮，▮"),
        ("ar", "زيد عمران", "زيد بن عمران", "▮"),
        ("ar", "محمد العبيدي", "لمحمد بيت", "ل▮ بيت"),
        ("ar", "ليلى منصور", "لَيلى مَنصور", "▮"),
    ],
)
def test_names(language: str, name: str, text: str, left: str) -> None:
    assert masked(text, language, name) == left


# --- what is left alone -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "Bus 4, 6, 8, 9, 10, 12, 14, 15, 17 and 19 all late"),
        ("", "Between 2010 and 2024 there were 5035550 cars"),
        ("", "My report 4832-1190-55731, before it 4832 1190 55731"),
        ("", "UPS tracking 1Z999AA10123456784, VIN 1FTFW1E50JFC12345"),
        ("", "I called about meter 503-4471 and pole 555-0133"),
        ("", "Serial 5035550142 on the pump"),
        ("", "$503,555,014 budget, 10-12-2026, 2026-11-03 14:05, 24/7, 1/4 inch"),
        ("", "Gate code is broken since 0600 today, door code since 2024"),
        ("", "The door code at 4155 SE Belmont is posted outside."),
        ("", "Code enforcement officer 4417, building code 1207, fire code 5412"),
        ("", "Parking lot 12 gate 4 lock 3 broken for 120 days"),
        ("", "I dialed 311, 211, 911 and 988 at the gate"),
        ("", "MAX line 4-5 and line 72b skip us. Signal SB-12 is out."),
        ("", "Facebook is down. Instagram is full of it. On Facebook yesterday."),
        ("", "https://www.portland.gov/streets, https://en.wikipedia.org/wiki/Pothole, maps.app.goo.gl/abc"),
        ("", "https://www.google.com/maps/@45.5589,-122.6438,17z"),
        ("", "broken light.it is dark.so sad. e.g. this/that.me"),
        ("Jackson Reed", "Near Jackson Middle School. The reed beds are dry."),
        ("Morrison Lee", "10th and Morrison, Morrison and 82nd, on Lee, SE Lee"),
        ("Rose Hill", "Rose Hill Park has no lights on the rose hill."),
        ("June Summers", "In June the summers get hot."),
        ("Concerned Neighbor", "Neighbor says a concerned neighbor saw it."),
        ("李明", "明天李子树要砍，说明书丢了"),
        ("黄山", "黄山路的路牌倒了"),
        ("Lê Thị Mai", "Ngày mai đi lê bước"),
    ],
)
def test_what_is_no_private_string_stays(name: str, text: str) -> None:
    language = "vi" if "Thị" in name else "zh-Hans" if name and ord(name[0]) > 0x3000 else "en"
    assert masked(text, language, name) == text


# --- what is given back -------------------------------------------------------------------------------------


def test_spans_say_what_they_are() -> None:
    text = "I'm Ana Ruiz, 503-555-0142, ana@example.com, gate code 4417#, insta: ana_ruiz, facebook.com/ana.r"
    spans = private_spans(text, language="en", reporter_name="Ana Ruiz")
    assert [(text[span.start : span.end], span.kind) for span in spans] == [
        ("Ana Ruiz", Kind.NAME),
        ("503-555-0142", Kind.PHONE),
        ("ana@example.com", Kind.EMAIL),
        ("4417#", Kind.CODE),
        ("ana_ruiz", Kind.SOCIAL),
        ("facebook.com/ana.r", Kind.URL),
    ]


anything = st.text(
    st.one_of(st.characters(), st.sampled_from("0123456789 503-@.#+()/aAnм王五ع\u200b")), max_size=200
)


@given(anything, st.sampled_from(SPOKEN), st.text(max_size=30))
def test_any_text_is_masked_and_what_is_not_private_is_kept(text: str, language: str, name: str) -> None:
    spans = private_spans(text, language=language, reporter_name=name)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    kept, at = "", 0
    for span in spans:
        kept, at = kept + text[at : span.start] + MARK, span.end
    assert mask(text, language=language, reporter_name=name) == kept + text[at:]


@given(anything, st.sampled_from(SPOKEN), st.text(max_size=30))
def test_a_text_that_is_read_again_is_masked_as_before(text: str, language: str, name: str) -> None:
    masker = Masker(language=language, reporter_name=name)
    once = mask(text, language=language, reporter_name=name)
    assert masker.mask(text) == masker.mask(text) == once


def test_what_is_remembered_depends_on_who_wrote_it_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kit.private.MOST_REMEMBERED", 3)
    for name in ("Ana", "Bao", "", "Chidi", "Ana", "Bao"):
        masker = Masker(language="en", reporter_name=name)
        expected = f"It is me, {MARK}" if name == "Ana" else "It is me, Ana"
        assert masker.mask("It is me, Ana") == expected
        assert len(_remembered) <= 3
    assert "Ana" not in repr(_remembered)


@given(anything)
def test_a_reading_is_as_long_as_its_text(text: str) -> None:
    assert len(read(text)) == len(text)


def test_a_reading_folds_letters_digits_and_signs() -> None:
    assert read("Ñandú ５٥۵ – Ёлка đường ة\u200f") == f"nandu 555 - елка duong ه{INVISIBLE}"


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("nine seventy-one", "971"),
        ("nine hundred seventy one", "971"),
        ("double oh seven", "007"),
        ("дев'ятсот сімдесят один", "971"),
        ("nouă sute șaptezeci și unu", "971"),
        ("chín trăm bảy mươi mốt", "971"),
        ("九七一", "971"),
        ("تسعة سبعة وواحد", "971"),
        ("sagaal boqol", "900"),
    ],
)
def test_number_words_say_digits(words: str, digits: str) -> None:
    ((group,),) = runs(read(words))
    assert group.digits == digits


@pytest.mark.parametrize(
    ("language", "part", "word", "how"),
    [
        ("en", "maria", "maria", Match.SAME),
        ("uk", "катерина", "катю", Match.SAME),
        ("so", "mohamed", "maxamed", Match.SAME),
        ("ru", "соколов", "sokolov", Match.NEAR),
        ("en", "smith", "smyth", Match.NEAR),
        ("en", "maria", "table", Match.NO),
    ],
)
def test_a_part_of_a_name_has_many_forms(language: str, part: str, word: str, how: Match) -> None:
    assert match(word, sounds_of(word, language), part_of(part, language)) is how


# --- cost ---------------------------------------------------------------------------------------------------


def test_what_is_far_too_long_is_masked_unseen() -> None:
    text = "a " * LONGEST
    assert masked(text) == text[:LONGEST] + MARK


HARD = {
    "phones": "503 555 0142 ",
    "phones in one": "5035550142",
    "numbers that begin with zero": "0912345678 ",
    "numbers of other countries": "+52 55 5555 0134 ",
    "single digits": "1 ",
    "calls": "call 555 12 ",
    "codes": "gate code 4417 ",
    "spoken mail": "ana at example dot com ",
    "dots in words": "a dot b dot ",
    "at in words": " at at",
    "pages": "http://a.example/b ",
    "accounts": "insta is is ",
    "passwords": "password aaaaaaaaaaaaaaaaaaaaaaaa",
    "names": "Maria x ",
    "names in a row": "maria ",
    "Chinese names": "王小",
    "invisible signs in a number": "1\u200b",
    "number words": "five ",
    "letters like digits": "o1",
}


@pytest.mark.parametrize(
    ("language", "name"), [("ar", "Maria عمر خليل Okafor"), ("zh-Hans", "王小明"), ("es", "Wang Xiaoming")]
)
def test_the_time_grows_with_the_length_and_no_faster(language: str, name: str) -> None:
    masked("warm 503 555 0142 0912345678", language, name)
    assert too_slow(lambda text: lambda: masked(text, language, name), lambda _: LONGEST_FIELD) == []


@pytest.mark.parametrize("kind", HARD)
def test_what_looks_private_takes_no_longer(kind: str) -> None:
    def ms(length: int) -> float:
        text = run(HARD[kind], length)
        return best_ms(lambda: masked(text, "es", "Maria Wang"), 0)

    half, whole = ms(LONGEST_FIELD // 2), ms(LONGEST_FIELD)
    assert whole < MOST_MS
    assert whole < 2.5 * half + 5


def test_nothing_of_a_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for text in dev():
        assert isinstance(text, Text)
        masked(text.text, text.language, text.name)
    assert not caplog.records
