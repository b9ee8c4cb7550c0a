"""A day at the desk: sign in, see what comes, move it on; alone, beside colleagues, and when things go wrong."""

import json
import re

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from a11y_tests.conftest import Contexts
from a11y_tests.desk.colleague import CONTACT, Colleague, Office
from a11y_tests.photos import phone_photo
from a11y_tests.sending import send_report
from a11y_tests.server import Desk, PortalServer
from app.reports.references import grouped

QUEUE = "reflex___state____state.state___desk___base____desk.state___desk___queue____desk_queue"
"""What Reflex calls the queue's state."""

MOST_BYTES = 175_000
"""Of a first visit, packed with gzip: document, scripts and stylesheet."""


def works(colleague: Colleague, office: Office) -> None:
    """From the sign-in to a request that has been moved on, with every mistake on the way."""
    page, t = colleague.page, colleague.t
    email, reference = office.account(), office.arrives(language=colleague.locale)
    colleague.sign_in(email, "a wrong password")
    with colleague.taken_to(page.locator("#errors")):
        expect(page).to_have_title(re.compile(f"^{t('Error:')}"))
    colleague.write_password(email)
    expect(colleague.row(reference)).to_contain_text(t("Received"))
    expect(page.locator("html")).to_have_attribute("lang", colleague.locale)
    colleague.look()

    colleague.hands.press(page.get_by_role("link", name=grouped(reference)))
    expect(page.get_by_role("heading", level=1)).to_contain_text(grouped(reference))
    expect(page).to_have_title(re.compile(f"{grouped(reference)} – "))
    for said in CONTACT:
        expect(page.get_by_role("main")).to_contain_text(said)
    colleague.look()

    with colleague.taken_to(page.locator("#mistakes")):
        colleague.hands.press(colleague.button("Change the status"))
    colleague.look()
    colleague.hands.choose(colleague.choice("Waiting"))
    colleague.hands.press(colleague.button("Change the status"))
    expect(page.locator("#note-mistake")).to_contain_text(t("Write a few words."))
    expect(colleague.choice("Waiting")).to_be_checked()
    colleague.hands.press(page.locator("#mistakes a"))
    expect(colleague.field("Public note")).to_be_focused()
    colleague.hands.write(colleague.field("Public note"), "SE 39th, 12:30")
    with colleague.taken_to(page.locator("#done")):
        colleague.hands.press(colleague.button("Change the status"))
    expect(page.locator("#done")).to_have_text(t("The status is now: %(status)s.", status=t("Waiting")))
    expect(colleague.field("Public note")).to_have_value("")

    colleague.hands.write(colleague.field("Note for colleagues"), "SE 39th, 14:00")
    with colleague.taken_to(page.locator("#done")):
        colleague.hands.press(colleague.button("Add note"))
    expect(page.get_by_role("listitem").first).to_be_visible()
    expect(page.locator(".timeline li")).to_have_count(3)
    expect(page.locator(".timeline li").first).to_contain_text(t("Only staff can read this."))
    colleague.look()

    colleague.hands.press(colleague.link("All reports"))
    expect(colleague.row(reference)).to_contain_text(t("Waiting"))
    colleague.hands.press(colleague.button("Sign out"))
    expect(page.get_by_role("heading", level=1)).to_have_text(t("Sign in at the desk"))
    page.goto(f"/{colleague.locale}/desk/request/?ref={reference}")
    expect(page).to_have_url(re.compile("/desk/sign-in/"))
    for said in CONTACT:
        assert said not in page.content()


@pytest.mark.parametrize("locale", ["en", pytest.param("es", marks=pytest.mark.matrix)])
def test_a_report_is_moved_on(at_desk: Contexts, office: Office, locale: str) -> None:
    works(Colleague(at_desk(locale=locale), locale), office)


def test_the_same_with_nothing_but_the_keyboard(at_desk: Contexts, office: Office) -> None:
    works(Colleague(at_desk(), keyboard=True), office)


