"""`python -m app.serve`: brings the database up to date and serves the built portal on one port."""

import os
import sys
from pathlib import Path
from threading import Thread
from time import sleep

import httpx
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from app.city.loader import load_city
from app.settings import Settings, get_settings
from app.storage.engine import open_engine
from app.storage.ledger import LedgerUnusable, open_ledger
from app.storage.migrate import upgrade
from app.storage.replay import catch_up
from app.web.site import BUILD

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a phone on the same network must reach it
SECONDS_TO_START = 60

# Read by Reflex when it is imported in the worker: its pages are built already.
REFLEX_ENVIRONMENT = {
    "REFLEX_SKIP_COMPILE": "true",
    # Reflex's own switch: without it, every start would write the pages anew and want Node.
    "__REFLEX_SKIP_COMPILE": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "0",
}


def main() -> None:
    """Serve until somebody ends it."""
    if not (BUILD / "static.json").exists():
        sys.exit("The pages have not been built yet. Run: make build")
    settings = get_settings()
    settings.make_data_folder()
    upgrade(settings.database_url)
    _catch_up(settings)
    os.environ.update(REFLEX_ENVIRONMENT)
    granian = Server(
        "app.app:server",
        factory=True,
        address=EVERYWHERE,
        port=settings.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.warning,
        working_dir=Path.cwd(),
    )
    Thread(target=_say_where, args=(settings,), daemon=True).start()
    granian.serve()


def _catch_up(settings: Settings) -> None:
    """Do what the ledger says (app/storage/replay.py); if it cannot be read, end with a sentence."""
    engine = open_engine(settings.database_url)
    try:
        catch_up(engine, open_ledger(settings))
    except LedgerUnusable as unusable:
        sys.exit(str(unusable))
    finally:
        engine.dispose()


def _say_where(settings: Settings) -> None:
    """Print the one line that says where to go, as soon as the portal answers there."""
    address = f"http://localhost:{settings.port}/"
    with httpx.Client(timeout=1, trust_env=False) as client:
        for _ in range(SECONDS_TO_START * 10):
            try:
                client.get(f"http://127.0.0.1:{settings.port}/health").raise_for_status()
                break
            except httpx.HTTPError:
                sleep(0.1)
        else:
            print(f"No answer at {address} after {SECONDS_TO_START} seconds.", flush=True)  # noqa: T201
            return
    print(f"{load_city(settings.city).name} 311 is at {address}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
