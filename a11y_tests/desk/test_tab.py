"""A tab at the desk keeps what is being typed, for one person, and lets go of the rest when nobody uses it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, WebSocket, expect

from a11y_tests.conftest import Contexts
from a11y_tests.desk.colleague import CONTACT, Colleague, Office
from a11y_tests.server import ROOT, PortalServer

LONG = 16 * 60 * 1000
"""Milliseconds: more than nobody touches a tab that is in use."""
NOT_OURS = {".git", ".venv", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


def mark(page: Page) -> None:
    """Remember this very document: a reload makes another one."""
    page.evaluate("window.sameDocument = true")


def expect_reloaded(page: Page) -> None:
    page.wait_for_function("() => !window.sameDocument")


class Connections:
    """The websockets of a page, over a leap of its clock.

    As after a computer's sleep, what waits for the server's sign of life has waited for too long, and the page connects
    anew. A second leap would give that connection up before it is there.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._heard: list[WebSocket] = []
        page.on("websocket", self._listen)

    def leap(self, milliseconds: int) -> None:
        """Let so much time have passed; returns when the page has heard from the server again."""
        with self._page.expect_websocket() as opened:
            self._page.clock.fast_forward(milliseconds)
        if opened.value not in self._heard:
            opened.value.wait_for_event("framereceived")

    def _listen(self, opened: WebSocket) -> None:
        opened.on("framereceived", lambda _: self._heard.append(opened))


def test_a_tab_nobody_touches_is_loaded_anew_with_filters_and_words(
    at_desk: Contexts, office: Office
) -> None:
    reference = office.arrives()
    colleague = Colleague(at_desk())
    page = colleague.page
    page.clock.install()
    colleague.sign_in(office.account())
    colleague.field("Status").select_option("Closed")
    colleague.button("Show").click()
    expect(page).to_have_url(f"{page.url.partition('/en/')[0]}/en/desk/?status=closed")
    token = page.evaluate("sessionStorage.getItem('token')")
    mark(page)
    page.clock.fast_forward(LONG)
    expect_reloaded(page)
    expect(page.locator("#found")).to_be_visible()
    expect(colleague.field("Status")).to_have_value("closed")
    assert page.evaluate("sessionStorage.getItem('token')") != token, (
        "the server does not look for the old state"
    )

    colleague.open(reference)
    colleague.field("Public note").fill("half of a sentence")
    mark(page)
    page.clock.fast_forward(LONG)
    expect_reloaded(page)
    expect(colleague.field("Public note")).to_have_value("half of a sentence")
    colleague.look()


def test_a_tab_in_use_is_left_alone(at_desk: Contexts, office: Office) -> None:
    colleague = Colleague(at_desk())
    page = colleague.page
    page.clock.install()
    colleague.sign_in(office.account())
    expect(page.locator("#found")).to_be_visible()
    mark(page)
    connections = Connections(page)
    for _ in range(3):
        connections.leap(LONG // 2)
        page.keyboard.press("Shift")
    expect(page.locator("#found")).to_be_visible()
    assert page.evaluate("window.sameDocument")


def test_a_tab_that_nobody_comes_back_to_rests_until_somebody_does(at_desk: Contexts, office: Office) -> None:
    """Else it would keep a sign-in alive for ever of which nobody makes use."""
    colleague = Colleague(at_desk())
    page = colleague.page
    page.clock.install()
    colleague.sign_in(office.account())
    expect(page.locator("#found")).to_be_visible()
    mark(page)
    page.clock.fast_forward(LONG)
    expect_reloaded(page)
    expect(page.locator("#found")).to_be_visible()
    mark(page)
    page.clock.fast_forward(LONG)
    # What it showed has been given back; nothing is loaded.
    expect(page.locator("#found")).to_be_hidden()
    assert page.evaluate("window.sameDocument")
    page.keyboard.press("Shift")
    expect_reloaded(page)
    expect(page.locator("#found")).to_be_visible()


def test_what_is_typed_outlives_a_reload_until_it_is_sent(at_desk: Contexts, office: Office) -> None:
    reference = office.arrives()
    colleague = Colleague(at_desk())
    page = colleague.page
    colleague.sign_in(office.account())
    colleague.open(reference)
    colleague.field("Note for colleagues").fill("ask the bureau first")
    page.reload()
    expect(colleague.field("Note for colleagues")).to_have_value("ask the bureau first")
    colleague.button("Add note").click()
    expect(page.locator("#done")).to_be_focused()
    page.reload()
    expect(colleague.button("Add note")).to_be_visible()
    expect(colleague.field("Note for colleagues")).to_have_value("")


def test_words_are_for_one_person_and_gone_at_sign_out(at_desk: Contexts, office: Office) -> None:
    reference = office.arrives()
    colleague = Colleague(at_desk(forgiven=("401", "403")))
    page = colleague.page
    colleague.sign_in(office.account("Robin"))
    colleague.open(reference)
    colleague.field("Public note").fill("only Robin wrote this")
    colleague.button("Sign out").click()
    expect(page).to_have_url(f"{page.url.partition('/en/')[0]}/en/desk/sign-in/")
    kept = page.evaluate("Object.entries(sessionStorage)")
    assert [name for name, _ in kept if not name.startswith("react-router")] == []

    colleague.sign_in(office.account("Noor"), to=f"/en/desk/request/?ref={reference}")
    colleague.field("Public note").fill("Noor begins")
    # The sign-in ends without a sign-out: a cookie is lost, a colleague takes the chair.
    page.context.clear_cookies()
    colleague.sign_in(office.account("Kim"), to=f"/en/desk/request/?ref={reference}")
    expect(colleague.button("Change the status")).to_be_visible()
    expect(colleague.field("Public note")).to_have_value("")
    assert "Noor begins" not in str(page.evaluate("Object.values(sessionStorage)"))


def written_since(moment: float, *folders: Path) -> Iterator[Path]:
    for folder in folders:
        for file in folder.rglob("*"):
            if not NOT_OURS & set(file.parts) and file.is_file() and file.stat().st_mtime >= moment:
                yield file


def test_what_the_desk_shows_is_in_no_file_but_the_database(
    at_desk: Contexts, office: Office, server: PortalServer
) -> None:
    clock = Path(tempfile.mkstemp()[1])
    start = clock.stat().st_mtime
    clock.unlink()
    words = "Ozymandias lies by the bus stop."
    colleague = Colleague(at_desk())
    colleague.sign_in(office.account())
    colleague.open(office.arrives(words))
    expect(colleague.page.get_by_text(words)).to_be_visible()
    colleague.field("Note for colleagues").fill("Rosebud")
    colleague.button("Add note").click()
    expect(colleague.page.locator("#done")).to_be_focused()
    colleague.button("Sign out").click()
    expect(colleague.page).to_have_url(f"{server.url}/en/desk/sign-in/")
    wanted = [text.encode() for text in (words, "Rosebud", *CONTACT)]
    here = Path(__file__)
    found = [
        str(file)
        for file in written_since(start, server.data, ROOT)
        if file.name not in ("portal.db", "portal.db-wal", "portal.db-shm")
        and file.suffix != ".py"
        and file != here
        and any(word in file.read_bytes() for word in wanted)
    ]
    assert found == []


def test_what_older_releases_left_in_files_is_deleted_at_the_first_start(tmp_path: Path) -> None:
    old = ROOT / ".states"
    old.mkdir(exist_ok=True)
    (old / "a tab.pkl").write_text("Marisol Quintanilla")
    server = PortalServer(tmp_path / "data")
    server.start()
    server.stop()
    assert not old.exists()
