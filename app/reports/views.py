"""What the report form shows: a request type's questions, what was typed so far, what is to be mended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.city.city import City
from app.city.services import Attribute, PublicRule, Service
from app.city.views import CallView
from app.http import formats
from app.http.views import ErrorView, FieldView
from app.http.visit import Visit
from app.kit.errors import FieldError
from app.photos.models import MAX_PHOTOS
from app.places.views import MatchView
from app.reports.submissions import Draft
from app.reports.views_pages import DraftPhotoView, FormView, NearView, OptionView, QuestionView
from app.routes import tel, url
from i18n import N_, Message, Translator

FIXED_FIELDS = (
    *("description", "address_string", "lat", "long", "place_source", "accuracy_m"),
    *("first_name", "last_name", "email", "phone"),
)
MOST_RADIOS = 8
"""From this many answers on, one list to open is easier than many buttons."""

_CONTROLS = {"string": "text", "text": "long_text", "number": "number", "datetime": "date"}


@dataclass(frozen=True)
class Typed:
    """What a form brought: every value under its name, and the photos that are already here."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    photos: Sequence[DraftPhotoView] = ()

    def first(self, name: str) -> str:
        """The first value under a name, or an empty text."""
        return next(iter(self.values.get(name, ())), "")


def form_view(
    visit: Visit,
    service: Service,
    draft: Draft,
    *,
    typed: Typed | None = None,
    errors: Iterable[FieldError] = (),
    matches: Sequence[MatchView] = (),
    near: Sequence[NearView] = (),
    half_within: int | None = None,
) -> FormView:
    """The form of a request type, as the page shows it. matches: which of them is the place, to be asked.

    near: requests of which one may be about the same thing, to be asked. half_within: see app/requests/store_pace.py.
    """
    typed, t = typed or Typed(), visit.t
    said = {error.field: t(error.message) for error in errors}
    questions = [_question(attribute, typed, said, t) for attribute in service.attributes]
    return FormView(
        action=visit.url("report_form", service_code=service.service_code),
        # Patterns: the names of a draft may be those that the phone has made.
        submit_url=url("submit", id="ID"),
        upload_url=url("upload", id="ID", sha256="SHA256"),
        sent_url=visit.url("sent", reference="REFERENCE", token="TOKEN"),  # noqa: S106
        near_m=service.offered_within_m,
        service_code=service.service_code,
        service_name=t.said(service.service_name),
        service_description=t.said(service.description),
        expected=formats.usual_time(service, half_within, t),
        public_note=t.shown(public_note(service.public)),
        after_look=_after_look(service, t),
        photo_hint=t.said(service.photo_hint) if service.photo_hint else "",
        place_hint=_place_hint(visit.city, t),
        photo_limit=t(N_("Up to %(limit)s photos. We remove the hidden location data.", limit=MAX_PHOTOS)),
        place_required=service.place_required,
        calls=[
            CallView(t.warned(call.when), call.phone, tel(call.phone), t.said(call.name))
            for call in service.call_instead
        ],
        id=draft.id,
        reference=draft.reference,
        token=draft.manage_token,
        questions=questions,
        matches=list(matches),
        near=list(near),
        reported_asked=bool(near or typed.first("reported_asked")),
        fields={name: FieldView(typed.first(name), said.get(name, "")) for name in FIXED_FIELDS},
        photos=list(typed.photos),
        free_photo_slots=list(range(len(typed.photos) + 1, MAX_PHOTOS + 1)),
        photo_error=said.get("media", ""),
        errors=[ErrorView(_target(name, questions, typed), text) for name, text in said.items()],
    )


AFTER_LOOK = N_("Others see your words and photos only after the city has looked at them.")


def _after_look(service: Service, t: Translator) -> str:
    """When others see it, if that is not at once."""
    waits = service.publish == "after_look" and (service.public.description or service.public.photos)
    return t(AFTER_LOOK) if waits else ""


def public_note(rule: PublicRule) -> Message:
    """What everybody will be able to see of a report."""
    if rule.description and rule.place == "exact":
        return N_(
            "Anyone can see the report, its place and its photos. Only city staff see your name and contact details."
        )
    if rule.description:
        return N_(
            "Anyone can see the report, but not the exact place. Only city staff see your name and contact details."
        )
    return N_(
        "Only the city sees what you write. Others see only that there is a report and what became of it."
    )


def _place_hint(city: City, t: Translator) -> str:
    """How a place can be said, with an address of the city as an example if the pack gives one."""
    if city.examples is None:
        return t(N_("For example: “in the park behind the playground”. Words are enough."))
    return t(
        N_(
            "For example: %(address)s, or “in the park behind the playground”. Words are enough.",
            address=city.examples.address,
        )
    )


def _question(attribute: Attribute, typed: Typed, said: Mapping[str, str], t: Translator) -> QuestionView:
    control = _control(attribute)
    chosen = set(typed.values.get(attribute.field, ()))
    many = control in ("radios", "checkboxes")
    options = [
        OptionView(f"{attribute.code}-{number}", value.key, t.said(value.name), value.key in chosen)
        for number, value in enumerate(attribute.values, start=1)
    ]
    return QuestionView(
        code=attribute.code,
        id=options[0].id if many else attribute.code,
        name=attribute.field,
        label=t.said(attribute.description),
        hint=t.said(attribute.datatype_description) if attribute.datatype_description else "",
        control=control,
        required=attribute.required,
        max_length=attribute.limit,
        value=typed.first(attribute.field),
        error=said.get(attribute.field, ""),
        options=options,
    )


def _control(attribute: Attribute) -> str:
    if attribute.datatype == "multivaluelist":
        return "checkboxes"
    if attribute.datatype == "singlevaluelist":
        return "radios" if len(attribute.values) < MOST_RADIOS else "select"
    return _CONTROLS[attribute.datatype]


def _target(name: str, questions: Iterable[QuestionView], typed: Typed) -> str:
    """The id of the element that a line of the error summary leads to."""
    for question in questions:
        if question.name == name:
            return question.id
    if name == "media":
        return f"media-{len(typed.photos) + 1}" if len(typed.photos) < MAX_PHOTOS else "step-photos"
    if name in ("lat", "long"):
        return "address_string"
    return name if name in FIXED_FIELDS else "main"
