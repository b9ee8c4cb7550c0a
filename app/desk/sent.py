"""What any form of the desk sends, checked: whatever comes over a websocket may be of any type. Plain data."""

from collections.abc import Iterable, Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

LONGEST_TYPED = 20_000
"""Characters of a text that are looked at at all; how long it may be, the rules say."""

Code = Annotated[str, StringConstraints(max_length=40)]
Typed = Annotated[str, StringConstraints(max_length=LONGEST_TYPED)]


class Sent(BaseModel):
    """Base of what a form sends: nothing is guessed, and what was sent stands in no error."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


Form = TypeVar("Form", bound=Sent)


def read(form: type[Form], sent: Mapping[str, object] | Iterable[tuple[str, object]]) -> Form | None:
    """What a form sent, or None if no form of ours has sent this, of whatever type it really is."""
    try:
        return form.model_validate(dict(sent))
    except (ValidationError, TypeError, ValueError):
        return None
