"""The step for the place as tests see it: its parts by what they are, and how a test gets there."""

from playwright.sync_api import Locator, Page, expect

PIN = ("lat", "long", "place_source", "accuracy_m")
COSTLY = "Object.defineProperty(Navigator.prototype, 'connection', { value: { saveData: true } });"
"""Run before the page's own scripts: data are dear."""


def open_place(page: Page, query: str = "", code: str = "anywhere") -> Page:
    """Open the step for the place, whichever comes before it."""
    page.goto(f"/en/report/{code}/{query}#step-place")
    expect(page.get_by_role("button", name="Show a map")).to_be_visible()
    return page


def field(page: Page) -> Locator:
    """The place in words."""
    return page.locator("[name=address_string]")


def pin(page: Page) -> tuple[str, ...]:
    """Latitude, longitude, where they come from, and how exact they are, as the form would send them."""
    return tuple(page.locator(f"[name={name}]").input_value() for name in PIN)


def said(page: Page) -> Locator:
    """What is said to everybody or only to those who listen."""
    return page.locator("place-picker [data-part=said]")


def words(page: Page) -> Locator:
    """Where the pin is, in sight."""
    return page.locator("[data-part=pin-words]")


def put_pin(page: Page, lat: float, long: float, source: str = "device") -> None:
    """Put the pin somewhere, and wait until the page says where that is."""
    page.evaluate(
        """async ([lat, long, source]) => {
          const picker = document.querySelector("place-picker");
          picker.setPin([lat, long], source, source === "device" ? 10 : undefined);
          await picker.tell();
        }""",
        [lat, long, source],
    )


def keep_atlas(page: Page) -> None:
    """Keep on the phone what makes places known without a network, as happens when a page is at rest."""
    page.evaluate("document.querySelector('place-picker').keepAtlas()")
