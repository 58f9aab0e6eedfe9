"""Lay the tables of places and promises."""

import sqlalchemy as sa
from alembic import op

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the tables."""
    _store()
    _store_part()
    _slot_block()
    _postcode()
    _floor()
    _floor_change()
    _hold()
    _hold_line()
    _quote()
    _answered()


def _store() -> None:
    op.create_table(
        "store",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("location_id", KEY, nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("store_by_code", "store", ["merchant_id", "code"], unique=True)
    op.create_index("store_by_location", "store", ["merchant_id", "location_id"])


def _store_part() -> None:
    op.create_table(
        "store_part",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "store_id", "kind", "id"),
    )


def _slot_block() -> None:
    op.create_table(
        "slot_block",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("slot_key", KEY, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "slot_key"),
    )


def _postcode() -> None:
    op.create_table(
        "postcode",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("country", KEY, nullable=False),
        sa.Column("postcode", KEY, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("accuracy_m", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "country", "postcode"),
    )


def _floor() -> None:
    op.create_table(
        "floor",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id"),
    )


def _floor_change() -> None:
    op.create_table(
        "floor_change",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=True),
        sa.Column("courier_id", KEY, nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "seq", "part"),
    )
    op.create_index("floor_change_by_time", "floor_change", ["at"])


def _hold() -> None:
    op.create_table(
        "hold",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("slot_key", KEY, nullable=True),
        sa.Column("slot_until", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("prep_points", sa.Integer(), nullable=False),
        sa.Column("volume_ml", sa.BigInteger(), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("cart", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index(
        "hold_active",
        "hold",
        ["expires_at"],
        sqlite_where=sa.text("state = 'ACTIVE'"),
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )
    op.create_index("hold_by_cart", "hold", ["merchant_id", "cart"])
    op.create_index("hold_by_order", "hold", ["merchant_id", "order_id"])
    op.create_index("hold_by_session", "hold", ["merchant_id", "session", "expires_at"])
    op.create_index("hold_by_slot", "hold", ["merchant_id", "slot_key", "slot_until"])


def _hold_line() -> None:
    op.create_table(
        "hold_line",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("hold_id", KEY, nullable=False),
        sa.Column("stock_key", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("variant_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("settles_after", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "hold_id", "stock_key", "location_id", "variant_id"),
    )
    op.create_index(
        "hold_line_by_stock", "hold_line", ["merchant_id", "stock_key", "location_id", "until"]
    )
    op.create_index(
        "hold_line_unsettled",
        "hold_line",
        ["merchant_id", "product_id"],
        sqlite_where=sa.text("settles_after IS NOT NULL"),
        postgresql_where=sa.text("settles_after IS NOT NULL"),
    )


def _quote() -> None:
    op.create_table(
        "quote",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("job_id", KEY, nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("quote_by_expiry", "quote", ["expires_at"])


def _answered() -> None:
    op.create_table(
        "answered",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "actor", "key"),
    )
    op.create_index("answered_by_time", "answered", ["at"])
