"""Somebody who hears a page through Orca and works it with keys: each key has an answer, or the scenario fails."""

import re

from playwright.sync_api import Locator, Page, expect

from a11y_tests.screen_reader.orca.desktop import Desktop

BETWEEN_KEYS_S = 0.3
"""So long a silence between two keys, of somebody who knows the way; in seconds."""
MOST_KEYS = 150

_HAS_THE_FOCUS = """() => {
  const { localName, id, textContent, labels } = document.activeElement;
  const words = labels && labels[0] ? labels[0].textContent : localName === "body" ? "" : textContent;
  return `<${localName}${id && " id=" + id}> ${words.replace(/\\s+/g, " ").trim().slice(0, 80)}`;
}"""


class Visitor:
    """Keys go through the desktop, as only then Orca knows of them; the browser is only asked where things are.

    Nothing here moves the focus in another way than by keys: a test looks (test_by_keys.py).
    """

    def __init__(self, page: Page, desktop: Desktop) -> None:
        self.page = page
        self.desktop = desktop

    def open(self, path: str) -> list[str]:
        """Open a page by its address; what is said of it."""
        # A new window begins in the browser's own field for addresses.
        self.page.bring_to_front()
        self.desktop.hush()
        self.page.goto(path)
        return self.desktop.hear(self.page.title())

    def key(self, *names: str, until: str = "") -> list[str]:
        """Press a key, or one after the other; what is said then, up to these words.

        Raises AssertionError if a key is followed by silence, or if the words do not come.
        """
        for name in names[:-1]:
            self._press(name, quiet_s=BETWEEN_KEYS_S)
        said = self._press(names[-1])
        return said if any(until in phrase for phrase in said) else said + self.desktop.hear(until)

    def tab_to(self, target: Locator, *, key: str = "Tab") -> list[str]:
        """Go to a control by the Tab key alone, as somebody does who does not see where it is; what is said of it.

        Each stop on the way has to say something. Raises AssertionError if it does not, or is never reached.
        """
        expect(target).to_be_visible()
        for _ in range(MOST_KEYS):
            said = self._press(key, quiet_s=BETWEEN_KEYS_S)
            if target.evaluate("(target) => target === document.activeElement"):
                return said + self.desktop.rest()
        raise AssertionError(f"not reached after {MOST_KEYS} presses of {key}: {target}")

    def use(self, target: Locator, *, until: str = "", key: str = "Tab") -> list[str]:
        """Go to a button or link and press Enter; what is said from then on, up to these words."""
        self.tab_to(target, key=key)
        return self.key("Return", until=until)

    def write(self, target: Locator, text: str) -> None:
        """Go to a field and type."""
        self.tab_to(target)
        self.type(text)
        expect(target).to_have_value(text)

    def type(self, text: str) -> None:
        """Type into the field that has the focus. Whether letters are echoed is a setting of Orca's own."""
        self.desktop.hush(quiet_s=BETWEEN_KEYS_S)
        self.desktop.type(text)

    def read_on(self, key: str, words: str, *, most: int = 40) -> list[str]:
        """Go through the page by one key of Orca's ("h", "Down"), until these words are said; all that was said."""
        said: list[str] = []
        for _ in range(most):
            now = self._press(key, quiet_s=BETWEEN_KEYS_S)
            said += now
            if any(words in phrase for phrase in now):
                return said
        raise AssertionError(f"“{words}” was not met after {most} presses of {key}, but: {said}")

    def hear(self, words: str) -> list[str]:
        """What is said by itself, up to these words and the silence after them."""
        return self.desktop.hear(words)

    def _press(self, key: str, *, quiet_s: float | None = None) -> list[str]:
        self.desktop.hush(quiet_s=BETWEEN_KEYS_S)
        self.desktop.keys(key)
        said = self.desktop.answer(quiet_s)
        assert said, f"silence after {key}; the focus is on {self.page.evaluate(_HAS_THE_FOCUS)}"
        return said


def times(words: str, said: list[str]) -> int:
    """How often these words were said."""
    return sum(phrase.count(words) for phrase in said)


def button(visitor: Visitor, name: str) -> Locator:
    """The button whose name begins so."""
    return visitor.page.get_by_role("button", name=re.compile("^" + re.escape(name)))