def test_signing_in_needs_no_script_and_says_what_does(at_desk: Contexts, office: Office) -> None:
    colleague = Colleague(at_desk(java_script_enabled=False, forgiven=("failed: csp",)))
    colleague.sign_in(office.account())
    expect(colleague.page).to_have_url(re.compile("/en/desk/$"))
    # Chromium without script parses this as with script, so that it cannot be seen here.
    assert "<noscript><p>The desk needs JavaScript." in colleague.page.content().replace("&lt;", "<").replace(
        "&gt;", ">"
    )


def test_what_comes_is_told_and_moves_nothing(at_desk: Contexts, office: Office) -> None:
    first = office.arrives()
    colleague = Colleague(at_desk())
    colleague.sign_in(office.account())
    rows = colleague.page.locator("table.queue tbody tr")
    expect(colleague.row(first)).to_be_visible()
    top = rows.first.inner_text()
    second = office.arrives("Another one, round the corner.")
    expect(colleague.page.get_by_role("status").filter(has_text="1 new report")).to_be_visible()
    expect(rows.first).to_have_text(top, use_inner_text=True)
    colleague.look()
    with colleague.taken_to(colleague.page.locator("#found")):
        colleague.hands.press(colleague.button("Show new reports"))
    expect(rows.first).to_contain_text(grouped(second))


def test_filters_pages_and_coming_back(at_desk: Contexts, office: Office) -> None:
    for number in range(27):
        office.arrives(f"Zebra crossing {number}")
    colleague = Colleague(at_desk())
    page = colleague.page
    colleague.sign_in(office.account())
    colleague.hands.write(colleague.field("Words or reference number"), "zebra")
    with colleague.taken_to(page.locator("#found")):
        colleague.hands.press(colleague.button("Show"))
    expect(page.locator("#found")).to_have_text("27 reports found. Page 1.")
    colleague.look()
    colleague.hands.press(colleague.button("Older reports"))
    expect(page.locator("#found")).to_have_text("27 reports found. Page 2.")
    page.reload()
    expect(page.locator("#found")).to_have_text("27 reports found. Page 2.")
    expect(page.locator("body")).to_be_focused()
    expect(colleague.field("Words or reference number")).to_have_value("zebra")
    colleague.hands.press(colleague.button("Newer reports"))
    expect(page.locator("#found")).to_have_text("27 reports found. Page 1.")
    colleague.field("Status").select_option("Fixed")
    colleague.hands.press(colleague.button("Show"))
    expect(page.locator("#found")).to_have_text("No reports match these filters.")
    colleague.look()
    colleague.hands.press(colleague.button("Clear filters"))
    expect(colleague.field("Status")).to_have_value("open")
    expect(colleague.field("Words or reference number")).to_have_value("")


def test_colleagues_see_each_others_work_at_once(at_desk: Contexts, office: Office) -> None:
    reference = office.arrives()
    robin, noor = Colleague(at_desk()), Colleague(at_desk(locale="es"), "es")
    robin.sign_in(office.account("Robin"))
    noor.sign_in(office.account("Noor"))
    robin.open(reference)
    noor.open(reference)
    noor.field("Public note").fill("a medio escribir")
    noor.choice("Closed").check()
    robin.choice("Being worked on").check()
    robin.button("Change the status").click()
    expect(noor.page.get_by_role("status").filter(has_text="Robin")).to_be_visible()
    expect(noor.page.locator(".badge")).to_have_text(noor.t("Being worked on"))
    expect(noor.field("Public note")).to_have_value("a medio escribir")
    expect(noor.choice("Closed")).to_be_checked()
    noor.look()


