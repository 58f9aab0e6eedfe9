"""What is promised once: stock and slots under holds, quotes, keys that make a wish unique."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, text

from connector.store.tables import Key
from storefront.fulfillment.store.tables.metadata import metadata

# One row per merchant: who writes on the shop floor takes it first, so writers come one by one.
# `seq` is the number of the last such write and `at` its time, which never goes back; the changes
# of writes up to `forgotten` are no longer kept.
floor = Table(
    "floor",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("forgotten", BigInteger, nullable=False),
)

# What each write changed, for those who follow; rows of one `seq` belong together.
floor_change = Table(
    "floor_change",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Key, nullable=False),
    Column("store_id", Key),
    Column("courier_id", Key),
    Column("detail", LargeBinary),
    Column("at", BigInteger, nullable=False),
    Index("floor_change_by_time", "at"),
)

# `until` is when a promise stops to bind by itself: the end of a hold, FOREVER once an order
# stands on it, 0 when it binds no more. What binds now is `until > now`, whoever looks.
hold = Table(
    "hold",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("store_id", Key, nullable=False),
    Column("slot_key", Key),
    Column("slot_until", BigInteger, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("prep_points", Integer, nullable=False),
    Column("volume_ml", BigInteger, nullable=False),
    Column("session", LargeBinary, nullable=False),
    Column("address", LargeBinary),
    Column("cart", Key, nullable=False),
    Column("state", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("extensions", Integer, nullable=False),
    Column("order_id", Key),
    Column("document", LargeBinary, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(
        "hold_active",
        "expires_at",
        sqlite_where=text("state = 'ACTIVE'"),
        postgresql_where=text("state = 'ACTIVE'"),
    ),
    Index("hold_by_slot", "merchant_id", "slot_key", "slot_until"),
    Index("hold_by_session", "merchant_id", "session", "expires_at"),
    Index("hold_by_cart", "merchant_id", "cart"),
    Index("hold_by_order", "merchant_id", "order_id"),
)

# `stock_key` is the variant, or the pool that several variants are sold from.
hold_line = Table(
    "hold_line",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("hold_id", Key, primary_key=True),
    Column("stock_key", Key, primary_key=True),
    Column("location_id", Key, primary_key=True),
    Column("variant_id", Key, primary_key=True),
    Column("product_id", Key, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("settles_after", BigInteger),
    Index("hold_line_by_stock", "merchant_id", "stock_key", "location_id", "until"),
    Index(
        "hold_line_unsettled",
        "merchant_id",
        "product_id",
        sqlite_where=text("settles_after IS NOT NULL"),
        postgresql_where=text("settles_after IS NOT NULL"),
    ),
)

quote = Table(
    "quote",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("store_id", Key, nullable=False),
    Column("state", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("job_id", Key),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("quote_by_expiry", "expires_at"),
)

# What was answered to a key: the same wish again gets the same bytes.
answered = Table(
    "answered",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("actor", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("refused", Text),
    Column("response", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("answered_by_time", "at"),
)
