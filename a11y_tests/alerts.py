"""Alerts on a running portal, published by somebody in another process than its server."""

from datetime import UTC, datetime
from typing import Any

from a11y_tests.server import PortalServer
from app.alerts.models import WholeAlert
from app.alerts.store import AlertStore
from app.db.engine import open_engine
from app.people.store import PeopleStore
from tests.alerts.examples import published, publisher


def announce(server: PortalServer, **changes: Any) -> WholeAlert:
    """Publish the alert of tests/alerts/examples.py, with changes. A server that was asked for pages before knows in seconds."""
    engine = open_engine(f"sqlite:///{server.data / 'portal.db'}")
    try:
        by = publisher()
        with PeopleStore(engine).writing() as transaction:
            transaction.add_person(by)
        return published(AlertStore(engine), by, datetime.now(UTC), **changes)
    finally:
        engine.dispose()
