"""What the pages for making and sending a report are filled with. Plain data, already in the visitor's language."""

from dataclasses import dataclass, field

from app.city.views import CallView, GroupView, ServiceView
from app.http.views import ErrorView, FieldView, PageView
from app.places.views import MatchView
from app.routes import Url


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
    once. near_m: within how many meters an open request may be about the same thing; 0: none is looked for.
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
