"""Our elements can be taken off a page and put back: what is gone listens and waits no longer, what is back works once."""

import pytest
from playwright.sync_api import Page, expect

from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import Store, at_the_end, send, sent, until

# Run before the page's own scripts: counts who listens to the page as a whole, and who waits.
COUNTED = """
  const heard = new Map();
  const waiting = new Map();
  const nameOf = (target, type, listener) => {
    if (!heard.has(listener)) heard.set(listener, new Set());
    return [heard.get(listener), `${target === window ? "window" : "document"} ${type}`];
  };
  for (const verb of ["addEventListener", "removeEventListener"]) {
    const real = EventTarget.prototype[verb];
    EventTarget.prototype[verb] = function (type, listener, ...rest) {
      if (this === window || this === document) {
        const [names, name] = nameOf(this, type, listener);
        names[verb.startsWith("add") ? "add" : "delete"](name);
      }
      return real.call(this, type, listener, ...rest);
    };
  }
  const { setTimeout: begin, clearTimeout: end } = window;
  window.setTimeout = (work, ...rest) => {
    const id = begin((...given) => {
      waiting.delete(id);
      work(...given);
    }, ...rest);
    waiting.set(id, `${rest[0]} ms ${new Error().stack.split("\\n")[2]}`);
    return id;
  };
  window.clearTimeout = (id) => {
    waiting.delete(id);
    end(id);
  };
  window.left = () => [...heard.values()].flatMap((names) => [...names]);
  // The outbox is the page's own, and goes on whatever is on the page.
  window.waits = () => [...waiting.values()].filter((from) => !/(store|outbox|deliver)\\.js/.test(from));
"""

ELEMENTS = ["offline-form", "step-form", "place-picker", "photo-input", "sync-status"]

TAKE_AWAY = """() => {
  const ours = [...document.querySelectorAll("body *")].filter((one) => one.localName.includes("-"));
  const names = ours.map((one) => one.localName).join();
  // With an element goes all that it holds.
  for (const one of ours) if (!one.parentElement.closest(names)) one.remove();
}"""


def put_back(page: Page, name: str) -> None:
    """Take an element away and put it back where it was, as a script that moves things does."""
    page.evaluate(
        """(name) => {
          const element = document.querySelector(name);
          const place = document.createComment("");
          element.replaceWith(place);
          place.replaceWith(element);
        }""",
        name,
    )


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("/en/report/anywhere/", "step-form"),
        ("/en/mine/", "my-requests"),
        ("/own/status/", "live-status"),
    ],
)
def test_what_is_taken_away_neither_listens_nor_waits(fresh_page: Page, path: str, element: str) -> None:
    page = fresh_page
    page.add_init_script(COUNTED)
    page.goto(path)
    page.evaluate("(name) => customElements.whenDefined(name)", element)
    if element == "step-form":
        # The suggestions come with the focus, and listen to the whole page.
        page.get_by_label("Address").focus()
        expect(page.get_by_role("combobox")).to_have_attribute("aria-controls", "places-found")
        page.get_by_label("Address").fill("SE 34th")
    assert page.evaluate("left()")
    page.evaluate(TAKE_AWAY)
    assert page.evaluate("left()") == []
    # What had begun ends by itself, and begins nothing new.
    until(lambda: page.evaluate("waits()") == [])


def test_a_form_whose_elements_were_put_back_sends_one_report(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.goto("/en/report/anywhere/")
    expect(page.locator(".progress")).to_be_visible()
    for name in ELEMENTS:
        put_back(page, name)
    expect(page.locator(".progress")).to_have_count(1)
    expect(page.get_by_role("button", name="Show a map", include_hidden=True)).to_have_count(1)
    expect(page.get_by_label("Add photos")).to_have_count(1)
    # Two listeners would go on by two steps.
    page.get_by_label("Address").fill("SE 34th")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".progress")).to_have_text("Step 2 of 5")
    page.go_back()
    at_the_end(page)
    for name in ELEMENTS:
        put_back(page, name)
    expect(page.locator(".progress")).to_have_text("Step 5 of 5")
    send(page)
    sent(page)
    (report,) = fake.reports.values()
    assert report.content["description"] == "Broken glass.\nA lot of it."
    assert fake.count("PUT", "/requests/") == 1


def test_words_that_were_typed_just_before_are_kept(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.goto("/en/report/anywhere/")
    expect(page.locator(".progress")).to_be_visible()
    page.get_by_label("Address").fill("SE 34th")
    page.evaluate("document.querySelector('offline-form').remove()")
    store = Store(page, fake)
    until(lambda: [one["place"] for one in store.reports().values()] == ["SE 34th"])


def test_a_list_that_was_put_back_asks_before_it_deletes(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.route("**/requests/**", lambda route: route.abort())
    page.goto("/en/mine/")
    store = Store(page, fake)
    report = store.queue()
    put_back(page, "my-requests")
    delete = page.locator(f'[id="{report}"]').get_by_role("button", name="Delete")
    expect(delete).to_have_count(1)
    # Two listeners would take one press for two.
    delete.click()
    expect(page.locator("my-requests [data-part=said]")).not_to_be_empty()
    assert list(store.reports()) == [report]
    page.locator(f'[id="{report}"] [data-act=delete]').click()
    until(lambda: store.reports() == {})


def test_a_status_that_was_put_back_looks_once_a_minute(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install()
    page.goto("/own/status/")
    page.evaluate("customElements.whenDefined('live-status')")
    before = fake.count("GET", "/own/status/")
    page.evaluate("window.gone = document.querySelector('live-status'); gone.remove()")
    page.clock.fast_forward("30:00")
    page.evaluate("document.body.append(gone)")
    with page.expect_response("**/own/status/"):
        page.clock.fast_forward("01:01")
    page.evaluate("() => fetch('/own/look/').catch(() => {})")
    assert fake.count("GET", "/own/status/") == before + 1
