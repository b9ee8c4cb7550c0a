"""`/{locale}/mine/`: a phone's own requests. The page is the same for everybody: only the phone knows what is on it."""

from dataclasses import dataclass

from app.http.views import PageView
from app.http.visit import Visit
from app.routes import Url


@dataclass(frozen=True)
class MineView(PageView, page="mine"):
    """What this phone keeps. The addresses are patterns that the phone fills: CODE, REFERENCE, TOKEN.

    types: the codes of all types that are offered, with spaces in between.
    """

    types: str
    form_url: Url
    request_url: Url
    manage_url: Url


def view(visit: Visit) -> MineView:
    """What the page of a phone's own requests needs to know of our addresses."""
    return MineView(
        types=" ".join(service.service_code for service in visit.city.services),
        form_url=Url(f"{visit.url('report_form', service_code='CODE')}?draft=ID"),
        request_url=visit.url("request", reference="REFERENCE"),
        manage_url=visit.url("manage", reference="REFERENCE", token="TOKEN"),  # noqa: S106
    )
