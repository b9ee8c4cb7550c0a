"""`/{locale}/rights/`: what people can ask the city for, whom to ask, and how to reach the city at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.lists import format_list

from app.city.contacts import Contact
from app.city.views import OfficeView, WayView, office_view
from app.http.formats import isolated
from app.http.views import PageView
from app.http.visit import Visit
from app.routes import Url, mail_to, outside, tel, text_to
from i18n import N_
from i18n.languages import language_name


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


def view(visit: Visit) -> RightsView:
    """What the city pack says of rights and of ways to reach the city, in the visitor's language."""
    city, rights, texts = visit.city, visit.city.rights, visit.city.emergency_text
    named = [language_name(code, visit.locale.formats) for code in texts.languages] if texts else []
    offices = {
        name: office_view(visit, office)
        for name in ("ada", "title_vi", "grievances", "formats")
        if rights and (office := getattr(rights, name))
    }
    return RightsView(
        state=city.state,
        text_url=text_to(city.emergency_phone) if texts else None,
        text_languages=format_list(named, locale=visit.locale.formats) if named else "",
        text_limits=visit.t.said(texts.limits) if texts and texts.limits else "",
        text_checked=_day(visit, texts.checked_on) if texts else "",
        police=city.non_emergency_phone or "",
        police_url=tel(city.non_emergency_phone) if city.non_emergency_phone else None,
        ways=list(_ways(visit, city.contact)),
        ada=offices.get("ada"),
        title_vi=offices.get("title_vi"),
        grievances=offices.get("grievances"),
        formats=offices.get("formats"),
        checked=_day(visit, rights.checked_on) if rights else "",
    )


def _ways(visit: Visit, contact: Contact) -> Iterator[WayView]:
    t = visit.t
    if contact.phone != contact.phone_long:
        yield WayView(t(N_("Call %(phone)s", phone=contact.phone)), tel(contact.phone))
    yield WayView(
        t(N_("Call %(phone)s", phone=contact.phone_long)), tel(contact.phone_long), t.said(contact.hours)
    )
    if contact.text:
        yield WayView(t(N_("Text %(phone)s", phone=contact.text)), text_to(contact.text))
    if contact.email:
        yield WayView(contact.email, mail_to(contact.email))
    if contact.chat:
        yield WayView(t(N_("Chat")), outside(contact.chat))
    if contact.walk_in:
        hours = t.said(contact.walk_in.hours) if contact.walk_in.hours else ""
        yield WayView(t(N_("Come in: %(address)s", address=isolated(contact.walk_in.address))), None, hours)


def _day(visit: Visit, day: date) -> str:
    return format_date(day, format="long", locale=visit.locale.formats)
