"""Request types: what people can report, and what they are asked.

The names are those of Open311 GeoReport v2 (GET Service List, GET Service Definition). All texts are English
source sentences, which are also the keys of the catalogs; they are translated at the edge.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from app.city.contacts import Day, PackModel, Phone, Phrase, Sentence

DEFAULT_LINE = 200
DEFAULT_TEXT = 1_000
# GeoReport v2 allows 4,000 characters for a description; no answer may be longer than that.
LONGEST_TEXT = 4_000

# How far apart two reports of the same thing may lie, in meters, if the pack does not say.
DEFAULT_NEAR_M = 50
LEAST_NEAR_M, MOST_NEAR_M = 10, 1_000

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
AttributeCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^,]{2,40}$")]

Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
LIST_DATATYPES = ("singlevaluelist", "multivaluelist")
TEXT_DATATYPES = ("string", "text")


class CallInstead(PackModel):
    """When a report is too slow and whom to call instead.

    when: the situation, as a short phrase that can stand before a colon.
    phone: the number as people write it.
    name: who answers, and when if not always.
    """

    when: Sentence
    phone: Phone
    name: Phrase


class AttributeValue(PackModel):
    """One answer to choose: `key` is stored and sent, `name` is shown."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    name: Phrase


class Attribute(PackModel):
    """One question of a request type (GeoReport v2 "attribute").

    description: the question. datatype_description: a hint how to answer it. order: 1 is asked first.
    min, max: bounds of a number. max_length: longest answer in characters, for string and text.
    public: whether the answer may be shown to everybody, if the request type shows answers at all.
    """

    code: AttributeCode
    datatype: Datatype
    required: bool = False
    description: Sentence
    datatype_description: Sentence | None = None
    order: int = Field(ge=1)
    values: tuple[AttributeValue, ...] = Field(default=(), max_length=40)
    min: float | None = Field(default=None, allow_inf_nan=False)
    max: float | None = Field(default=None, allow_inf_nan=False)
    max_length: int | None = Field(default=None, ge=1, le=LONGEST_TEXT)
    public: bool = True

    @property
    def field(self) -> str:
        """The name of the form field: `attribute[CODE]` (GeoReport v2, POST Service Request)."""
        return f"attribute[{self.code}]"

    @property
    def limit(self) -> int:
        """The longest answer in characters."""
        return self.max_length or (DEFAULT_TEXT if self.datatype == "text" else DEFAULT_LINE)

    @model_validator(mode="after")
    def _fits_its_datatype(self) -> Attribute:
        problems = []
        if self.datatype in LIST_DATATYPES:
            if len(self.values) < 2:
                problems.append(f'a {self.datatype} needs at least two "values"')
        elif self.values:
            problems.append(f'"values" belong to lists only, not to {self.datatype}')
        if self.datatype != "number" and (self.min is not None or self.max is not None):
            problems.append(f'"min" and "max" belong to numbers only, not to {self.datatype}')
        if self.min is not None and self.max is not None and self.min > self.max:
            problems.append('"min" is greater than "max"')
        if self.datatype not in TEXT_DATATYPES and self.max_length is not None:
            problems.append(f'"max_length" belongs to string and text only, not to {self.datatype}')
        if problems:
            raise ValueError("; ".join(problems))
        return self


class PublicRule(PackModel):
    """What everybody may see of a request of this type. Contact details are never public and have no switch.

    place: `exact`, `approximate` (rounded to a block) or `hidden`.
    """

    description: bool = True
    photos: bool = True
    place: Literal["exact", "approximate", "hidden"] = "exact"
    answers: bool = True


