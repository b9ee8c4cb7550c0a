"""What the start page and the styleguide are filled with."""

from dataclasses import dataclass

from app.alerts.views import AlertView
from app.city.views import GroupView, OfficeView
from app.http.views import BannerView, ErrorView, FieldView, PageView
from app.reports.views_pages import QuestionView
from app.requests.views_pages import FollowView, RequestView
from app.routes import Url


@dataclass(frozen=True)
class HomeView(PageView, page="home"):
    """The start page."""

    groups: list[GroupView]


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
