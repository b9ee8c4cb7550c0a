"""What each published page is filled with. Plain data, already in the visitor's language."""

from dataclasses import dataclass, field
from typing import ClassVar

from app.routes import Url
from i18n.languages import Direction
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
    """A form field as typed so far. described_by: ids for aria-describedby, or empty."""

    value: str = ""
    error: str = ""


@dataclass(frozen=True)
class ServiceView:
    """A request type as a link in a list. keywords: by which it is found without the server, too."""

    name: str
    description: str
    keywords: str
    url: Url


@dataclass(frozen=True)
class GroupView:
    """A group of request types."""

    id: str
    name: str
    url: Url
    services: list[ServiceView]


@dataclass(frozen=True)
class HomeView(PageView, page="home"):
    """The start page."""

    groups: list[GroupView]


@dataclass(frozen=True)
class ReportView(PageView, page="report"):
    """Choosing what to report. query: as typed, or empty; found: the best matches, if there is a query.

    withdrawn: somebody has come for a type that is not offered (any more).
    """

    query: str
    found: list[ServiceView]
    groups: list[GroupView]
    withdrawn: bool = False


@dataclass(frozen=True)
class OptionView:
    """One answer to choose. id: of its radio button, check box or option."""

    id: str
    key: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class QuestionView:
    """A question of a request type.

    code: as in `attribute[code]`.
    control: text, long_text, number, date, radios, checkboxes or select.
    id: of the control (of the first one, for radios and check boxes), where errors link to.
    """

    code: str
    id: str
    name: str
    label: str
    hint: str
    control: str
    required: bool
    max_length: int
    value: str = ""
    error: str = ""
    options: list[OptionView] = field(default_factory=list)


@dataclass(frozen=True)
class DraftPhotoView:
    """A photo that arrived with an earlier try and is kept while the form is mended. url: if it is ready to be seen."""

    sha256: str
    url: Url | None
    description: str


@dataclass(frozen=True)
class CallView:
    """When to call instead of reporting: in which case, a number to press, and who answers it (may be empty)."""

    when: str
    phone: str
    phone_url: Url
    name: str = ""


@dataclass(frozen=True)
class MatchView:
    """A place that some words may mean. note: where it lies, and whether it is only about there."""

    id: str
    value: str
    name: str
    note: str
    picture_url: Url


@dataclass(frozen=True)
class NearView:
    """An open request near the place, to follow instead of reporting it again. description may be empty; language: of
    it. facts: how far away, where, since when, and how many follow it. follow_url, key: of whoever wants to follow it.
    """

    title: str
    reference: str
    url: Url
    description: str
    language: str
    facts: str
    photo_url: Url | None
    alt: str
    follow_url: Url
    key: str


@dataclass(frozen=True)
class FormView(PageView, page="report_form"):
    """The report form.

    id, reference, token: made when the draft began, the same until it is sent.
    fields: the fixed fields by name. public_note: what others will see of this report; after_look: when, if not at
    once. near_m: within how many metres an open request may be about the same thing; 0: none is looked for.
    matches: places that the written words may mean, to choose from. near: what is reported near the place already,
    if it is to be asked about; reported_asked: whether it has been, so that it is asked about only once.
    """

    action: Url
    submit_url: Url
    upload_url: Url
    sent_url: Url
    near_m: int
    service_code: str
    service_name: str
    service_description: str
    expected: str
    public_note: str
    after_look: str
    place_hint: str
    photo_hint: str
    photo_limit: str
    place_required: bool
    calls: list[CallView]
    id: str
    reference: str
    token: str
    questions: list[QuestionView]
    matches: list[MatchView]
    near: list[NearView]
    reported_asked: bool
    fields: dict[str, FieldView]
    photos: list[DraftPhotoView]
    free_photo_slots: list[int]
    photo_error: str
    errors: list[ErrorView]


@dataclass(frozen=True)
class PhotoView:
    """A stored photo as shown: alt is the resident's description or a sentence that there is none."""

    small_url: Url
    large_url: Url
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class VersionView:
    """The same text in another language. name: what the language calls itself."""

    language: str
    direction: Direction
    name: str
    text: str


