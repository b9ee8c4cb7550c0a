"""What a live page shows if drawing it fails in the browser: a sentence instead of an empty page."""

import reflex as rx
from reflex_base.utils.imports import ImportDict, ImportVar


class Boundary(rx.Component):
    """Shows `fallback` in place of its children once one of them has failed (React error boundary).

    Reflex's own sends what failed to the server, where it is logged, and speaks English.
    """

    tag = "Boundary"

    fallback: rx.Var[rx.Component]

    def add_imports(self) -> ImportDict:
        """What the class needs."""
        return {"react": ImportVar(tag="Component", alias="ReactComponent")}

    def add_custom_code(self) -> list[str]:
        """The class itself; React knows boundaries only as classes."""
        return [
            """class Boundary extends ReactComponent {
  state = { failed: false };
  static getDerivedStateFromError() { return { failed: true }; }
  render() { return this.state.failed ? this.props.fallback : this.props.children; }
}"""
        ]
