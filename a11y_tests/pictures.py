"""`python -m a11y_tests.pictures`: draws the README's picture, four screens of a phone on the way of one report."""

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from a11y_tests.chromium import find
from a11y_tests.server import PortalServer

TARGET = Path(__file__).parents[1] / "docs/images/report-on-a-phone.webp"
PHONE = {"width": 360, "height": 720}
GAP = 24
"""Pixels between two phones."""
HERE = {"latitude": 45.512, "longitude": -122.626, "accuracy": 20}


def main() -> None:
    """Start a portal on empty data, report a pothole, and put the screens side by side."""
    with tempfile.TemporaryDirectory() as folder:
        server = PortalServer(Path(folder) / "data")
        server.start()
        try:
            screens = list(_screens(server.url))
        finally:
            server.stop()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    _side_by_side(screens).save(TARGET, "WEBP", quality=78, method=6)
    print(f"{TARGET.relative_to(Path.cwd())}: {TARGET.stat().st_size} bytes")


def _screens(url: str) -> Iterator[Image.Image]:
    chromium = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport=PHONE, geolocation=HERE, permissions=["geolocation"]).new_page()
        page.goto(f"{url}/en/")
        yield _picture(page)
        page.goto(f"{url}/en/report/pothole/")
        page.get_by_label("Address, crossing or place").fill("SE Hawthorne Blvd & SE 34th Ave")
        page.get_by_role("button", name="Use my location").click()
        page.locator("[data-part=pin-words]").filter(has_text="Your location").wait_for()
        page.get_by_role("button", name="Show a map").click()
        page.get_by_role("slider").wait_for()
        page.get_by_label("Address, crossing or place").scroll_into_view_if_needed()
        yield _picture(page)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Like a car tire").check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Add photos").set_input_files(
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": _photo_of_a_hole()}
        )
        page.get_by_role("listitem").filter(has_text="What does photo 1 show").wait_for()
        page.get_by_label("What does photo 1 show").fill("A deep hole in the bike lane")
        page.get_by_role("heading", name="Photos", exact=True).scroll_into_view_if_needed()
        yield _picture(page)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Send report").click()
        page.wait_for_url("**/sent/**")
        yield _picture(page)
        browser.close()


def _picture(page: Page) -> Image.Image:
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def _photo_of_a_hole() -> bytes:
    """A drawn photo, so that nobody's picture is needed: asphalt, a white line, a hole."""
    photo = Image.new("RGB", (1600, 1200), "#5b5d61")
    draw = ImageDraw.Draw(photo)
    draw.polygon([(100, 1200), (240, 0), (330, 0), (260, 1200)], fill="#e9e7df")
    draw.ellipse([620, 420, 1320, 860], fill="#3a3a3d")
    draw.ellipse([690, 480, 1250, 800], fill="#1f1d1c")
    file = BytesIO()
    photo.save(file, "JPEG", quality=85)
    return file.getvalue()


def _side_by_side(screens: list[Image.Image]) -> Image.Image:
    width = len(screens) * (PHONE["width"] + GAP) + GAP
    sheet = Image.new("RGB", (width, PHONE["height"] + 2 * GAP), "#d9e4de")
    for number, screen in enumerate(screens):
        sheet.paste(screen, (GAP + number * (PHONE["width"] + GAP), GAP))
    return sheet


if __name__ == "__main__":
    main()
