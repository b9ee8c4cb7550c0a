"""What CAP 1.2 says of an alert in one word each, and what people read for it.

The values are CAP's and are stored; the words are not. Each list begins with what is gravest.
"""

from enum import StrEnum

from i18n import N_, Message


class Severity(StrEnum):
    """How great the danger is (CAP 1.2 §3.2.2, severity)."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"

    @property
    def words(self) -> Message:
        """What people read."""
        return _SEVERITY[self]


class Urgency(StrEnum):
    """How soon people should act (CAP 1.2 §3.2.2, urgency)."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"

    @property
    def words(self) -> Message:
        """What people read."""
        return _URGENCY[self]


class Certainty(StrEnum):
    """How sure it is (CAP 1.2 §3.2.2, certainty)."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"

    @property
    def words(self) -> Message:
        """What people read."""
        return _CERTAINTY[self]


class Event(StrEnum):
    """What an alert is about. From a list, so that everybody reads at least this much in their own language."""

    HEAT = "heat"
    COLD = "cold"
    SMOKE = "smoke"
    STORM = "storm"
    SNOW = "snow"
    FLOOD = "flood"
    EARTHQUAKE = "earthquake"
    FIRE = "fire"
    WATER = "water"
    POWER = "power"
    ROADS = "roads"
    CHEMICALS = "chemicals"
    SAFETY = "safety"
    HEALTH = "health"
    SERVICE = "service"

    @property
    def words(self) -> Message:
        """What people read."""
        return _EVENT[self][1]

    @property
    def category(self) -> str:
        """CAP 1.2 §3.2.2, category."""
        return _EVENT[self][0]


_SEVERITY = {
    # Translators: how great a danger is, the greatest first: five choices of which staff choose one.
    Severity.EXTREME: N_("Extreme: great danger to life"),
    Severity.SEVERE: N_("Severe: danger to life"),
    Severity.MODERATE: N_("Moderate: people may be harmed"),
    Severity.MINOR: N_("Minor: little or no danger"),
    Severity.UNKNOWN: N_("Not known"),
}

_URGENCY = {
    # Translators: how soon people should act: five choices of which staff choose one.
    Urgency.IMMEDIATE: N_("Act now"),
    Urgency.EXPECTED: N_("Act within the hour"),
    Urgency.FUTURE: N_("Get ready"),
    Urgency.PAST: N_("It is over"),
    Urgency.UNKNOWN: N_("Not known"),
}

_CERTAINTY = {
    # Translators: how sure it is: five choices of which staff choose one.
    Certainty.OBSERVED: N_("It is happening"),
    Certainty.LIKELY: N_("Likely"),
    Certainty.POSSIBLE: N_("Possible"),
    Certainty.UNLIKELY: N_("Not likely"),
    Certainty.UNKNOWN: N_("Not known"),
}

_EVENT = {
    # Translators: from here on, what an alert of the city is about; a few words before its headline.
    Event.HEAT: ("Met", N_("Great heat")),
    Event.COLD: ("Met", N_("Great cold")),
    Event.SMOKE: ("Env", N_("Smoke or bad air")),
    Event.STORM: ("Met", N_("Storm")),
    Event.SNOW: ("Met", N_("Snow or ice")),
    Event.FLOOD: ("Met", N_("Flood")),
    Event.EARTHQUAKE: ("Geo", N_("Earthquake")),
    Event.FIRE: ("Fire", N_("Fire")),
    Event.WATER: ("Infra", N_("Drinking water")),
    Event.POWER: ("Infra", N_("Power outage")),
    Event.ROADS: ("Transport", N_("Roads and transit")),
    Event.CHEMICALS: ("CBRNE", N_("Dangerous chemicals")),
    Event.SAFETY: ("Safety", N_("Public safety")),
    Event.HEALTH: ("Health", N_("Public health")),
    Event.SERVICE: ("Other", N_("City services")),
}
