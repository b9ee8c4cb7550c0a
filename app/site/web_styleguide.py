"""`/{locale}/styleguide/`: what the page of all components is filled with. Outside production only."""

from dataclasses import replace
from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from app.alerts.models import Alert, AlertText, MessageType, WholeAlert
from app.alerts.views import alert_view, banner
from app.alerts.words import Certainty, Event, Severity, Urgency
from app.city.contacts import Office
from app.city.views import office_view
from app.http.answers import MINE, answer
from app.http.route import Route
from app.http.views import ErrorView, FieldView
from app.http.visit import Visit, preferred_locale
from app.reports.views_pages import OptionView, QuestionView
from app.requests.statuses import Status
from app.requests.views_pages import AnswerView, FollowView, PhotoView, RequestView, UpdateView, VersionView
from app.routes import Url, url
from app.site.views import StyleguideView
from i18n import N_, translator
from i18n.languages import direction, own_name

CONTROLS = ("text", "long_text", "number", "date", "radios", "checkboxes", "select")
REFERENCE = "482 913 557 0246"


async def root(visit: Visit) -> Response:
    """`/styleguide/`: on to the visitor's own language."""
    locale = preferred_locale(visit.request.headers.get("accept-language", ""))
    return RedirectResponse(url("styleguide", locale=locale), 302, {"cache-control": MINE})


async def show(visit: Visit) -> Response:
    """Every component in every state."""
    return answer(visit, styleguide_view(visit), cache_control=MINE)


def styleguide_view(visit: Visit) -> StyleguideView:
    """The specimens, in the visitor's language."""
    wrong = visit.t(N_("Please check the form"))
    urgent, calm, foreign = _alerts(visit)
    return StyleguideView(
        errors=[ErrorView("wrong", wrong), ErrorView("radios-wrong-1", f"{wrong} (2)")],
        fields={
            "plain": FieldView(),
            "optional": FieldView(),
            "hinted": FieldView(visit.t(N_("Report a problem"))),
            "wrong": FieldView("12", wrong),
        },
        questions=[_question(visit, control, error) for control in CONTROLS for error in ("", wrong)],
        requests=[_request(visit, status) for status in Status],
        photo_problems=[visit.t(N_("A photo is damaged in the file."))],
        follows=[
            FollowView(action=visit.url("report"), key="", following=following, notice="")
            for following in (False, True)
        ],
        qr_url=visit.pages.static("icon.svg"),
        banners=[
            replace(banner(visit, alerts), label=f"{visit.t(N_('Alerts'))} ({number})")
            for number, alerts in enumerate(([urgent, calm], [calm], [foreign]), 1)
        ],
        one_office=office_view(visit, _office(visit)),
        alerts=[alert_view(visit, one) for one in (urgent, calm, foreign)],
    )


def _office(visit: Visit) -> Office:
    """An office that can be reached in every way. Its name and note are sentences that the portal has anyway."""
    return Office(
        name="Your rights",
        phone=visit.city.contact.phone_long,
        email="name@city.example",
        web="https://city.example",
        address="1 Main Street",
        note="You have a right to complain. Nobody at the city may punish you for it.",
    )


def _alerts(visit: Visit) -> list[WholeAlert]:
    """An urgent alert that was changed, a calm one, and one whose text is in English only."""
    danger = N_("If someone is in danger, call %(phone)s.", phone=visit.city.emergency_phone)
    own, sentence = visit.locale.code, visit.t(danger)
    return [
        _alert(visit, Event.HEAT, Severity.EXTREME, own, sentence, replaces="x"),
        _alert(visit, Event.ROADS, Severity.MINOR, own, sentence),
        _alert(visit, Event.POWER, Severity.MODERATE, "en", translator("en")(danger)),
    ]


def _alert(
    visit: Visit, event: Event, severity: Severity, language: str, said: str, *, replaces: str | None = None
) -> WholeAlert:
    now = visit.portal.now()
    alert = Alert(
        id=event.value,
        first_id=event.value,
        first_sent=now,
        replaces=replaces,
        message_type=MessageType.ALERT,
        category=event.category,
        event=event,
        urgency=Urgency.IMMEDIATE,
        severity=severity,
        certainty=Certainty.LIKELY,
        sent=now,
        expires=now + timedelta(days=1),
        person_id="",
        digest="",
    )
    text = AlertText(
        alert_id=alert.id,
        language=language,
        headline=said,
        description=said,
        instruction=said if replaces else "",
        web="https://www.city.example/" if replaces else "",
    )
    return WholeAlert(alert, {language: text, "en": text})


def _question(visit: Visit, control: str, error: str) -> QuestionView:
    """A question; the one with an error has an answer, too, and must be answered."""
    id = f"{control}-wrong" if error else control
    several = control in ("radios", "checkboxes", "select")
    statuses = [visit.t(status.words) for status in Status]
    return QuestionView(
        code=id,
        id=f"{id}-1" if control in ("radios", "checkboxes") else id,
        name=id,
        label=f"{visit.t(N_('What is it about?'))} ({id})",
        hint=visit.t(N_("For example: %(words)s", words="3")),
        control=control,
        required=bool(error),
        max_length=200,
        value="12" if error and control != "date" else "",
        error=error,
        options=[
            OptionView(id=f"{id}-{number}", key=str(number), name=name, chosen=bool(error) and number == 1)
            for number, name in enumerate(statuses, 1)
        ]
        if several
        else [],
    )


def _request(visit: Visit, status: Status) -> RequestView:
    words = visit.t(status.words)
    sentence = visit.t(N_("Your comment has been added."))
    picture = visit.pages.static("icon.svg")
    update = UpdateView(
        heading=words,
        text=sentence,
        language=visit.locale.code,
        direction=visit.locale.direction,
        also=[
            VersionView(
                code, direction(code), own_name(code), translator(code)(N_("Your comment has been added."))
            )
            for code in ("so", "ar", "zh-Hant")
        ],
        date="2026-11-24",
        iso="2026-11-24T12:00:00Z",
    )
    return RequestView(
        reference=REFERENCE,
        reference_plain=REFERENCE.replace(" ", ""),
        service_name=visit.t(N_("Report a problem")),
        bureau=visit.t(visit.city.bureaus[0].name),
        status=words,
        status_code=status.value,
        open=status.is_open,
        reported="2026-11-24",
        reported_iso="2026-11-24T12:00:00Z",
        expected="",
        followed=words if status is Status.SUBMITTED else "",
        place="SE 34th Ave & SE Hawthorne Blvd",
        map_url=picture,
        description=sentence,
        description_language=visit.locale.code,
        description_direction=visit.locale.direction,
        asked_language=visit.locale.code,
        answers=[AnswerView(visit.t(N_("What is it about?")), words, visit.locale.code)],
        photos=[PhotoView(small_url=picture, large_url=picture, alt=words, width=96, height=96)],
        updates=[update, replace(update, text="", also=[])],
        url=Url(visit.url("report")),
        notes=[words],
    )


ROUTES = [
    Route("GET", "styleguide", show, workshop=True),
    Route("GET", "styleguide_root", root, workshop=True),
]
