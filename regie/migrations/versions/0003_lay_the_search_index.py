"""Lay the tables of the search index."""

import sqlalchemy as sa
from alembic import op

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the tables, and the inverted index in the way of the database."""
    op.create_table(
        "search_entry",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("connection_id", KEY, nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("publishable", sa.Boolean(), nullable=False),
        sa.Column("price_min", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ranks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "product_id"),
    )
    op.create_index("search_entry_by_number", "search_entry", ["number"], unique=True)
    op.create_table(
        "search_position",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("swept", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _lay_fts5()
    else:
        _lay_gin()


def _lay_fts5() -> None:
    """All but ASCII signs are letters to this tokenizer: we have taken the words apart already."""
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "terms, content='', columnsize=0, detail='none', tokenize=\"ascii tokenchars '.'\")"
    )


def _lay_gin() -> None:
    op.execute(
        'CREATE TABLE search_index (merchant_id text COLLATE "C" NOT NULL, '
        "number bigint NOT NULL, terms tsvector NOT NULL, PRIMARY KEY (merchant_id, number))"
    )
    op.execute("CREATE INDEX search_index_terms ON search_index USING gin (terms)")
