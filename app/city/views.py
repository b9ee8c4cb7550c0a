"""Request types in the visitor's language, in their groups."""

from dataclasses import dataclass

from app.city.services import Service
from app.http.visit import Visit
from app.routes import Url, anchor


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
