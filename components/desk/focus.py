"""Moves the focus to what has just appeared, so that people who do not see the screen are taken there."""

from typing import Any

import reflex as rx


class Focus(rx.Fragment):
    """Focuses an element after React has drawn the change that names it.

    Reflex's own `rx.set_focus` from the server comes before the element is there.
    on: id of the element; count: another number means "now".
    """

    on: rx.Var[str]
    count: rx.Var[int]

    def _exclude_props(self) -> list[str]:
        return ["on", "count"]

    def add_imports(self) -> dict[str, Any]:
        """What the hook needs."""
        return {"react": "useEffect"}

    def add_hooks(self) -> list[str | rx.Var[Any]]:
        """The hook itself."""
        focus = f"if ({self.count}) document.getElementById({self.on})?.focus()"
        return [rx.Var(f"useEffect(() => {{ {focus} }}, [{self.count}])")]
