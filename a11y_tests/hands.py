"""How a person works a page: with a finger, or with nothing but the keyboard."""

from typing import Protocol

from playwright.sync_api import FilePayload, Locator, Page, expect

from a11y_tests.page_rules import faults_of_focus
from a11y_tests.watch import Watch

MOST_TABS = 120


class Hands(Protocol):
    """What a person can do to a control. Each waits until the control can be used."""

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""

    def write(self, target: Locator, text: str) -> None:
        """Put a text into a field, in place of what stands there."""

    def choose(self, target: Locator) -> None:
        """Choose a radio button or tick a check box."""

    def attach(self, target: Locator, file: FilePayload) -> None:
        """Choose a file."""

    def reach(self, target: Locator) -> None:
        """Bring the focus to a control."""


class Finger:
    """Taps and types."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def choose(self, target: Locator) -> None:
        target.check()

    def attach(self, target: Locator, file: FilePayload) -> None:
        target.set_input_files(file)

    def reach(self, target: Locator) -> None:
        target.focus()


class Keyboard:
    """Tab, Enter, Space, arrows and letters; after each Tab the focus must be somewhere and be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, target: Locator) -> None:
        self.reach(target)
        self._page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self._page.keyboard.press("ControlOrMeta+a")
        self._page.keyboard.type(text)
        expect(target).to_have_value(text)

    def choose(self, target: Locator) -> None:
        """One Tab brings a person to a group of radio buttons, arrows to the button."""
        kind, name = target.get_attribute("type"), target.get_attribute("name")
        if kind == "checkbox":
            self.reach(target)
            self._page.keyboard.press("Space")
        else:
            self.reach(self._page.locator(f'input[type=radio][name="{name}"]'))
            self._page.keyboard.press("Space")
            for _ in range(20):
                if target.is_checked():
                    break
                self._page.keyboard.press("ArrowDown")
        expect(target).to_be_checked()

    def attach(self, target: Locator, file: FilePayload) -> None:
        # The browser is asked to hand the chooser over, and a key may overtake that: without an answer of the page
        # in between, which is what finding the control brings, the chooser may open where nobody sees it.
        with self._page.expect_file_chooser() as chooser:
            self.reach(target)
            self._page.keyboard.press("Space")
        chooser.value.set_files(file)

    def reach(self, target: Locator) -> None:
        """Press Tab until one of the controls that are meant has the focus."""
        expect(target.first).to_be_visible()
        for _ in range(MOST_TABS):
            if target.evaluate_all("those => those.includes(document.activeElement)"):
                return
            self._page.keyboard.press("Tab")
            at_the_end = self._page.evaluate("document.activeElement === document.body")
            if not at_the_end:
                Watch.of(self._page.context).note(self._page.title(), faults_of_focus(self._page))
        raise AssertionError(f"{MOST_TABS} times Tab did not lead to {target}")
