"""The frame of the desk's pages, with the variables that all of them share."""

import reflex as rx

from components.desk.frame import Frame
from state.desk.base import Desk


def frame(locale: str, route: str, *, query: rx.Var[str] | str = "") -> Frame:
    """The frame of a page. route: name in app.routes. query: what follows its path, with the question mark."""
    return Frame(
        locale=locale,
        route=route,
        query=query,
        city=Desk.city,
        person=Desk.person,
        person_id=Desk.person_id,
        on_rest=Desk.rest,
        signed_out=Desk.signed_out,
        problem=Desk.problem,
        focus_on=Desk.focus_on,
        focus_count=Desk.focus_count,
    )
