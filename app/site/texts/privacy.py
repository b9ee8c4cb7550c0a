"""`/{locale}/privacy/`: what the city keeps of a report, why, and for how long."""

from dataclasses import dataclass

from app.http.views import PageView
from app.http.visit import Visit
from app.photos.tasks import KEPT_FOR


@dataclass(frozen=True)
class PrivacyView(PageView, page="privacy"):
    """What we keep and why. days: how long photos of a report that was never sent are kept.

    retention: sentences about what is deleted by itself, from the city pack; none if nothing is.
    """

    days: int
    retention: list[str]


def view(visit: Visit) -> PrivacyView:
    """What the page about privacy says of our rules."""
    t = visit.t
    retention = [
        t(rule.kept.words, period=t(rule.words), schedule=rule.schedule) for rule in visit.city.retention
    ]
    return PrivacyView(days=KEPT_FOR.days, retention=retention)
