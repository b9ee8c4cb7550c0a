"""Which language a report and its history are written in, replies in several languages, and words to search by."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT_ONCE = 1_000


def upgrade() -> None:
    for table, name, kind in (
        ("service_request", "written_in", sa.String()),
        ("request_update", "language", sa.String()),
    ):
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text("''")))
    op.add_column(
        "request_update", sa.Column("also", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
    )
    op.create_table(
        "request_words",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["service_request.id"], name="fk_request_words_request_id"),
        sa.PrimaryKeyConstraint("request_id", name="pk_request_words"),
    )
    _make_searchable()


def downgrade() -> None:
    op.drop_table("request_words")
    op.drop_column("request_update", "also")
    op.drop_column("request_update", "language")
    op.drop_column("service_request", "written_in")


_WORDS = re.compile(r"\w+")
_ALIKE = str.maketrans({"đ": "d", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": None})
_ARTICLE = re.compile(r"\bال(?=\w\w)")


def _folded(text: str) -> str:
    """As app/kit/folding.py was; what is there already came in with few marks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_ALIKE)
    return " ".join(_WORDS.findall(_ARTICLE.sub("", bare)))


def _make_searchable() -> None:
    """Requests that are there already are found as new ones are."""
    requests = sa.table(
        "service_request", *(sa.column(name) for name in ("id", "description", "address_string"))
    )
    words = sa.table("request_words", sa.column("request_id"), sa.column("words"))
    c, connection, last = requests.c, op.get_bind(), ""
    page = sa.select(c.id, c.description, c.address_string).order_by(c.id).limit(AT_ONCE)
    while rows := connection.execute(page.where(c.id > last)).all():
        found = [
            {"request_id": row.id, "words": _folded(f"{row.description} {row.address_string}")}
            for row in rows
        ]
        connection.execute(words.insert(), found)
        last = rows[-1].id
