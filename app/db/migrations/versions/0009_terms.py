"""An index of terms for the desk's search, and the number by which it calls a request."""

import sqlalchemy as sa
from alembic import op

from app.db.tables import REQUESTS
from app.requests.store_terms import add_terms, next_number

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
        sa.column("received_at", REQUESTS.c.received_at.type),
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
            number = next_number(row.received_at, number)
            found.append((row.request_id, number, row.words))
        connection.execute(number_it, [{"id": id, "new": new} for id, new, _ in found])
        add_terms(connection, [(new, words) for _, new, words in found])
        last = sa.tuple_(sa.literal(rows[-1].received_at, r.received_at.type), rows[-1].reference)
        rows = connection.execute(page.where(place > last)).all()
