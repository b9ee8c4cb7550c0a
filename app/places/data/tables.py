"""Reads tables: addresses and places as CSV, stops as GTFS writes them (stops.txt)."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from app.places.data.collected import Collected, PlacesRefused

MOST_BYTES = 500_000_000
MOST_ROWS = 5_000_000
LONGEST_FIELD = 10_000
ENCODINGS = "utf-8-sig"


class Row(NamedTuple):
    """One row of a table. line: where it ends in the file, counted from 1."""

    line: int
    values: Mapping[str, str]


def rows(file: Path, columns: Mapping[str, str], collected: Collected) -> Iterator[Row]:
    """Yield rows under our own names. columns: our name -> the file's; a name ending in "?" may be missing.

    Raises PlacesRefused if the file is no such table.
    """
    if file.stat().st_size > MOST_BYTES:
        raise PlacesRefused(file.name, f"is larger than {MOST_BYTES:,} bytes")
    with file.open("rb") as raw:
        text = io.TextIOWrapper(raw, ENCODINGS, newline="")
        reader = csv.reader(text, strict=True)
        csv.field_size_limit(LONGEST_FIELD)
        try:
            yield from _rows(file, reader, columns, collected)
        except UnicodeDecodeError:
            raise PlacesRefused(file.name, "is not UTF-8 text", reader.line_num + 1) from None
        except csv.Error as error:
            raise PlacesRefused(file.name, f"is not a good CSV file: {error}", reader.line_num) from None


def degrees(row: Row) -> tuple[float, float]:
    """Latitude and longitude of a row. Raises ValueError with the reason."""
    try:
        lat, long = float(row.values["lat"]), float(row.values["long"])
    except ValueError:
        raise ValueError("latitude and longitude are not numbers") from None
    if not (-90 <= lat <= 90 and -180 <= long <= 180) or (lat == 0 and long == 0):
        raise ValueError("is no place on Earth; are latitude and longitude swapped?")
    return lat, long


def _rows(
    file: Path,
    reader: Any,
    columns: Mapping[str, str],
    collected: Collected,
) -> Iterator[Row]:
    header = [name.strip() for name in next(reader, [])]
    at = {ours.rstrip("?"): header.index(theirs) for ours, theirs in columns.items() if theirs in header}
    missing = [theirs for ours, theirs in columns.items() if not ours.endswith("?") and theirs not in header]
    if missing:
        raise PlacesRefused(
            file.name, f"has no column {', '.join(missing)}; it has {', '.join(header)[:200]}", 1
        )
    for number, values in enumerate(reader):
        if number >= MOST_ROWS:
            raise PlacesRefused(file.name, f"has more than {MOST_ROWS:,} rows")
        if not values:
            continue
        if len(values) != len(header):
            collected.reject(file.name, reader.line_num, f"has {len(values)} values, not {len(header)}")
            continue
        yield Row(reader.line_num, {ours: values[i].strip() for ours, i in at.items()})
