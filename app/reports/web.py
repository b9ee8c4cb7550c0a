"""The report form without script: shown, read, shown again with what is to be mended, and sent."""

from collections.abc import Iterable, Sequence

from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from app.city.answers import check_answers
from app.city.services import Service
from app.city.views import groups
from app.db.engine import read
from app.db.threads import reading, working, writing
from app.http.answers import MINE, answer
from app.http.forms import form_of
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import Conflict, FieldError, NotFound, Rejected
from app.kit.ids import hash_token, parse_id, parse_manage_token
from app.kit.written_in import written_in
from app.photos.models import MAX_PHOTOS, PhotoClaim, PhotoState
from app.photos.store import upload
from app.places import matches
from app.places.points import Point
from app.places.views import MatchView
from app.places.whereabouts import check_place
from app.reports import form_photos
from app.reports.fields import in_form_order
from app.reports.previews import preview_url
from app.reports.references import parse_reference
from app.reports.rules import Receipt, receipt_of, submit
from app.reports.submissions import Draft, Submission, make_draft
from app.reports.views import Typed, form_view
from app.reports.views_pages import DraftPhotoView, NearView, ReportView
from app.reports.web_nearby import near_views
from app.requests.rules import expect_photo
from i18n import N_, Message

MOST_FILES = 60
MOST_FIELDS = 400


async def show(visit: Visit) -> Response:
    """GET `/{locale}/report/{service_code}/`."""
    service = visit.city.service(visit.params["service_code"])
    if service is None:
        return _not_offered(visit)
    took = await visit.portal.pace.half_within(service.service_code)
    return answer(visit, form_view(visit, service, make_draft(), half_within=took), cache_control=MINE)


async def receive(visit: Visit) -> Response:
    """POST `/{locale}/report/{service_code}/`: the whole report as multipart, photos included.

    A type that has been withdrawn since the form was opened is taken all the same, and somebody looks at it.
    """
    service = visit.city.service(visit.params["service_code"])
    async with form_of(visit.request, fields=MOST_FIELDS, files=MOST_FILES) as form:
        return await _Sending(visit, service, form).answer()


def _not_offered(visit: Visit) -> Response:
    """All types, to choose another one: somebody has a draft, a link or a bookmark of one that was withdrawn."""
    view = ReportView(query="", found=[], groups=groups(visit), withdrawn=True)
    return answer(visit, view, status=404, cache_control=MINE)


