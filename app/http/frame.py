"""What stands around every published page of a visit: city, phone, languages, alerts."""

from app.alerts.views import alerts_tag, banners
from app.http.formats import moments
from app.http.views import Frame, LanguageView
from app.http.visit import Visit
from app.routes import Url, tel
from i18n import N_
from i18n.locales import LOCALES


def frame_of(visit: Visit) -> Frame:
    """The frame of the page a visitor asked for."""
    contact, t = visit.city.contact, visit.t
    return Frame(
        locale=visit.locale,
        moments=moments(visit.t),
        city=visit.city.name,
        phone=f"{contact.phone} / {contact.phone_long}",
        phone_url=tel(contact.phone_long),
        call=contact.phone,
        hours=t.said(contact.hours),
        interpreters=contact.interpreters,
        relay=contact.relay or "",
        search_hint=_search_hint(visit),
        emergency=visit.city.emergency_phone,
        languages=[
            LanguageView(locale, visit.same_page_in(locale.code), locale is visit.locale)
            for locale in LOCALES.values()
        ],
        feedback_url=visit.url("report_form", service_code=contact.feedback) if contact.feedback else Url(),
        is_start=visit.route == "home",
        is_form=visit.route == "report_form",
        banners=banners(visit),
        alerts_tag=alerts_tag(visit),
    )


def _search_hint(visit: Visit) -> str:
    """Words that the city pack gives as an example of a search, or nothing."""
    examples = visit.city.examples
    return visit.t(N_("For example: %(words)s", words=visit.t(examples.search))) if examples else ""
