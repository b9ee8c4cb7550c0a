"""What a live page does besides drawing itself: move the focus, empty a form. Both after React has drawn."""

import reflex as rx


class _Effect(rx.Fragment):
    """Does something each time its count changes while the page is open.

    Not when the count of an earlier visit comes with the page's state, or is 0 after a new start of the server.
    """

    count: rx.Var[int]

    def _exclude_props(self) -> list[str]:
        return ["count", "on", "form"]

    def add_imports(self) -> dict[str, str | list[str]]:
        """What the hook needs."""
        return {"react": "useEffect"}

    def _hook(self, action: str) -> list[str | rx.Var[object]]:
        condition = f"{rx.State.is_hydrated} && {self.count}"
        return [rx.Var(f"useEffect(() => {{ if ({condition}) {action} }}, [{self.count}])")]


class Focus(_Effect):
    """Moves the focus to what has just appeared, so that people who do not see the screen are taken there.

    Reflex's own `rx.set_focus` from the server comes before the element is there. on: id of the element.
    """

    on: rx.Var[str]

    def add_hooks(self) -> list[str | rx.Var[object]]:
        """The hook itself."""
        return self._hook(f"document.getElementById({self.on})?.focus()")


class Empty(_Effect):
    """Empties a form once what it held has been done. form: its id."""

    form: rx.Var[str]

    def add_hooks(self) -> list[str | rx.Var[object]]:
        """The hook itself."""
        return self._hook(f"document.getElementById({self.form})?.reset()")


class Address(_Effect):
    """Shows in the address which filters count, so that a reload, a bookmark and a new state find them there.

    query: with the question mark. count: how often it was set.
    """

    query: rx.Var[str]

    def _exclude_props(self) -> list[str]:
        return [*super()._exclude_props(), "query"]

    def add_hooks(self) -> list[str | rx.Var[object]]:
        """The hook itself."""
        return self._hook(f'history.replaceState(history.state, "", location.pathname + {self.query})')


class Tab(rx.Fragment):
    """What assets/desk.js does for an open tab. person: id of who is signed in, or empty. rest: id of the button that
    lets the server forget what the tab shows.
    """

    person: rx.Var[str]
    rest: str

    def _exclude_props(self) -> list[str]:
        return ["person", "rest"]

    def add_imports(self) -> dict[str, str | list[str]]:
        """What the hooks need."""
        return {"react": "useEffect", "$/public/desk": ["keepWords", "restWhenIdle"]}

    def add_hooks(self) -> list[str | rx.Var[object]]:
        """The hooks themselves."""
        rest = f'() => document.getElementById("{self.rest}")?.click()'
        return [
            rx.Var(f"useEffect(() => keepWords({self.person}), [{self.person}])"),
            rx.Var(f"useEffect(() => restWhenIdle({rest}), [])"),
        ]