class _Sending:
    """One try to send a report. service: None if it is not offered any more."""

    def __init__(self, visit: Visit, service: Service | None, form: FormData) -> None:
        self.visit = visit
        self.service = service
        self.form = form
        self.values = _values(form)
        self.typed = Typed(self.values)
        self.draft = _draft_of(self.typed)
        self.found: dict[str, str] = {}

    async def answer(self) -> Response:
        """On to the page after sending, or the form again."""
        received, problems = await self._receive_photos()
        if self.typed.first("change_language"):
            return await self._in_other_language(received)
        try:
            if problems:
                raise Rejected(problems)
            doubt = await working(self._settle_place)
            if doubt:
                return await self._again(received, [], doubt=doubt)
            submission = Submission.from_form(self._kept_form(), photos=received)
            near = await reading(self._reported_near, submission)
            if near:
                # The place that was found for the words is kept, so that it is not asked about again.
                self.values |= {name: [value] for name, value in self.found.items()}
                self.typed = Typed(self.values)
                return await self._again(received, [], near=near)
            receipt = await writing(self._submit, submission)
        except Conflict:
            return await self._again(received, [], fresh=True)
        except Rejected as rejected:
            return await self._again(received, rejected.errors)
        await form_photos.finish(self.visit, submission.id, received)
        return RedirectResponse(self._sent_url(receipt), status_code=303, headers={"cache-control": MINE})

    def _submit(self, submission: Submission) -> Receipt:
        portal = self.visit.portal
        return submit(
            store=portal.requests,
            city=portal.city,
            submission=submission,
            digest=submission.digest,
            now=portal.now(),
            recognize=written_in,
        )

    def _sent_url(self, receipt: Receipt) -> str:
        return self.visit.url("sent", reference=receipt.reference, token=self.draft.manage_token)

    # --- the place ---

    def _settle_place(self) -> list[MatchView]:
        """Find the place that the words mean. Returns what it may be if there is doubt; that is asked only once."""
        words, asked, answer = (
            self.typed.first(name) for name in ("address_string", "place_asked", "place_choice")
        )
        if self.service is None or not words.strip() or self.typed.first("lat"):
            return []
        place = None
        if asked == words:
            place = matches.chosen(answer)
        else:
            found = matches.find(self.visit, words)
            if len(found) > 1:
                return matches.match_views(self.visit, found)
            place = matches.only_one(found)
        self.found = place.fields() if place else {}
        return []

    def _reported_near(self, submission: Submission) -> list[NearView]:
        """What is reported near the place already, if nobody has been asked about that yet.

        A browser may send what it has sent already; then the nearest request is this one. Raises Conflict.
        """
        if self.service is None or self.typed.first("reported_asked"):
            return []
        if submission.lat is None or submission.long is None:
            return []
        if receipt_of(store=self.visit.portal.requests, id=submission.id, digest=submission.digest):
            return []
        if check_place(self.visit.city, submission.lat, submission.long) is not None:
            return []
        return near_views(self.visit, self.service, Point(lat=submission.lat, long=submission.long))

    # --- photos ---

    async def _receive_photos(self) -> tuple[list[PhotoClaim], list[FieldError]]:
        """Keep the bytes of the photos that came; say which could not be taken."""
        descriptions = self.values.get("media_description", [])
        files = [file for file in self.form.getlist("media") if isinstance(file, UploadFile)]
        received: list[PhotoClaim] = []
        problems: list[FieldError] = []
        if sum(bool(file.size) for file in files) + len(self._kept()) > MAX_PHOTOS:
            problems.append(FieldError("media", N_("Choose at most %(limit)s photos.", limit=MAX_PHOTOS)))
        for number, file in enumerate(files):
            if not file.size or len(received) == MAX_PHOTOS:
                continue
            description = descriptions[number] if number < len(descriptions) else ""
            try:
                received.append(await form_photos.receive(self.visit, self.draft.id, file, description))
            except Rejected as rejected:
                problems.extend(rejected.errors)
        return received, problems

    def _kept(self) -> list[str]:
        left_out = set(self.values.get("leave_out", ()))
        return [
            name[6:-1] for name in self.values if name.startswith("media[") and name[6:-1] not in left_out
        ]

    def _kept_form(self) -> FormData:
        """The form without the photos that the person has left out since, and with the place that was found."""
        other = {*self.found, *(f"media[{sha256}]" for sha256 in self.values.get("leave_out", ()))}
        kept = [(name, value) for name, value in self.form.multi_items() if name not in other]
        return FormData([*kept, *self.found.items()])

    # --- the form again ---

    async def _again(
        self,
        received: Sequence[PhotoClaim],
        errors: Iterable[FieldError],
        *,
        fresh: bool = False,
        doubt: Sequence[MatchView] = (),
        near: Sequence[NearView] = (),
    ) -> Response:
        """The form with all that was typed and every photo that arrived; nothing is asked for twice.

        fresh: as a new report. doubt: places that the words may mean. near: what is reported there already.
        """
        visit = self.visit
        if self.service is None:
            return _not_offered(visit)
        said = _all_errors(self.service, self.values, list(errors)) if not fresh else []
        photos = await self._keep_photos(received, said)
        if fresh:
            # The person came back to a form that was sent: what they changed is another report.
            said.append(FieldError("main", _SENT_ALREADY))
            # What is reported near by is the one that was sent.
            self.values["reported_asked"] = ["1"]
            self.draft, photos = make_draft(), []
        typed = Typed(self.values, photos)
        if said:
            doubt, near = (), ()
        view = form_view(visit, self.service, self.draft, typed=typed, errors=said, matches=doubt, near=near)
        status = 409 if fresh else 422 if said else 200
        return answer(visit, view, status=status, cache_control=MINE)

    async def _in_other_language(self, received: Sequence[PhotoClaim]) -> Response:
        """The form as it is, nothing checked: what was typed is not lost because a person needs other words."""
        if self.service is None:
            return _not_offered(self.visit)
        said: list[FieldError] = []
        typed = Typed(self.values, await self._keep_photos(received, said))
        view = form_view(self.visit, self.service, self.draft, typed=typed, errors=said)
        return answer(self.visit, view, cache_control=MINE)

    async def _keep_photos(
        self, received: Sequence[PhotoClaim], said: list[FieldError]
    ) -> list[DraftPhotoView]:
        expected = [photo for photo in received if await self._expects(photo)]
        await form_photos.drop(
            self.visit.portal, self.draft.id, [photo for photo in received if photo not in expected]
        )
        refused = await form_photos.finish(self.visit, self.draft.id, expected)
        said.extend(FieldError("media", message) for message in refused)
        descriptions = {
            sha256: next(iter(self.values[f"media[{sha256}]"]), "") for sha256 in self._kept()
        } | {photo.sha256: photo.description for photo in expected}
        return await reading(self._previews, descriptions)

    async def _expects(self, photo: PhotoClaim) -> bool:
        """Make ready for a photo of a report that is not sent yet; False if it has been sent meanwhile."""
        portal = self.visit.portal
        try:
            await writing(
                expect_photo,
                store=portal.requests,
                request_id=self.draft.id,
                claim=photo,
                now=portal.now(),
                key_hash=hash_token(self.draft.manage_token),
            )
        except (NotFound, Rejected):
            return False
        return True

    def _previews(self, descriptions: dict[str, str]) -> list[DraftPhotoView]:
        """The photos that can still be sent; with a picture, if it is ready and this form has brought it."""
        portal, views = self.visit.portal, []
        with read(portal.engine) as connection:
            for sha256, description in list(descriptions.items())[:MAX_PHOTOS]:
                photo = upload(connection, self.draft.id, sha256)
                if photo is None or photo.state is PhotoState.REFUSED:
                    continue
                picture = None
                if photo.content and photo.key_hash == hash_token(self.draft.manage_token):
                    picture = preview_url(self.draft, photo.content, portal.now())
                views.append(DraftPhotoView(sha256, picture, description))
        return views


