"""What does not go on by itself: failing work of the clock, refused orders, money owed back."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from connector.store.tables import Key
from storefront.fulfillment.store.tables.metadata import metadata

# `kind` is order, job or hold for the clock's work, intake for an order of a shop, payback for
# one whose money is owed; `until` is when it is tried again, `reason` the code of the error,
# `number` what people call an order that has no row of its own.
trouble = Table(
    "trouble",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("kind", Key, primary_key=True),
    Column("subject_id", Key, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("number", Text),
    Index("trouble_by_end", "merchant_id", "until"),
)