def test_a_sign_in_that_ends_loses_no_words(at_desk: Contexts, office: Office) -> None:
    email, reference = office.account(), office.arrives()
    context = at_desk()
    colleague, elsewhere = Colleague(context), Colleague(context)
    page = colleague.page
    colleague.sign_in(email)
    colleague.open(reference)
    colleague.field("Public note").fill("half a sentence")
    elsewhere.page.goto("/en/desk/")
    elsewhere.button("Sign out").click()
    expect(elsewhere.page).to_have_url(re.compile("/desk/sign-in/"))
    colleague.choice("Fixed").check()
    colleague.button("Change the status").click()
    expect(page.get_by_role("alert")).to_contain_text("You are signed out")
    for said in CONTACT:
        assert said not in page.content()
    colleague.look()
    with context.expect_page() as new:
        colleague.link("Sign in (opens a new tab)").click()
    expect(new.value.get_by_role("heading", level=1)).to_have_text("Sign in at the desk")
    new.value.close()
    elsewhere.write_password(email)
    expect(elsewhere.page).to_have_url(re.compile("/en/desk/$"))
    # Coming back to a tab is what makes it connect again.
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".badge")).to_have_text("Received")
    expect(colleague.field("Public note")).to_have_value("half a sentence")
    expect(page.get_by_role("alert")).to_have_text("")


def test_a_portal_that_goes_away_and_comes_back(at_desk: Contexts, own_server: PortalServer) -> None:
    office = Office(own_server)
    email, reference = office.account(), office.arrives()
    colleague = Colleague(at_desk(portal=own_server, forgiven=("WebSocket", "net::ERR_")))
    page = colleague.page
    colleague.sign_in(email)
    colleague.open(reference)
    colleague.field("Public note").fill("half a sentence")
    own_server.kill()
    expect(page.get_by_role("status").filter(has_text="No connection to the portal.")).to_be_visible()
    colleague.look()
    own_server.start()
    expect(page.locator(".connection")).to_have_text("", timeout=30_000)
    expect(page.locator(".badge")).to_have_text("Received")
    expect(colleague.field("Public note")).to_have_value("half a sentence")
    colleague.choice("Fixed").check()
    colleague.button("Change the status").click()
    expect(page.locator("#done")).to_have_text("The status is now: Fixed.")
    office.close()


def test_a_number_of_no_report(at_desk: Contexts, office: Office) -> None:
    colleague = Colleague(at_desk())
    colleague.sign_in(office.account(), to="/en/desk/request/?ref=4829135570246")
    colleague.page.goto("/en/desk/request/?ref=12")
    expect(colleague.page.get_by_role("heading", level=1)).to_have_text("There is no such report")
    colleague.look()
    colleague.link("Back to the list").click()
    expect(colleague.page.get_by_role("heading", level=1)).to_have_text("Reports")


def test_the_weight_of_a_first_visit(at_desk: Contexts, office: Office) -> None:
    context = at_desk(extra_http_headers={"accept-encoding": "gzip"})
    colleague = Colleague(context)
    colleague.sign_in(office.account())
    expect(colleague.page.locator("#found")).to_be_visible()
    sizes: dict[str, int] = {}
    fresh = context.new_page()
    client = context.new_cdp_session(fresh)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    urls: dict[str, str] = {}
    client.on(
        "Network.responseReceived", lambda said: urls.update({said["requestId"]: said["response"]["url"]})
    )
    client.on(
        "Network.loadingFinished", lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]})
    )
    fresh.goto("/en/desk/")
    expect(fresh.locator("#found")).to_be_visible()
    total = round(sum(sizes.values()))
    listing = "\n".join(f"{round(sizes[key]):>7} {urls.get(key, '?')}" for key in sizes)
    print(f"{total} bytes in {len(sizes)} answers\n{listing}")
    assert total <= MOST_BYTES, listing