_SENT_ALREADY = N_(
    "This report has been sent already. If you want to report another problem, check the form and send it again."
)


def _values(form: FormData) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    return values


def _draft_of(typed: Typed) -> Draft:
    """The names the page gave this report, or new ones if they did not come back readable."""
    new = make_draft()
    request_id = parse_id(typed.first("id"))
    token = parse_manage_token(typed.first("manage_token"))
    if request_id is None or token is None:
        return new
    try:
        reference = parse_reference(typed.first("reference"))
    except Rejected:
        reference = parse_reference(new.reference)
    return Draft(request_id, reference, token)


def _all_errors(service: Service, values: dict[str, list[str]], errors: list[FieldError]) -> list[FieldError]:
    """Every problem at once: those of the questions too, if the fixed fields had problems of their own."""
    raw = {
        attribute.code: [
            value for name in (attribute.field, f"{attribute.field}[]") for value in values.get(name, ())
        ]
        for attribute in service.attributes
    }
    _, more = check_answers(service, raw)
    found = {error.field: error for error in [*errors, *more]}
    if service.place_required and not _has_place(values):
        found.setdefault("address_string", FieldError("address_string", _NO_PLACE))
    return in_form_order(found.values())


def _has_place(values: dict[str, list[str]]) -> bool:
    return any(value.strip() for name in ("address_string", "lat") for value in values.get(name, ()))


_NO_PLACE: Message = N_("Say where it is: write an address or a crossing, or choose the place on the map.")


ROUTES = [
    Route("GET", "report_form", show),
    Route("POST", "report_form", receive, rate="report"),
]
