"""Lay the brief document before the whole one, where the order of columns matters.

SQLite goes through all that lies before a column to reach it. Lists read the brief document of many
products and the whole one of none; with the whole one in front they fetched that as well. Postgres
keeps long values elsewhere.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_CHUNK = 200
_COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("merchant_id", sa.Text(), nullable=False),
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("connection_id", sa.Text(), nullable=False),
    sa.Column("external_id", sa.Text(), nullable=False),
    sa.Column("seq", sa.BigInteger(), nullable=False),
    sa.Column("deleted", sa.Boolean(), nullable=False),
    sa.Column("publishable", sa.Boolean(), nullable=False),
    sa.Column("in_stock", sa.Boolean(), nullable=False),
    sa.Column("handle", sa.Text()),
    sa.Column("title_key", sa.Text()),
    sa.Column("price_min", sa.BigInteger()),
    sa.Column("price_max", sa.BigInteger()),
    sa.Column("currency", sa.Text()),
    sa.Column("modified_at", sa.BigInteger()),
    sa.Column("changed_at", sa.BigInteger(), nullable=False),
    sa.Column("read_at", sa.BigInteger(), nullable=False),
    sa.Column("next_change_at", sa.BigInteger()),
    sa.Column("digest", sa.LargeBinary()),
    sa.Column("content_hash", sa.LargeBinary()),
    sa.Column("brief", sa.LargeBinary()),
    sa.Column("document", sa.LargeBinary()),
)
_NAMES = ", ".join(column.name for column in _COLUMNS)
_INDEXES = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'index' AND tbl_name = 'product' AND sql IS NOT NULL ORDER BY name
"""
_LAST = """
    SELECT max(rowid) FROM (SELECT rowid FROM product ORDER BY rowid LIMIT :chunk)
"""


def upgrade() -> None:
    """Write the table of products anew, in the transaction of the upgrade."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    indexes = connection.execute(sa.text(_INDEXES)).all()
    for name, _ in indexes:
        op.drop_index(name, "product")
    op.create_table("product_anew", *_COLUMNS, sa.PrimaryKeyConstraint("merchant_id", "id"))
    _move(connection)
    op.drop_table("product")
    op.rename_table("product_anew", "product")
    for _, sql in indexes:
        connection.exec_driver_sql(sql)


def _move(connection: sa.Connection) -> None:
    """Move the rows, a few at a time.

    What goes is overwritten: all at once would have to fit in memory. The room of those that went
    is taken by those that come.
    """
    copy = f"INSERT INTO product_anew ({_NAMES}) SELECT {_NAMES} FROM product WHERE rowid <= :last"  # noqa: S608 - our names
    while last := connection.execute(sa.text(_LAST), {"chunk": _CHUNK}).scalar():
        connection.execute(sa.text(copy), {"last": last})
        connection.execute(sa.text("DELETE FROM product WHERE rowid <= :last"), {"last": last})
