"""What an accessibility engine says of an element."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One rule that one element does not pass.

    what: the element's markup, shortened by the engine. fails: or else a person has to look at it.
    """

    engine: str
    rule: str
    what: str
    why: str
    fails: bool

    def __str__(self) -> str:
        how = "" if self.fails else " (to look at)"
        return f"{self.engine} {self.rule}{how}: {self.what} {self.why}"
