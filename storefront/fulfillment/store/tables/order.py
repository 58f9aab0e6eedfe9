"""What a store owes: fulfilment orders, what happened to them, and how they are handed over."""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, Text, text

from connector.store.tables import Key
from storefront.fulfillment.store.tables.metadata import metadata

fulfillment_order = Table(
    "fulfillment_order",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("store_id", Key, nullable=False),
    Column("number", Key, nullable=False),
    Column("state", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("method", Text, nullable=False),
    Column("slot_key", Key),
    Column("due_at", BigInteger, nullable=False),
    Column("timer_at", BigInteger),
    Column("connection_id", Key),
    Column("external_id", Key),
    Column("part_id", Key),
    Column("hold_id", Key),
    Column("platform_digest", LargeBinary),
    Column("erase", Boolean, nullable=False, default=False),
    Column("document", LargeBinary, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("number_from_end", Key),
    Index(
        "fulfillment_order_open",
        "merchant_id",
        "store_id",
        "due_at",
        "id",
        sqlite_where=text("open = 1"),
        postgresql_where=text("open"),
    ),
    Index(
        "fulfillment_order_timer",
        "timer_at",
        sqlite_where=text("timer_at IS NOT NULL"),
        postgresql_where=text("timer_at IS NOT NULL"),
    ),
    Index(
        "fulfillment_order_by_source",
        "merchant_id",
        "connection_id",
        "external_id",
        "part_id",
        unique=True,
    ),
    Index("fulfillment_order_by_number", "merchant_id", "number"),
    Index("fulfillment_order_by_time", "merchant_id", "created_at"),
    # What is behind a store, by its end; both lists are read from the index alone.
    Index(
        "fulfillment_order_ended",
        "merchant_id",
        "store_id",
        "ended_at",
        "id",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    Index(
        "fulfillment_order_by_number_end",
        "merchant_id",
        "store_id",
        "number_from_end",
        "ended_at",
        "id",
    ),
)

order_event = Table(
    "order_event",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("order_id", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor", Key, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# `subject` is order:ID, job:ID (the courier at the counter), door:ID or return:ID; `turn` counts
# how often its codes were replaced.
handover = Table(
    "handover",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("subject", Key, nullable=False),
    Column("store_id", Key, nullable=False),
    Column("turn", BigInteger, nullable=False),
    Column("has_age_result", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("handover_by_subject", "merchant_id", "subject", unique=True),
    Index("handover_by_store", "merchant_id", "store_id", "state"),
)

handover_event = Table(
    "handover_event",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("handover_id", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor", Key, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
