"""Web pages and accounts in a text that are somebody's own."""

import re
from collections.abc import Iterator

import phonenumbers

from app.kit.private.cues import any_of, in_ascii
from app.kit.private.reading import INVISIBLE, folded, folded_words
from app.kit.private.span import Kind, Span

_COUNTRIES = frozenset(region.lower() for region in phonenumbers.SUPPORTED_REGIONS) | {"uk", "eu", "su"}
_GENERAL = folded_words(
    "com net org info biz edu gov mil int app dev page site online blog shop link live club pro xyz example test"
)
ENDS = _COUNTRIES | _GENERAL | folded_words("ком нет орг ру рф юа укр كوم كم نت أورغ اورج")
"""What the last part of the name of a server may be; also as it is said in Russian, Ukrainian and Arabic."""

_DOTTED = re.compile(r"\.[a-z0-9]|://")
_WEB = re.compile(r"(?:https?://|www\.)[!-~]{1,600}")
_BARE = re.compile(
    r"(?<![a-z0-9@.\-_/])(?:[a-z0-9-]{1,63}\.){1,4}([a-z]{2,12})(?![a-z0-9-])"
    r"(?:/(?:[!-~]|(?![\u3000-\u9fff])[^\W_]){0,600})?"
)
_BEFORE_HOST = re.compile(r"\A(?:https?://)?(?:www\.)?")
_END_SIGNS = ".,;:!?)]}'\"»>*"
_PLATFORMS = folded_words(
    "facebook.com fb.com instagram.com twitter.com x.com tiktok.com youtube.com youtu.be vk.com ok.ru t.me wa.me"
    " linkedin.com threads.net snapchat.com weibo.com zalo.me nextdoor.com reddit.com telegram.org whatsapp.com"
)
"""Known pages that are nobody's as long as no path follows."""
_KNOWN = folded_words(
    "wikipedia.org openstreetmap.org google.com goo.gl maps.apple.com waze.com weather.com what3words.com"
)
"""Known pages that are nobody's, whatever follows."""
_PRIVATE_OF_KNOWN = re.compile(r"(?:drive|docs|photos|sites|mail|calendar|groups|plus|forms)\.")

_HANDLE = re.compile(r"(?<![\w.@/+-])@([a-z0-9_](?:[a-z0-9_.-]{0,38}[a-z0-9_]))(?![a-z0-9_@])")
_OFFICIAL = re.compile(r"gov|^cityof|city$|police|transit|311|county|bureau|news")
_NETWORKS = """
    instagram|insta|=ig|telegram|=tg|=vk|tiktok|snapchat|=snap|twitter|discord|facebook|=fb|messenger|skype
    reddit
    wechat|weixin|line id|=id line|kakao|zalo|viber|nextdoor|threads
    инстаграм|инста|инсту|телеграм|телега|телегу|тик-ток|тикток|вконтакте|=вк|фейсбук|дискорд|скайп|вайбер
    інстаграм|інста|тікток|діскорд
    微信|微信号|微信號|抖音|微博|小红书|小紅書|脸书|臉書|推特|电报|電報
    إنستغرام|انستغرام|انستا|انستقرام|تلغرام|تليجرام|تلجرام|تيك توك|سناب|فيسبوك|فيس بوك|تويتر
"""
_LINKS = """
    account|handle|username|user|nickname|nick|name|profile|cuenta|usuario|cont|akoon|tài khoản|của tôi|id|号
    號|账号|帳號
    ник|аккаунт|акаунт|нік|حسابي|حساب|kayga|ul meu|meu|is|es|e|este|waa|là|是|هو|на
"""
_NAMED = re.compile(
    r"[:=：]|号|號|\b(?:account|handle|user|username|nick|nickname|cuenta|usuario|cont|id|ник|нік|حساب|حسابي)\b"
)
_MINE = re.compile(r"(?:\b(?:my|mi|meu|mea|мой|моя|мій|моя)|我的|cua toi)\s?\Z")
_LINK = "|".join(r"\s".join(map(folded, link.split())) for link in re.split(r"[|\n]", _LINKS.strip()))
_ACCOUNT = re.compile(
    rf"{any_of(_NETWORKS)}(?:(?<=[a-zа-я])[a-zа-я-]{{0,6}})?"
    rf"((?:\s?(?:{_LINK})(?![a-z0-9])){{0,3}}\s?(?:[:=—-]\s?)?)"
    r"@?([a-z][a-z0-9_.-]{1,38}[a-z0-9_](?:#\d{4})?)(?![a-z0-9@])"
)
_HINTS = (*(word.strip(" =") for word in in_ascii(_NETWORKS).split("|")), "qq")
"""The same in ASCII, whatever stands around: looking for these costs nearly nothing."""
_ODD = re.compile(r"[0-9_.]")
_QQ = re.compile(r"(?<![a-z])qq(?:号|號)?[ :]{0,2}(\d{5,11})(?!\d)")
_SENTENCE_END = ("", "\n", ".", ",", ";", ")", "!", "。", INVISIBLE)


def pages(reading: str) -> Iterator[Span]:
    """The pages in a reading that are not known to be public."""
    if not _DOTTED.search(reading):
        return
    for pattern in (_WEB, _BARE):
        for found in pattern.finditer(reading):
            written = found.group().rstrip(_END_SIGNS)
            address = _BEFORE_HOST.sub("", written)
            host, _, path = address.partition("/")
            host = re.split("[?:#]", host)[0]
            if pattern is _BARE and not _is_page(host, path):
                continue
            if not is_public(host, path):
                yield Span(found.start(), found.start() + len(written), Kind.URL)


def accounts(reading: str) -> Iterator[Span]:
    """The accounts of social networks in a reading: with @ before them, or after the name of a network."""
    for found in _HANDLE.finditer(reading) if "@" in reading else ():
        if not _OFFICIAL.search(found.group(1)):
            yield Span(found.start(), found.end(), Kind.SOCIAL)
    if reading.isascii() and not any(map(reading.__contains__, _HINTS)):
        return
    for found in _ACCOUNT.finditer(reading):
        if _is_account(reading, found):
            yield Span(found.start(2), found.end(2), Kind.SOCIAL)
    for found in _QQ.finditer(reading) if "qq" in reading else ():
        yield Span(found.start(1), found.end(1), Kind.SOCIAL)


def is_public(host: str, path: str) -> bool:
    """Whether a page belongs to an office, an institution or the whole world."""
    labels = host.split(".")
    known = {".".join(labels[place:]) for place in range(len(labels))}
    if {"gov", "mil"} & set(labels[-2:]) or labels[-1] == "edu":
        return True
    if known & _KNOWN:
        return not _PRIVATE_OF_KNOWN.match(host)
    if known & _PLATFORMS:
        return not path
    return labels[-1] == "org" and len(labels) == 2 and labels[0] != "example"


def _is_page(host: str, path: str) -> bool:
    """Whether a word with dots is a page, not two sentences without a space between them."""
    end = host.rpartition(".")[2]
    return end in _GENERAL or (end in _COUNTRIES and (bool(path) or host in _PLATFORMS))


def _is_account(reading: str, found: re.Match[str]) -> bool:
    """Whether a word after the name of a network is an account there."""
    between, name = found.groups()
    if _ODD.search(name):
        return True
    if reading[found.end() : found.end() + 1] not in _SENTENCE_END:
        return False
    mine = _MINE.search(reading, max(0, found.start() - 10), found.start())
    return bool(_NAMED.search(between)) or (mine is not None and bool(between.strip()))
