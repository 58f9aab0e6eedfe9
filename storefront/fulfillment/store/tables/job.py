"""What couriers do: jobs, what happened to them, couriers, where they are, and proofs."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text, text

from connector.store.tables import Key
from storefront.fulfillment.store.tables.metadata import metadata

delivery_job = Table(
    "delivery_job",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("store_id", Key, nullable=False),
    Column("state", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("courier_id", Key),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("timer_at", BigInteger),
    Column("reference", Key),
    Column("document", LargeBinary, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(
        "delivery_job_open",
        "merchant_id",
        "state",
        "store_id",
        "id",
        sqlite_where=text("open = 1"),
        postgresql_where=text("open"),
    ),
    # Without the many that nobody holds: counted in, they make a database read the whole table.
    Index(
        "delivery_job_by_courier",
        "merchant_id",
        "courier_id",
        "state",
        sqlite_where=text("courier_id IS NOT NULL"),
        postgresql_where=text("courier_id IS NOT NULL"),
    ),
    Index(
        "delivery_job_timer",
        "timer_at",
        sqlite_where=text("timer_at IS NOT NULL"),
        postgresql_where=text("timer_at IS NOT NULL"),
    ),
    Index("delivery_job_by_reference", "merchant_id", "reference", unique=True),
)

# A job carries one order, or several that go the same way.
job_order = Table(
    "job_order",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("order_id", Key, primary_key=True),
    Column("job_id", Key, primary_key=True),
)

job_event = Table(
    "job_event",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("job_id", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor", Key, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("job_event_by_actor", "merchant_id", "actor", "type", "at"),
)

courier = Table(
    "courier",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("state", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

courier_event = Table(
    "courier_event",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("courier_id", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor", Key, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# The last point only, rounded; gone a day after it was told.
presence = Table(
    "presence",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("courier_id", Key, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

# Pictures and signatures are sealed like all that tells of a person.
proof = Table(
    "proof",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("job_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("sha256", LargeBinary),
    Column("size", Integer, nullable=False),
    Column("sealed", LargeBinary),
    Column("document", LargeBinary, nullable=False),
    Column("purge_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("proof_due", "purge_at"),
)
