"""Lay a brief document beside each product's whole one: most lists need no more.

Products that stand get theirs here, so that a list costs the same before and after their next
change.
"""

import sqlalchemy as sa
from alembic import op
from msgspec import DecodeError

from connector.store.product.brief import brief_of_stored

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CHUNK = 500
_product = sa.table(
    "product",
    sa.column("merchant_id", sa.Text),
    sa.column("id", sa.Text),
    sa.column("document", sa.LargeBinary),
    sa.column("brief", sa.LargeBinary),
)


def upgrade() -> None:
    """Add the column and fill it, a few products at a time."""
    op.add_column("product", sa.Column("brief", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    after = ("", "")
    while rows := _behind(connection, after):
        for merchant_id, product_id, document in rows:
            mine = (_product.c.merchant_id == merchant_id) & (_product.c.id == product_id)
            connection.execute(_product.update().where(mine).values(brief=_brief(document)))
        after = rows[-1][:2]


def _brief(document: bytes) -> bytes | None:
    """Return the brief form; a document of another form is read whole, as before."""
    try:
        return brief_of_stored(document)
    except (DecodeError, OverflowError):
        return None


def _behind(connection: sa.Connection, after: tuple[str, str]) -> list[tuple[str, str, bytes]]:
    merchant_id, product_id = after
    place = _product.c
    query = (
        sa.select(place.merchant_id, place.id, place.document)
        .where(
            sa.or_(
                place.merchant_id > merchant_id,
                sa.and_(place.merchant_id == merchant_id, place.id > product_id),
            ),
            place.document.is_not(None),
        )
        .order_by(place.merchant_id, place.id)
        .limit(_CHUNK)
    )
    return [tuple(row) for row in connection.execute(query)]