class PrivateProperty(PackModel):
    """What happens to a request of a type on private property.

    ours: the city takes care of it there, too, so there is nothing to say. advice: who does otherwise, in a sentence.
    phone, name: whom to call about it; the city, if nothing is said.
    """

    ours: bool = False
    advice: Sentence | None = None
    phone: Phone | None = None
    name: Phrase | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> PrivateProperty:
        problems = []
        if self.ours and (self.advice or self.phone or self.name):
            problems.append('with "ours: true" nothing else is said; take "advice", "phone" and "name" out')
        if not self.ours and self.advice is None:
            problems.append('"private_property" needs "ours: true" or an "advice"')
        if (self.phone is None) != (self.name is None):
            problems.append('"phone" and "name" belong together: a number, and who answers it')
        if problems:
            raise ValueError("; ".join(problems))
        return self


Publish = Literal["after_look", "at_once"]


class Service(PackModel):
    """One request type (GeoReport v2 "service").

    group: code of its ServiceGroup. bureau: short code of who does the work; agency_responsible: its name.
    expected_days: calendar days until the work is usually done; 0 means the same day. confirmed_by, confirmed_on: who
    at the city says so, and since when; without them nobody is told a time (see `usual_days`).
    near_m: within how many meters an open request may be about the same thing; 0 switches that off.
    private_property: who takes care of it there; None: mostly the owner.
    publish: when everybody sees the words and photos that `public` allows: after staff have looked, or at once.
    """

    service_code: Code
    service_name: Phrase
    description: Sentence
    group: Code
    bureau: Code
    agency_responsible: Phrase
    keywords: tuple[Keyword, ...] = Field(min_length=1, max_length=40)
    expected_days: int | None = Field(default=None, ge=0, le=365)
    confirmed_by: Phrase | None = None
    confirmed_on: Day | None = None
    near_m: int = DEFAULT_NEAR_M
    photo_hint: Sentence | None = None
    place_required: bool = True
    call_instead: tuple[CallInstead, ...] = Field(default=(), max_length=6)
    public: PublicRule = PublicRule()
    publish: Publish = "after_look"
    private_property: PrivateProperty | None = None
    attributes: tuple[Attribute, ...] = Field(default=(), max_length=20)

    @field_validator("near_m")
    @classmethod
    def _is_a_distance_or_off(cls, meters: int) -> int:
        if meters and not LEAST_NEAR_M <= meters <= MOST_NEAR_M:
            raise ValueError(f'"near_m" must be 0, or {LEAST_NEAR_M} to {MOST_NEAR_M} meters')
        return meters

    @model_validator(mode="after")
    def _is_confirmed_wholly_or_not_at_all(self) -> Service:
        if (self.confirmed_by is None) != (self.confirmed_on is None):
            raise ValueError('"confirmed_by" and "confirmed_on" belong together: who said it, and when')
        if self.confirmed_by and self.expected_days is None:
            raise ValueError('"confirmed_by" confirms "expected_days", which is missing')
        return self

    @property
    def usual_days(self) -> int | None:
        """Calendar days until the work is usually done, if somebody at the city has confirmed it."""
        return self.expected_days if self.confirmed_by else None

    @property
    def is_recognizable(self) -> bool:
        """Whether people who stand there can tell from what is public that a request is about the same thing.

        A place that is not exact must not be found out by asking from many spots.
        """
        return self.public.place == "exact" and (self.public.description or self.public.photos)

    @property
    def offered_within_m(self) -> int:
        """Within how many meters open requests are offered before another one is sent; 0 is never."""
        return self.near_m if self.is_recognizable else 0

    @property
    def keyword_list(self) -> str:
        """All keywords as one comma-separated text, as in GeoReport v2; also their key in the catalogs."""
        return ", ".join(self.keywords)

    @property
    def metadata(self) -> bool:
        """GeoReport v2: whether there are questions to fetch."""
        return bool(self.attributes)

    def attribute(self, code: str) -> Attribute | None:
        """Return the question with this code, or None."""
        return next((attribute for attribute in self.attributes if attribute.code == code), None)


class ServiceGroup(PackModel):
    """A group of request types, as shown in the list of types."""

    code: Code
    name: Phrase
    description: Sentence
