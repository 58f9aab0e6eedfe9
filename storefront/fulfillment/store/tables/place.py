"""Where goods are collected and brought: stores, hours, slots, zones, fees, postcodes."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, Table, Text

from connector.store.tables import Key
from storefront.fulfillment.store.tables.metadata import metadata

store = Table(
    "store",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("code", Key, nullable=False),
    Column("status", Text, nullable=False),
    Column("location_id", Key),
    Column("document", LargeBinary, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("store_by_code", "merchant_id", "code", unique=True),
    Index("store_by_location", "merchant_id", "location_id"),
)

# What belongs to a store and is edited apart: hours, slot templates, zones, fee lists.
# `kind` is h(ours), t(emplate), z(one), f(ees of the customer) or p(ay of the courier).
store_part = Table(
    "store_part",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("store_id", Key, primary_key=True),
    Column("kind", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

slot_block = Table(
    "slot_block",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("slot_key", Key, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

postcode = Table(
    "postcode",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("country", Key, primary_key=True),
    Column("postcode", Key, primary_key=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
)
