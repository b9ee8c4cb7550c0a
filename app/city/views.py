"""What the city pack says, in the visitor's language: request types in their groups, and whom to turn to."""

from dataclasses import dataclass

from app.city.contacts import Office
from app.city.services import Service
from app.http.visit import Visit
from app.routes import Url, anchor, mail_to, outside, tel
from i18n import N_


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
class CallView:
    """When to call instead of reporting: in which case, a number to press, and who answers it (may be empty)."""

    when: str
    phone: str
    phone_url: Url
    name: str = ""


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


def groups(visit: Visit) -> list[GroupView]:
    """The groups of request types, each with its types."""
    return [
        GroupView(
            id=group.code,
            name=visit.t.said(group.name),
            url=Url(visit.url("report") + anchor(group.code)),
            services=[service_view(visit, service) for service in visit.city.services_in(group.code)],
        )
        for group in visit.city.groups
    ]


def service_view(visit: Visit, service: Service) -> ServiceView:
    """A request type, with the way to its form."""
    return ServiceView(
        name=visit.t.said(service.service_name),
        description=visit.t.said(service.description),
        keywords=visit.t(service.keyword_list),
        url=visit.url("report_form", service_code=service.service_code),
    )


def office_view(visit: Visit, office: Office) -> OfficeView:
    """An office and how to reach it: its page first, then by e-mail, by phone and by letter."""
    ways = []
    if office.web:
        ways.append(WayView(visit.t(N_("Its web page")), outside(office.web)))
    if office.email:
        ways.append(WayView(office.email, mail_to(office.email)))
    if office.phone:
        ways.append(WayView(visit.t(N_("Call %(phone)s", phone=office.phone)), tel(office.phone)))
    if office.address:
        ways.append(WayView(office.address, None))
    return OfficeView(visit.t.said(office.name), ways, visit.t.said(office.note) if office.note else "")
