"""Lay the tables of the connector."""

import sqlalchemy as sa
from alembic import op

# Postgres sorts text by locale unless told otherwise; keyset pages need one order.
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the tables."""
    op.create_table(
        "api_key",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("api_key_by_hash", "api_key", ["hash"], unique=True)

    op.create_table(
        "connection",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=False),
        sa.Column("hook_secret", sa.LargeBinary(), nullable=False),
        sa.Column("shop_facts", sa.LargeBinary(), nullable=True),
        sa.Column("context_digest", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=True),
        sa.Column("lag_ms", sa.BigInteger(), nullable=True),
        sa.Column("full_at", sa.BigInteger(), nullable=True),
        sa.Column("sweep_at", sa.BigInteger(), nullable=True),
        sa.Column("context_at", sa.BigInteger(), nullable=True),
        sa.Column("hooks_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("connection_by_id", "connection", ["id"], unique=True)
    op.create_index(
        "connection_by_shop", "connection", ["merchant_id", "platform", "shop"], unique=True
    )

    op.create_table(
        "facet",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "key", "product_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("dedupe_key", KEY, nullable=True),
        sa.Column("connection_id", KEY, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("inbox_by_dedupe_key", "inbox", ["merchant_id", "dedupe_key"], unique=True)
    op.create_index("inbox_due", "inbox", ["state", "run_at"], unique=False)

    op.create_table(
        "inventory_level",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("variant_id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("tracked", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=True),
        sa.Column("available", sa.BigInteger(), nullable=True),
        sa.Column("committed", sa.BigInteger(), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=True),
        sa.Column("incoming", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "variant_id", "location_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("slot", KEY, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("job_by_slot", "job", ["merchant_id", "slot"], unique=True)
    op.create_index("job_due", "job", ["state", "run_at"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", KEY, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "location",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("connection_id", KEY, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_table(
        "merchant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "offer",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("variant_id", KEY, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("market", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("compare_at", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("sellable", sa.Boolean(), nullable=False),
        sa.Column("base_price", sa.BigInteger(), nullable=False),
        sa.Column("sale_price", sa.BigInteger(), nullable=True),
        sa.Column("sale_starts_at", sa.BigInteger(), nullable=True),
        sa.Column("sale_ends_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "variant_id", "channel", "market"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("idempotency_key", KEY, nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index(
        "outbox_by_idempotency_key", "outbox", ["merchant_id", "idempotency_key"], unique=True
    )
    op.create_index("outbox_due", "outbox", ["state", "run_at"], unique=False)

    op.create_table(
        "price_history",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("variant_id", KEY, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("market", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("compare_at", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "variant_id", "channel", "market", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "priced_facet",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("price_min", sa.BigInteger(), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "key", "price_min", "product_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("connection_id", KEY, nullable=False),
        sa.Column("external_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("publishable", sa.Boolean(), nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("handle", KEY, nullable=True),
        sa.Column("title_key", KEY, nullable=True),
        sa.Column("price_min", sa.BigInteger(), nullable=True),
        sa.Column("price_max", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("modified_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("next_change_at", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index(
        "product_by_change", "product", ["merchant_id", "changed_at", "id"], unique=False
    )
    op.create_index("product_by_handle", "product", ["merchant_id", "handle"], unique=False)
    op.create_index("product_by_price", "product", ["merchant_id", "price_min", "id"], unique=False)
    op.create_index("product_by_seq", "product", ["merchant_id", "seq"], unique=True)
    op.create_index(
        "product_by_source", "product", ["merchant_id", "connection_id", "external_id"], unique=True
    )
    op.create_index("product_by_title", "product", ["merchant_id", "title_key", "id"], unique=False)
    op.create_index(
        "product_due",
        "product",
        ["next_change_at"],
        unique=False,
        sqlite_where=sa.text("next_change_at IS NOT NULL"),
        postgresql_where=sa.text("next_change_at IS NOT NULL"),
    )

    op.create_table(
        "sync_problem",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("connection_id", KEY, nullable=False),
        sa.Column("external_id", KEY, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "connection_id", "external_id"),
    )
    op.create_table(
        "sync_run",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("connection_id", KEY, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("context_digest", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index(
        "sync_run_by_connection",
        "sync_run",
        ["merchant_id", "connection_id", "started_at"],
        unique=False,
    )

    op.create_table(
        "sync_seen",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("external_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "run_id", "external_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "variant_key",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("variant_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "kind", "value", "product_id", "variant_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "word",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("word", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "word", "product_id"),
        sqlite_with_rowid=False,
    )
