"""Lay the tables of orders, hand-overs, jobs and couriers."""

import sqlalchemy as sa
from alembic import op

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the tables."""
    _fulfillment_order()
    _order_event()
    _handover()
    _handover_event()
    _delivery_job()
    _job_order()
    _job_event()
    _courier()
    _courier_event()
    _presence()
    _proof()


def _fulfillment_order() -> None:
    op.create_table(
        "fulfillment_order",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("slot_key", KEY, nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("timer_at", sa.BigInteger(), nullable=True),
        sa.Column("connection_id", KEY, nullable=True),
        sa.Column("external_id", KEY, nullable=True),
        sa.Column("part_id", KEY, nullable=True),
        sa.Column("hold_id", KEY, nullable=True),
        sa.Column("platform_digest", sa.LargeBinary(), nullable=True),
        sa.Column("erase", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("fulfillment_order_by_number", "fulfillment_order", ["merchant_id", "number"])
    op.create_index(
        "fulfillment_order_by_source",
        "fulfillment_order",
        ["merchant_id", "connection_id", "external_id", "part_id"],
        unique=True,
    )
    op.create_index("fulfillment_order_by_time", "fulfillment_order", ["merchant_id", "created_at"])
    op.create_index(
        "fulfillment_order_open",
        "fulfillment_order",
        ["merchant_id", "store_id", "due_at", "id"],
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "fulfillment_order_timer",
        "fulfillment_order",
        ["timer_at"],
        sqlite_where=sa.text("timer_at IS NOT NULL"),
        postgresql_where=sa.text("timer_at IS NOT NULL"),
    )


def _order_event() -> None:
    op.create_table(
        "order_event",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "order_id", "seq"),
    )


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("has_age_result", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("handover_by_store", "handover", ["merchant_id", "store_id", "state"])
    op.create_index("handover_by_subject", "handover", ["merchant_id", "subject"], unique=True)


def _handover_event() -> None:
    op.create_table(
        "handover_event",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("handover_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "handover_id", "seq"),
    )


def _delivery_job() -> None:
    op.create_table(
        "delivery_job",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("courier_id", KEY, nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("timer_at", sa.BigInteger(), nullable=True),
        sa.Column("reference", KEY, nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index(
        "delivery_job_by_courier",
        "delivery_job",
        ["merchant_id", "courier_id", "state"],
        sqlite_where=sa.text("courier_id IS NOT NULL"),
        postgresql_where=sa.text("courier_id IS NOT NULL"),
    )
    op.create_index(
        "delivery_job_by_reference", "delivery_job", ["merchant_id", "reference"], unique=True
    )
    op.create_index(
        "delivery_job_open",
        "delivery_job",
        ["merchant_id", "state", "store_id", "id"],
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "delivery_job_timer",
        "delivery_job",
        ["timer_at"],
        sqlite_where=sa.text("timer_at IS NOT NULL"),
        postgresql_where=sa.text("timer_at IS NOT NULL"),
    )


def _job_order() -> None:
    op.create_table(
        "job_order",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "order_id", "job_id"),
    )


def _job_event() -> None:
    op.create_table(
        "job_event",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "job_id", "seq"),
    )
    op.create_index("job_event_by_actor", "job_event", ["merchant_id", "actor", "type", "at"])


def _courier() -> None:
    op.create_table(
        "courier",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )


def _courier_event() -> None:
    op.create_table(
        "courier_event",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("courier_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "courier_id", "seq"),
    )


def _presence() -> None:
    op.create_table(
        "presence",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("courier_id", KEY, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "courier_id"),
    )


def _proof() -> None:
    op.create_table(
        "proof",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("purge_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "job_id", "id"),
    )
    op.create_index("proof_due", "proof", ["purge_at"])