@dataclass(frozen=True)
class UpdateView:
    """One line of a request's history. iso: UTC, for <time datetime>.

    text: in the reader's language if there is such a version. language: of the text, or empty if it is not known.
    """

    heading: str
    text: str
    language: str
    direction: Direction
    also: list[VersionView]
    date: str
    iso: str


@dataclass(frozen=True)
class AnswerView:
    """A question and what the resident answered. language: of the answer."""

    question: str
    answer: str
    language: str


@dataclass(frozen=True)
class RequestView:
    """A request as the public may see it; what its type's rules keep private is empty.

    reference: in groups, for reading; reference_plain: the digits alone.
    open: whether the city still works on it. expected: a sentence, or empty. followed: by how many, or empty.
    map_url: a picture of the place, if the reader may know it exactly.
    description_language: in which the resident wrote. asked_language: in which they were asked.
    notes: what there is to say about words and photos that not everybody sees.
    """

    reference: str
    reference_plain: str
    service_name: str
    bureau: str
    status: str
    status_code: str
    open: bool
    reported: str
    reported_iso: str
    expected: str
    followed: str
    place: str
    map_url: Url | None
    description: str
    description_language: str
    description_direction: Direction
    asked_language: str
    answers: list[AnswerView]
    photos: list[PhotoView]
    updates: list[UpdateView]
    url: Url
    notes: list[str]


@dataclass(frozen=True)
class FollowView:
    """Following a request. key: of this browser. following: whether it does; notice: that it does now, or no more."""

    action: Url
    key: str
    following: bool
    notice: str


@dataclass(frozen=True)
class StatusView(PageView, page="request"):
    """The public page of one request. follow: None if it cannot be followed."""

    request: RequestView
    follow: FollowView | None


@dataclass(frozen=True)
class SentView(PageView, page="sent"):
    """The page after sending. photo_problems: sentences about photos that could not be read or are not ready yet.

    whose: who takes care of the place, if that is not the city alone, or empty; call: whom to call about it.
    """

    request: RequestView
    manage_url: Url
    qr_url: Url
    photo_problems: list[str]
    expected: str
    bureau: str
    whose: str
    call: CallView | None


@dataclass(frozen=True)
class ManageView(PageView, page="manage"):
    """The page of the person who holds the private link.

    contact: what the city holds of their contact details, in words; empty when there is nothing.
    comment_hint: who will read a comment.
    key: makes a double tap count once. notice: what has just been done, or empty.
    photo_problems: sentences about photos that could not be read or are not ready yet.
    """

    request: RequestView
    action: Url
    qr_url: Url
    key: str
    contact: list[str]
    notice: str
    fields: dict[str, FieldView]
    comment_hint: str
    photo_error: str
    errors: list[ErrorView]
    can_add_photos: bool
    photo_problems: list[str]


@dataclass(frozen=True)
class RequestsView(PageView, page="requests"):
    """Looking a request up. query: as typed. hint: a kind sentence when it was not found, or empty."""

    query: str
    error: str


@dataclass(frozen=True)
class RecentItemView:
    """One request in the list of recent ones."""

    service_name: str
    status: str
    status_code: str
    place: str
    date: str
    iso: str
    reference: str
    url: Url
    photo_url: Url | None


@dataclass(frozen=True)
class RecentView(PageView, page="recent"):
    """The newest public requests. older_url: the next page of the list, or None at its end."""

    requests: list[RecentItemView]
    older_url: Url | None
    map_url: Url


@dataclass(frozen=True)
class AlertView:
    """One alert. language, direction: of its texts; translated: whether that is the page's language.

    urgency: how soon to act, if it is urgent. updated: when it was changed, in words, or empty. web: a page of the
    city or of somebody else about it; web_host: whose.
    """

    event: str
    urgency: str
    severity: str
    headline: str
    description: str
    instruction: str
    language: str
    direction: str
    translated: bool
    since: str
    since_iso: str
    until: str
    until_iso: str
    updated: str
    place: str
    web: Url | None
    web_host: str


