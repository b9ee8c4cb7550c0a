"""Says in plain words what the models found wrong with a city pack, with file and line."""

import difflib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ValidationError

from app.city import contacts, services
from app.city import streets as city_places
from app.city.pack import ADDED_TO_ATTRIBUTE, ADDED_TO_SERVICE, Pack
from app.city.problems import Problem
from app.city.yaml_lines import KeyPath
from app.places import points as places
from app.retention import schedule as retention

_LISTS = {
    "services": ("service", "service_code"),
    "attributes": ("attribute", "code"),
    "values": ("value", "key"),
    "groups": ("group", "code"),
    "bureaus": ("bureau", "code"),
    "places": ("place", "name"),
    "holes": ("hole", "name"),
    "lines": ("line", "name"),
    "neighbors": ("neighbor", "name"),
    "retention": ("retention", "kind"),
    "quadrants": ("quadrant", "code"),
    "blocks": ("blocks", "quadrant"),
    "aliases": ("alias", "name"),
    "main": ("street", "name"),
    "zips": ("zip", "code"),
}
_PATTERNS = {
    "^[a-z][a-z0-9-]{0,39}$": "lowercase letters, digits and hyphens, starting with a letter",
    "^[A-Z][A-Z0-9_]{0,39}$": "capital letters, digits and _, starting with a letter",
    "^[a-z0-9][a-z0-9_-]{0,39}$": "lowercase letters, digits, hyphens and _",
    "^[^,]{2,40}$": "2 to 40 characters without a comma",
    "^[0-9]{5}$": "five digits in quotes",
    "^[a-z0-9][a-z0-9.-]{1,60}$": "the city's internet domain in lowercase, without www",
    contacts.WEB_ADDRESS: 'a web address that begins with "https://"',
    contacts.LANGUAGE: 'codes of languages, as "en" and "zh-Hans" are',
}
_PHONE = 'a phone number such as "911", "503-823-4000" or "+52 55 1234 5678"'
_REASONS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "missing": lambda key, _: f"{key} is missing",
    "string_type": lambda key, _: f"{key} must be text; put it in quotes if it looks like a number or yes/no",
    "string_too_short": lambda key, ctx: f"{key} needs at least {ctx['min_length']} characters",
    "string_too_long": lambda key, ctx: f"{key} may have at most {ctx['max_length']} characters",
    "string_pattern_mismatch": lambda key, ctx: f"{key} must be {_PATTERNS.get(ctx['pattern'], _PHONE)}",
    "int_type": lambda key, _: f"{key} must be a whole number",
    "int_from_float": lambda key, _: f"{key} must be a whole number",
    "float_type": lambda key, _: f"{key} must be a number",
    "finite_number": lambda key, _: f"{key} must be a finite number",
    "bool_type": lambda key, _: f"{key} must be true or false",
    "tuple_type": lambda key, _: f"{key} must be a list",
    "model_type": lambda key, _: f'{key} must be made of "key: value" lines',
    "too_short": lambda key, ctx: f"{key} needs at least {ctx['min_length']} entries",
    "too_long": lambda key, ctx: f"{key} may have at most {ctx['max_length']} entries",
    "greater_than_equal": lambda key, ctx: f"{key} must be {ctx['ge']:g} or more{_swapped(ctx['ge'])}",
    "less_than_equal": lambda key, ctx: f"{key} must be {ctx['le']:g} or less{_swapped(ctx['le'])}",
    "value_error": lambda _, ctx: str(ctx["error"]),
}


def explain(error: ValidationError, pack: Pack) -> Iterator[Problem]:
    """Say in plain words what pydantic found; what belongs to a file that could not be read is left out."""
    for found in error.errors(include_url=False):
        document, path = pack.spot(found["loc"])
        if document.file not in pack.documents or _is_said_elsewhere(path):
            continue
        label = _label(document.data, path)
        reason = _reason(found["type"], path, found.get("ctx", {}))
        yield document.problem(path, f"{label}: {reason}" if label else reason)


def _is_said_elsewhere(path: KeyPath) -> bool:
    """Whether the check of a file's top keys, or of its group, has reported it already."""
    return path == ("services",) or (len(path) == 3 and path[0] == "services" and path[2] == "group")


def _reason(kind: str, path: KeyPath, ctx: dict[str, Any]) -> str:
    key = _name(path)
    if kind == "extra_forbidden":
        return unknown_key(str(path[-1]), _KNOWN_KEYS)
    if kind == "literal_error":
        return f"{key} must be one of {ctx['expected']}".replace("'", '"')
    if kind in _REASONS:
        return _REASONS[kind](key, ctx)
    return f"{key} is wrong ({kind})"


def _name(path: KeyPath) -> str:
    """Name a value by its key, or by its number in its list."""
    numbers = []
    while path and isinstance(path[-1], int):
        numbers.append(f"entry {path[-1] + 1} of ")
        path = path[:-1]
    return "".join(numbers) + f'"{path[-1] if path else "the file"}"'


def _label(data: Any, path: KeyPath) -> str:
    """Name what a value belongs to: `service pothole, attribute SIZE`."""
    names = []
    for step, inner_step in pairwise((*path, "")):
        data = data[step] if isinstance(data, dict) and step in data else data
        if isinstance(data, tuple) and isinstance(inner_step, int) and step in _LISTS:
            data = data[inner_step]
            word, key = _LISTS[str(step)]
            named = isinstance(data, dict) and isinstance(data.get(key), str)
            names.append(f"{word} {data[key]}" if named else word)
    return ", ".join(names)


def _swapped(bound: float) -> str:
    return "; are latitude and longitude swapped?" if abs(bound) == 90 else ""


def unknown_key(key: str, known: tuple[str, ...]) -> str:
    """Say that a key is unknown, with the known one it looks like."""
    close = difflib.get_close_matches(key, known, n=1)
    return f'unknown key "{key}"' + (f'; did you mean "{close[0]}"?' if close else "")


def _keys_of_models() -> tuple[str, ...]:
    models = [
        thing
        for module in (services, contacts, places, city_places, retention)
        for thing in vars(module).values()
    ]
    fields: set[str] = set()
    for model in models:
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields |= set(model.model_fields)
    return tuple(sorted(fields - {*ADDED_TO_SERVICE, *ADDED_TO_ATTRIBUTE, "folder"}))


_KNOWN_KEYS = _keys_of_models()
