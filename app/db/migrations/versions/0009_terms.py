"""An index of terms for the desk's search, and the number by which it calls a request."""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT_ONCE = 1_000


def upgrade() -> None:
    op.add_column(
        "request_words", sa.Column("number", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(statement)
    _make_searchable()
    op.create_index("ix_request_words_number", "request_words", ["number"], unique=True)
    if is_sqlite:
        op.execute("INSERT INTO request_terms (request_terms) VALUES ('optimize')")
    else:
        op.execute("CREATE INDEX ix_request_terms_terms ON request_terms USING gin (terms)")


def downgrade() -> None:
    op.drop_table("request_terms")
    op.drop_index("ix_request_words_number", "request_words")
    op.drop_column("request_words", "number")


# It keeps neither texts nor how often and where a term stands. Every sign of a term but the space is one for it.
# `usermerge`: two parts are enough to be merged, so that in the end there is one.
_SQLITE = (
    """CREATE VIRTUAL TABLE request_terms USING fts5 (
        terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_'"
    )""",
    "INSERT INTO request_terms (request_terms, rank) VALUES ('usermerge', 2)",
)
_POSTGRESQL = (
    "CREATE TABLE request_terms (rowid BIGINT CONSTRAINT pk_request_terms PRIMARY KEY, terms TEXT[] NOT NULL)",
)


def _make_searchable() -> None:
    """Requests that are there already are found as new ones are."""
    requests = sa.table(
        "service_request",
        *(sa.column(name) for name in ("id", "reference")),
        sa.column("received_at", sa.DateTime(timezone=True)),
    )
    words = sa.table("request_words", *(sa.column(name) for name in ("request_id", "words", "number")))
    r, w, connection = requests.c, words.c, op.get_bind()
    place = sa.tuple_(r.received_at, r.reference)
    page = (
        sa.select(r.received_at, r.reference, w.request_id, w.words)
        .join_from(requests, words, w.request_id == r.id)
        .order_by(r.received_at, r.reference)
        .limit(AT_ONCE)
    )
    number_it = words.update().where(w.request_id == sa.bindparam("id")).values(number=sa.bindparam("new"))
    rows = connection.execute(page).all()
    number = 0
    while rows:
        found = []
        for row in rows:
            number = max(_first_number(row.received_at), number + 1)
            found.append((row.request_id, number, row.words))
        connection.execute(number_it, [{"id": id, "new": new} for id, new, _ in found])
        _add_terms(connection, [(new, words) for _, new, words in found])
        last = sa.tuple_(sa.literal(rows[-1].received_at, r.received_at.type), rows[-1].reference)
        rows = connection.execute(page.where(place > last)).all()


# --- as app/requests/store_terms.py and terms.py were -------------------------------------------------------

_SIGNS = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_HANGUL = re.compile("[\u1100-\u11ff]+")
_ADD = sa.text("INSERT INTO request_terms (rowid, terms) VALUES (:number, :terms)")


def _first_number(at: datetime) -> int:
    """The lowest number of a minute. at: UTC, which SQLite does not say."""
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() // 60) * 4096


def _add_terms(connection: sa.Connection, found: list[tuple[int, str]]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    rows = []
    for number, words in found:
        terms = sorted(_terms_of(words))
        written = " ".join(term.replace(" ", "_") for term in terms) if is_sqlite else terms
        rows.append({"number": number, "terms": written})
    connection.execute(_ADD, rows)


def _terms_of(words: str) -> set[str]:
    found: set[str] = set()
    for signs in _SIGNS.findall(words):
        found.update(signs, _side_by_side(signs, 2))
    for letters in _HANGUL.findall(words):
        found.update(_side_by_side(letters, 2))
    for others in _SIGNS.split(words):
        found.update(_side_by_side(others, 3))
    return found


def _side_by_side(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(len(text) - length + 1)]