def test_a_page_that_fails_in_the_browser_says_so(at_desk: Contexts, office: Office) -> None:
    colleague = Colleague(at_desk(forgiven=("the console says", "a script failed")))
    page = colleague.page
    # React cannot draw an object where a text belongs.
    broken = {QUEUE: {"found_rx_state_": {"no": "text"}}}

    def break_it(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            socket.send(message)
            if "found_rx_state_" in str(message):
                socket.send(f"42/_event,{json.dumps(['event', {'delta': broken}])}")

        server.on_message(pass_on)

    page.route_web_socket(re.compile("/_event/"), break_it)
    colleague.sign_in(office.account())
    expect(page.get_by_role("heading", level=1)).to_have_text("This page could not be shown")
    expect(page.get_by_role("alert").filter(has_text="Nothing of the report has changed.")).to_be_visible()
    expect(colleague.button("Sign out")).to_be_visible()


def test_strangers_reach_nothing_of_the_framework(at_desk: Contexts) -> None:
    stranger = Colleague(at_desk(forgiven=("WebSocket",)))
    stranger.page.goto("/en/desk/")
    expect(stranger.page).to_have_url(re.compile("/desk/sign-in/"))
    knock = """() => new Promise(told => {
      const socket = new WebSocket(location.origin.replace("http", "ws") + "/_event/?EIO=4&transport=websocket&token=x");
      socket.onopen = () => told("opened");
      socket.onerror = () => told("refused");
    })"""
    assert stranger.page.evaluate(knock) == "refused"
    for path in (
        "/ping",
        "/_health",
        "/_upload",
        "/_all_routes",
        "/_event/?EIO=4&transport=polling",
        "/404.html",
    ):
        assert stranger.page.request.get(path).status == 404, path
    for document in ("/en/desk/index.html", "/en/desk.html", "/__spa-fallback.html", "/env.json"):
        assert stranger.page.request.get(document).status == 404, document


@pytest.mark.parametrize("keyboard", [False, True], ids=["finger", "keyboard"])
def test_words_are_shown_and_hidden_and_the_focus_stays(
    at_desk: Contexts, office: Office, keyboard: bool
) -> None:
    reference = office.arrives("A man sleeps there.")
    colleague = Colleague(at_desk(), keyboard=keyboard)
    page = colleague.page
    colleague.sign_in(office.account(), to=f"/en/desk/request/?ref={reference}")
    main, said = page.get_by_role("main"), page.get_by_role("status")
    public = f"/en/requests/{reference}/"
    expect(main).to_contain_text("Not looked at yet. Nobody outside sees it.")
    assert "A man sleeps there." not in page.request.get(public).text()
    for press, tells, is_public in (
        ("Show words and photos to everybody", "Shown to everybody: Words", True),
        ("Hide all", "Hidden from everybody: Words", False),
        ("Show words", "Shown to everybody: Words", True),
        ("Hide words", "Hidden from everybody: Words", False),
    ):
        button = colleague.button(press)
        colleague.hands.press(button)
        expect(said.filter(has_text=tells)).to_be_visible()
        if keyboard:
            expect(button).to_be_focused()
        assert ("A man sleeps there." in page.request.get(public).text()) == is_public
    expect(page.locator(".timeline li").first).to_contain_text("Robin")
    colleague.look()


def where(button: Locator) -> tuple[int, int]:
    """Where a button stands in the window, in whole pixels."""
    box = button.bounding_box()
    assert box is not None
    return round(box["x"]), round(box["y"])


@pytest.mark.parametrize("width", [320, 1280])
def test_a_press_moves_no_button_so_a_second_press_decides_nothing_else(
    at_desk: Contexts, server: PortalServer, desk: Desk, office: Office, width: int
) -> None:
    sent = send_report(server, photos=(phone_photo(900, 600),))
    desk.stored(sent.reference)
    colleague = Colleague(at_desk(viewport={"width": width, "height": 800}))
    page = colleague.page
    colleague.sign_in(office.account(), to=f"/en/desk/request/?ref={sent.reference}")
    for press, tells in (
        ("Show words and photos to everybody", "Shown to everybody: Words · Photo 1"),
        ("Hide all", "Hidden from everybody: Words · Photo 1"),
        ("Show words", "Shown to everybody: Words"),
        ("Hide words", "Hidden from everybody: Words"),
        ("Show this photo", "Shown to everybody: Photo 1"),
        ("Hide this photo", "Hidden from everybody: Photo 1"),
    ):
        button = colleague.button(press)
        button.scroll_into_view_if_needed()
        before = where(button)
        button.click()
        expect(page.locator(".timeline li").first).to_contain_text(tells)
        assert where(button) == before, press


def test_the_same_press_again_is_said_as_something_new(at_desk: Contexts, office: Office) -> None:
    """Screen readers say nothing of words that are the same as before."""
    reference = office.arrives()
    colleague = Colleague(at_desk(), keyboard=True)
    page = colleague.page
    colleague.sign_in(office.account(), to=f"/en/desk/request/?ref={reference}")
    said = page.locator("main .sr[role=status]")
    colleague.hands.press(colleague.button("Show words"))
    expect(said).to_have_text("Shown to everybody: Words")
    before = ""
    for _ in range(4):
        colleague.hands.press(colleague.button("Show words"))
        page.wait_for_function(
            "([said, before]) => said.textContent.startsWith('Nothing was') && said.textContent !== before",
            arg=[said.element_handle(), before],
        )
        before = said.text_content() or ""
        expect(said).to_have_text("Nothing was changed.")


def test_the_button_for_what_is_new_hands_the_focus_on_when_it_goes(
    at_desk: Contexts, server: PortalServer, desk: Desk, office: Office
) -> None:
    sent = send_report(server, photos=(phone_photo(900, 600),))
    desk.stored(sent.reference)
    colleague = Colleague(at_desk(), keyboard=True)
    page = colleague.page
    colleague.sign_in(office.account(), to=f"/en/desk/request/?ref={sent.reference}")
    colleague.hands.press(colleague.button("Hide words"))
    expect(page.locator("#seen")).to_have_text("Some of it is hidden.")
    with colleague.taken_to(page.locator("#seen")):
        colleague.hands.press(colleague.button("Show only what is new"))
    expect(page.locator(".timeline li").first).to_contain_text("Shown to everybody: Photo 1")


def test_words_stand_before_the_buttons_that_decide_about_them(at_desk: Contexts, office: Office) -> None:
    reference = office.arrives("A man sleeps there.")
    colleague = Colleague(at_desk())
    colleague.sign_in(office.account(), to=f"/en/desk/request/?ref={reference}")
    button = colleague.button("Show words and photos to everybody")
    expect(button).to_have_accessible_description("Not looked at yet. Nobody outside sees it.")
    assert where(colleague.page.get_by_text("A man sleeps there."))[1] < where(button)[1]


def test_buttons_keep_off_a_photo_without_a_description(
    at_desk: Contexts, server: PortalServer, desk: Desk, office: Office
) -> None:
    sent = send_report(server, photos=(phone_photo(900, 600), phone_photo(600, 900)))
    desk.stored(sent.reference)
    colleague = Colleague(at_desk())
    colleague.sign_in(office.account(), to=f"/en/desk/request/?ref={sent.reference}")
    button = colleague.button("Show this photo").last
    button.scroll_into_view_if_needed()
    picture = colleague.page.locator(".photos a").last.bounding_box()
    assert picture is not None
    assert where(button)[1] >= picture["y"] + picture["height"] + 4


def test_numbers_are_read_from_left_to_right_in_arabic(at_desk: Contexts, office: Office) -> None:
    reference = office.arrives()
    colleague = Colleague(at_desk(), "ar")
    page = colleague.page
    colleague.sign_in(office.account(), to="/ar/desk/")
    expect(colleague.row(reference)).to_be_visible()
    ends = """(number) => {
      const [first, last] = [0, number.firstChild.length - 1].map((at) => {
        const range = document.createRange();
        range.setStart(number.firstChild, at);
        range.setEnd(number.firstChild, at + 1);
        return range.getBoundingClientRect().x;
      });
      return first < last;
    }"""
    assert page.locator(f"a[href$='ref={reference}'] bdi").evaluate(ends)
    colleague.open(reference)
    assert page.locator("h1 .number").evaluate(ends)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_header_is_in_one_piece(at_desk: Contexts, office: Office, width: int) -> None:
    colleague = Colleague(at_desk(viewport={"width": width, "height": 800}))
    page = colleague.page
    colleague.sign_in(office.account())
    expect(page.locator("#found")).to_be_visible()
    expect(page.locator("header .brand")).to_have_text("Portland 311 Desk")
    # One line of text, and not a triangle, a sign and a name below each other.
    assert page.locator("header summary").evaluate("(summary) => summary.offsetHeight") <= 56
