"""Somebody who hears a page through Orca and works it with keys."""

from playwright.sync_api import Locator, Page, expect

from a11y_tests.screen_reader.orca.desktop import Desktop


class Visitor:
    """Keys go through the desktop, as only then Orca knows of them; the browser is only asked where things are."""

    def __init__(self, page: Page, desktop: Desktop) -> None:
        self.page = page
        self.desktop = desktop

    def open(self, path: str) -> list[str]:
        """Open a page; what is said of it."""
        # A new window begins in the browser's own field for addresses.
        self.page.bring_to_front()
        self.desktop.hush()
        self.page.goto(path)
        return self.desktop.hear(self.page.title())

    def reach(self, target: Locator) -> None:
        """Bring the focus to a control, and let it be spoken."""
        expect(target).to_be_visible()
        self.desktop.hush()
        target.focus()
        self.desktop.hush()
        # A page that takes the focus away meanwhile is a fault of its own, and no silence.
        expect(target).to_be_focused()

    def tab_to(self, target: Locator, *, key: str = "Tab", most: int = 150) -> list[str]:
        """Go to a control by the Tab key alone, as somebody does who does not see where it is; what is said of it.

        most: presses. Raises AssertionError if it is not reached.
        """
        expect(target).to_be_visible()
        for _ in range(most):
            before = self.page.evaluate_handle("document.activeElement")
            self.desktop.hush(quiet_s=0)
            self.desktop.keys(key)
            self.page.wait_for_function("(before) => document.activeElement !== before", arg=before)
            if target.evaluate("(target) => target === document.activeElement"):
                return self.desktop.hear("")
        raise AssertionError(f"not reached after {most} presses of {key}")

    def press(self, target: Locator) -> None:
        """Go to a button or link and press Enter."""
        self.reach(target)
        self.desktop.keys("Return")

    def write(self, target: Locator, text: str) -> None:
        """Go to a field and type."""
        self.reach(target)
        self.desktop.type(text)
        expect(target).to_have_value(text)

    def hear(self, words: str) -> list[str]:
        """What is said up to these words and the silence after them."""
        return self.desktop.hear(words)


def times(words: str, said: list[str]) -> int:
    """How often these words were said."""
    return sum(phrase.count(words) for phrase in said)
