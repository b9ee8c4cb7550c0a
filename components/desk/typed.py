"""What stands for a value that only the browser will know, under the type of that value.

While a screen is built, a variable of its state stands for what it will hold. Reflex's own types say nothing of the
objects and lists in it, so each of their attributes would be of any type. Here the variable bears the type of its
value, and mypy sees every attribute that a screen uses. Text, numbers and attributes can be used as if they were there;
what Python would have to know itself (`if`, `for`, `len`) fails while the screen is built, and is written with these.

This is the one place where the desk's screens say a type that Reflex does not.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import reflex as rx
from reflex_base.event import EventType
from reflex_base.vars.number import NumberVar
from reflex_base.vars.sequence import ArrayVar

T = TypeVar("T")


def var_of(kind: type[T], variable: object) -> T:
    """A variable of a state under the type of its value. Raises TypeError if the state says that it is another one."""
    held = cast(rx.Var[object], variable)._var_type
    if held != kind:
        raise TypeError(f"the state holds {held} where the screen shows {kind}")
    return cast(T, variable)


def taking(kind: type[T], handler: object) -> Callable[[T], EventType[()]]:
    """An event handler that is called with one value of this type."""
    return cast(Callable[[T], EventType[()]], handler)


def each(items: Sequence[T], draw: Callable[[T], rx.Component]) -> rx.Component:
    """Every item of a list, drawn."""
    return rx.foreach(items, draw)


def length(items: Sequence[object]) -> NumberVar[int]:
    """How many items a list has."""
    return cast(ArrayVar[list[object]], items).length()


def some(items: Sequence[object]) -> rx.Var[bool]:
    """Whether a list has items."""
    return length(items) > 0


def none(items: Sequence[object]) -> rx.Var[bool]:
    """Whether a list is empty."""
    return length(items) == 0


def as_text(number: int) -> str:
    """A number where text is wanted."""
    return cast(str, cast(rx.Var[int], number).to_string())
