"""Makes the phone of a release and packs it with its city: `python -m a11y_tests.offline.make_profile`.

It uses the build that is there, a full Chromium and the release's own pages, and writes into `profiles/` beside it.
"""

import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright

from a11y_tests import chromium
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.profiles import (
    FOLDER,
    ORIGIN,
    Made,
    city_of,
    pack_city,
    pack_profile,
    profile_of,
    settings_for,
    store_of,
)
from a11y_tests.offline.proxy import PHOTOS, FaultProxy
from a11y_tests.photos import LAT, LONG, payload, phone_photo
from a11y_tests.resident import beginning
from a11y_tests.sending import send_report
from a11y_tests.server import ROOT, Desk, PortalServer

LANGUAGES = ["en", "es"]
SEATTLE = [47.6062, -122.3321]
"""Outside of the city, which therefore says no."""
HALF_A_SENTENCE = "A second hole, right beside the first one and hidden by lea"
DRAWER_HOURS = 48
"""The phone was not used for so long before it is opened again."""


def main() -> int:
    """Make it; return the exit status."""
    browser = chromium.find()
    if browser is None:
        print(chromium.HELP, file=sys.stderr)
        return 1
    if not (ROOT / ".build/static.json").exists():
        print("The front end has not been built: run `make build` first.", file=sys.stderr)
        return 1
    if changed := _git("status", "--porcelain", "--", ".", f":!{FOLDER.relative_to(ROOT)}"):
        print(f"These files are not as they were committed:\n{changed}", file=sys.stderr)
        return 1
    release = str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make(release, browser, Path(folder))
    return 0


def make(release: str, browser: Path, folder: Path) -> None:
    """Make the phone of a release with the portal of this checkout, and write its three files.

    browser: a full Chromium. folder: an empty one for what is needed meanwhile.
    """
    server = PortalServer(folder / "data")
    server.start()
    proxy = FaultProxy(server, origin=ORIGIN)
    desk = Desk(server)
    try:
        with sync_playwright() as playwright:
            options = settings_for(browser, proxy.port)
            phone = Phone(playwright.chromium, options, folder / "profile", proxy)
            try:
                made = use(phone.start(), release, server, desk)
            finally:
                phone.close()
    finally:
        desk.close()
        proxy.close()
        server.stop()
    pack_profile(folder / "profile", profile_of(release))
    pack_city(server.data, city_of(release))
    (FOLDER / f"{release}.json").write_text(made.model_dump_json(indent=2) + "\n")


def use(phone: Phone, release: str, server: PortalServer, desk: Desk) -> Made:
    """Do on a phone all that leaves something on it. What it cannot send yet comes last."""
    neighbors = send_report(server, photos=(phone_photo(360, 270),), at=(LAT, LONG))
    desk.look(neighbors.reference)
    for locale in (*reversed(LANGUAGES), LANGUAGES[0]):
        phone.visit(f"/{locale}/")
    seen = ["/en/recent/", neighbors.page]
    for path in seen:
        phone.open(path)
    phone.wait_for(lambda: set(seen) <= set(phone.cached().get("seen", [])), "both pages are kept")
    sent = send(phone)
    links = links_of(phone)
    private = urlsplit(phone.resident.private_link).path
    for path in (private, *seen):
        phone.open(path)
        links |= links_of(phone)
    accepted = send_without_its_photo(phone)
    attention = send_from_elsewhere(phone)
    draft = follow_and_begin(phone)
    followed = next(one.id for one in store_of(phone).values() if "?key=" in one.address)
    phone.locale = LANGUAGES[-1]
    phone.restart()
    phone.visit()
    queued = phone.send_offline(phone_photo(400, 310))
    phone.share(phone_photo(400, 320))
    expect(phone.resident.heading("What do you want to report?", 1)).to_be_visible()
    kept = store_of(phone)
    names = {"sent": sent, "accepted": accepted, "attention": attention, "draft": draft}
    names |= {"followed": followed, "queued": queued}
    names["shared"] = next(id for id in kept if id not in names.values())
    assert len(kept) == len(names)
    phone.let_pack_age(DRAWER_HOURS)
    assert phone.context.browser is not None
    return Made(
        release=release,
        commit=_git("rev-parse", "HEAD"),
        made=datetime.now(UTC).date(),
        chromium=phone.context.browser.version,
        origin=ORIGIN,
        languages=LANGUAGES,
        seen=seen,
        private=private,
        links=sorted(links),
        city=desk.count(),
        **{name: kept[id] for name, id in names.items()},
    )


def links_of(phone: Phone) -> set[str]:
    """The paths of all that the page in sight leads to and shows."""
    links: list[str] = phone.page.evaluate(
        """() => Array.from(document.querySelectorAll("main [href], main [src]"), (one) => one.href || one.src)"""
    )
    ours = (link.removeprefix(ORIGIN).partition("#")[0] for link in links if link.startswith(f"{ORIGIN}/"))
    return {path for path in ours if path}


def send(phone: Phone) -> str:
    """A report with a photo that arrives. Returns its id."""
    phone.resident.fill_in(phone_photo(400, 300))
    id = phone.send()
    phone.resident.arrive()
    return id


def send_without_its_photo(phone: Phone) -> str:
    """A report whose text arrives; no photo does from now on. Returns its id."""
    phone.proxy.fault("lose", "PATCH", PHOTOS, times=float("inf"))
    phone.resident.fill_in(phone_photo(410, 300))
    id = phone.send()
    wait_for_state(phone, id, "accepted")
    return id


def send_from_elsewhere(phone: Phone) -> str:
    """A report that the city does not take: its pin is in another one. Returns its id."""
    phone.resident.fill_in()
    phone.page.evaluate("pin => document.querySelector('place-picker').setPin(pin, 'map')", SEATTLE)
    id = phone.send()
    wait_for_state(phone, id, "attention")
    return id


def follow_and_begin(phone: Phone) -> str:
    """Follow what is reported already near by, and begin a report of something beside it. Returns its id."""
    resident, page = phone.resident, phone.page
    resident.open_form()
    resident.button("Use my location").click()
    expect(resident.heading("Already reported near here", 3)).to_be_visible()
    page.get_by_role("button", name=beginning(resident.t("Yes, that is it: follow it"))).first.click()
    expect(page.get_by_role("status").get_by_role("link", name=resident.t("My requests"))).to_be_visible()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    resident.add_photo(payload(phone_photo(400, 300, place=False)))
    resident.button("Back").click()
    resident.field("Describe it in your own words").fill(HALF_A_SENTENCE)
    id = page.locator("[name=id]").input_value()
    phone.wait_for(lambda: _is_kept(phone, id), "the draft is kept")
    return id


def wait_for_state(phone: Phone, id: str, state: str) -> None:
    """Stay until a report is in this state."""
    phone.wait_for(lambda: phone.find(id)["state"] == state, f"it is {state}")


def _is_kept(phone: Phone, id: str) -> bool:
    draft = store_of(phone).get(id)
    return draft is not None and draft.words == HALF_A_SENTENCE and len(draft.photos) == 1


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