@dataclass(frozen=True)
class AlertsView(PageView, page="alerts"):
    """All alerts that are on. read: when the server looked, in words."""

    alerts: list[AlertView]
    read: str


@dataclass(frozen=True)
class ProblemView(PageView, page="problem"):
    """An answer that is not what was asked for. advice: what to do now."""

    heading: str
    advice: str


@dataclass(frozen=True)
class MineView(PageView, page="mine"):
    """What this phone keeps. The addresses are patterns that the phone fills: CODE, REFERENCE, TOKEN.

    types: the codes of all types that are offered, with spaces in between.
    """

    types: str
    form_url: Url
    request_url: Url
    manage_url: Url


@dataclass(frozen=True)
class ImportView(PageView, page="import_reports"):
    """Sending a saved copy. error: why the file could not be read, or empty."""

    action: Url
    error: str


@dataclass(frozen=True)
class ImportedReportView:
    """What became of one report. reference: in groups, or empty; url: of its page, if the city has it.

    problems: why the city does not have it; photos: what there is to say about its photos.
    """

    name: str
    reference: str
    url: Url | None
    state: str
    problems: list[str]
    photos: list[str]


@dataclass(frozen=True)
class ImportedView(PageView, page="imported"):
    """What became of a saved copy. summary: how many of its reports the city has."""

    summary: str
    reports: list[ImportedReportView]


@dataclass(frozen=True)
class PrivacyView(PageView, page="privacy"):
    """What we keep and why. days: how long photos of a report that was never sent are kept.

    retention: sentences about what is deleted by itself, from the city pack; none if nothing is.
    """

    days: int
    retention: list[str]


@dataclass(frozen=True)
class WayView:
    """One way to reach somebody. text: as shown; url: what a press on it does, if anything. more: hours, or empty."""

    text: str
    url: Url | None
    more: str = ""

    @property
    def rel(self) -> str:
        """What a link out of the portal says of itself; empty for any other."""
        return "external noreferrer" if self.url and self.url.startswith("https:") else ""


@dataclass(frozen=True)
class OfficeView:
    """A person or an office to turn to, in the reader's language. note may be empty."""

    name: str
    ways: list[WayView]
    note: str


@dataclass(frozen=True)
class AccessibilityView(PageView, page="accessibility"):
    """The accessibility statement. reviewed: the day of the last review, in words and as ISO 8601.

    report: where a barrier is reported: to the coordinator, or by a form of ours. coordinator: who answers for
    access, if the city pack says so; form_url: our form besides.
    """

    reviewed: str
    reviewed_iso: str
    report: WayView
    coordinator: OfficeView | None
    form_url: Url


@dataclass(frozen=True)
class RightsView(PageView, page="rights"):
    """Your rights. state: of the city. Everything else is empty or None where the city pack does not say it.

    text_url: begins a message to the emergency number; text_languages: in which it is read, as a list in words;
    text_limits: what it may not hold; text_checked: when that was looked up. police: the number when nobody is in
    danger. ways: how to reach the city. ada, title_vi, grievances, formats: see app/city/contacts.py. checked: when
    these offices were looked up.
    """

    state: str
    text_url: Url | None
    text_languages: str
    text_limits: str
    text_checked: str
    police: str
    police_url: Url | None
    ways: list[WayView]
    ada: OfficeView | None
    title_vi: OfficeView | None
    grievances: OfficeView | None
    formats: OfficeView | None
    checked: str


@dataclass(frozen=True)
class StyleguideView(PageView, page="styleguide"):
    """Specimens of all components: what they are filled with elsewhere."""

    errors: list[ErrorView]
    fields: dict[str, FieldView]
    questions: list[QuestionView]
    requests: list[RequestView]
    photo_problems: list[str]
    follows: list[FollowView]
    qr_url: Url
    banners: list[BannerView]
    one_office: OfficeView
    alerts: list[AlertView]


@dataclass(frozen=True)
class SignInView(PageView, page="sign_in"):
    """Sign-in at the desk. next_url: where to go afterwards."""

    action: Url
    email: str
    error: str
