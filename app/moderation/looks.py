"""Whether what a person wrote or photographed may be seen by everybody: each text and each photo by itself."""

from enum import StrEnum


class Look(StrEnum):
    """What staff have said about one text or one photo.

    WAITING: nothing yet; whether everybody sees it then is for the type's `publish` to say.
    """

    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


def is_public(look: str, of_report: str, *, at_once: bool) -> bool:
    """Whether everybody may see a text or a photo. of_report: the look of the report's own words.

    at_once: whether its type shows what nobody has looked at. Not where staff have hidden the report's words: what
    comes to such a report later waits for its own look.
    """
    if look == Look.WAITING:
        return at_once and of_report != Look.HIDDEN
    return look == Look.SHOWN
