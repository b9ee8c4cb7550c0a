"""What stands around and inside every published page. Plain data, already in the visitor's language.

What one page alone is filled with stands in the `views` of its capability.
"""

from dataclasses import dataclass
from typing import ClassVar

from app.routes import Url
from i18n.locales import Locale


@dataclass(frozen=True)
class PageView:
    """What a published page is filled with. page: the name of its template, one for each kind of view."""

    page: ClassVar[str]

    def __init_subclass__(cls, page: str) -> None:
        """Name the template that is filled with this view."""
        cls.page = page


@dataclass(frozen=True)
class LanguageView:
    """One entry of the list of languages: the same page in another language."""

    locale: Locale
    url: Url
    current: bool


@dataclass(frozen=True)
class AlertLineView:
    """One alert in the banner. urgency: how soon to act, if it is urgent. until: a sentence; until_iso: UTC."""

    event: str
    urgency: str
    headline: str
    language: str
    direction: str
    until: str
    until_iso: str


@dataclass(frozen=True)
class BannerView:
    """The alerts that are on, on every page: the first one is shown.

    label: what the banner is called. urgent: whether it interrupts. more: how many there are besides, in words;
    more_pattern: the same sentence with {count}, for when one of them ends.
    """

    label: str
    urgent: bool
    alerts: list[AlertLineView]
    more: str
    more_pattern: str
    url: Url


@dataclass(frozen=True)
class Moments:
    """How scripts write a moment in this language.

    pattern: with {date} and {time}. days: twelve patterns, one for each month, with {day} and {year}. hours:
    twenty-four, with {minute}. Between them stands "|".
    """

    pattern: str
    days: str
    hours: str


@dataclass(frozen=True)
class Frame:
    """What stands around every page.

    city: the city's name. phone: both numbers of its 311 line, as shown; phone_url: the long one as a `tel:` link;
    call: the short one. hours: when somebody answers. interpreters: whether in any language. relay: its number, or
    empty. emergency: the emergency number. search_hint: words to search by, as an example, or empty. feedback_url: of
    the request type for remarks, or empty. is_start: the start page, or one that says that there is none at this
    address. is_form: a report form, which may be half filled.
    banners: one if there are alerts, else none. alerts_tag: another one whenever other alerts are on; empty on a page
    that phones keep, which cannot know. moments: for scripts.
    """

    locale: Locale
    moments: Moments
    city: str
    phone: str
    phone_url: Url
    call: str
    hours: str
    interpreters: bool
    relay: str
    emergency: str
    search_hint: str
    languages: list[LanguageView]
    feedback_url: Url
    is_start: bool
    is_form: bool
    banners: list[BannerView]
    alerts_tag: str


@dataclass(frozen=True)
class ErrorView:
    """A line of the error summary; target is the id of the field it links to."""

    target: str
    text: str


@dataclass(frozen=True)
class FieldView:
    """A form field as typed so far, and what is wrong with it, or empty."""

    value: str = ""
    error: str = ""


@dataclass(frozen=True)
class ProblemView(PageView, page="problem"):
    """An answer that is not what was asked for. advice: what to do now."""

    heading: str
    advice: str
