"""The database of places: one SQLite file that is written whole, put in place at once, and then only read."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

VERSION = 1
FILE = "places.db"

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (name TEXT NOT NULL, licence TEXT NOT NULL, url TEXT NOT NULL, file TEXT NOT NULL,
  rows INTEGER NOT NULL);
CREATE TABLE shape (id INTEGER PRIMARY KEY, layer TEXT NOT NULL, rank INTEGER NOT NULL, name TEXT NOT NULL, names TEXT,
  geometry BLOB NOT NULL);
CREATE VIRTUAL TABLE shape_box USING rtree(id, min_long, max_long, min_lat, max_lat);
-- Who keeps a street that is not the city's: 'state_highways' or 'private'.
CREATE TABLE shape_owner (id INTEGER PRIMARY KEY, owner TEXT NOT NULL);
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, lat REAL NOT NULL,
  long REAL NOT NULL, rank INTEGER NOT NULL, names TEXT);
CREATE VIRTUAL TABLE place_box USING rtree(id, min_long, max_long, min_lat, max_lat);
-- words: all that a place is found by, folded; the rowid is the place's.
CREATE VIRTUAL TABLE place_words USING fts5(words, content='', prefix='1 2 3', tokenize='unicode61');
CREATE TABLE street (id INTEGER PRIMARY KEY, quadrant TEXT NOT NULL, key TEXT NOT NULL, base TEXT NOT NULL,
  name TEXT NOT NULL, axis TEXT NOT NULL, size INTEGER NOT NULL, UNIQUE (quadrant, key));
-- Points of a street with the house numbers there.
CREATE TABLE numbered (street INTEGER NOT NULL, number REAL NOT NULL, lat REAL NOT NULL, long REAL NOT NULL,
  sure_m REAL NOT NULL);
CREATE INDEX numbered_street ON numbered (street, number);
CREATE TABLE corner (first INTEGER NOT NULL, second INTEGER NOT NULL, lat REAL NOT NULL, long REAL NOT NULL,
  place INTEGER NOT NULL, PRIMARY KEY (first, second)) WITHOUT ROWID;
CREATE TABLE house (street INTEGER NOT NULL, number INTEGER NOT NULL, lat REAL NOT NULL, long REAL NOT NULL,
  PRIMARY KEY (street, number)) WITHOUT ROWID;
CREATE TABLE zip (code TEXT PRIMARY KEY, lat REAL NOT NULL, long REAL NOT NULL, radius_m REAL NOT NULL) WITHOUT ROWID;
"""


def open_places(file: Path) -> sqlite3.Connection:
    """Open a database of places to read it; any thread may use the connection, one at a time.

    Raises FileNotFoundError, or ValueError if it is none or of another version.
    """
    if not file.is_file():
        raise FileNotFoundError(file)
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    try:
        found = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    except sqlite3.DatabaseError:
        found = None
    if found is None or found[0] != str(VERSION):
        connection.close()
        raise ValueError(f"{file.name} was made by another version of the portal; import the places again")
    return connection


@contextmanager
def replaced(file: Path) -> Iterator[sqlite3.Connection]:
    """Write a new database, which takes the old one's place when the block ends, and not at all if it raises."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for statement in _statements(SCHEMA):
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
            yield connection
            connection.execute("INSERT INTO place_words (place_words) VALUES ('optimize')")
            connection.execute("COMMIT")
        _to_disk(new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def as_json(names: object) -> str | None:
    """Names by language as the database keeps them."""
    return json.dumps(names, ensure_ascii=False, sort_keys=True) if names else None


def _statements(script: str) -> Iterable[str]:
    return (statement for statement in script.split(";\n") if statement.strip())


def _to_disk(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
