"""The tables of the connector; every key begins with the merchant."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()

# Postgres sorts text by locale unless told otherwise; keyset pages need one order everywhere.
Key = Text().with_variant(Text(collation="C"), "postgresql")


merchant = Table(
    "merchant",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

connection = Table(
    "connection",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("endpoint", Text),
    Column("status", Text, nullable=False),
    Column("credentials", LargeBinary, nullable=False),
    Column("hook_secret", LargeBinary, nullable=False),
    Column("shop_facts", LargeBinary),
    Column("context_digest", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("as_of", BigInteger),
    Column("lag_ms", BigInteger),
    Column("full_at", BigInteger),
    Column("sweep_at", BigInteger),
    Column("orders_at", BigInteger),
    Column("hooks_at", BigInteger),
    Index("connection_by_id", "id", unique=True),
    Index("connection_by_shop", "merchant_id", "platform", "shop", unique=True),
)

location = Table(
    "location",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("connection_id", Key, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

product = Table(
    "product",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("connection_id", Key, nullable=False),
    Column("external_id", Key, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("publishable", Boolean, nullable=False),
    Column("in_stock", Boolean, nullable=False),
    Column("handle", Key),
    Column("title_key", Key),
    Column("price_min", BigInteger),
    Column("price_max", BigInteger),
    Column("currency", Text),
    Column("modified_at", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("next_change_at", BigInteger),
    Column("digest", LargeBinary),
    Column("content_hash", LargeBinary),
    # SQLite walks through whatever lies before a column: what lists read comes first.
    Column("brief", LargeBinary),
    Column("document", LargeBinary),
    Index("product_by_source", "merchant_id", "connection_id", "external_id", unique=True),
    Index("product_by_seq", "merchant_id", "seq", unique=True),
    Index("product_by_handle", "merchant_id", "handle"),
    Index("product_by_price", "merchant_id", "price_min", "id"),
    Index("product_by_title", "merchant_id", "title_key", "id"),
    Index("product_by_change", "merchant_id", "changed_at", "id"),
    Index(
        "product_due",
        "next_change_at",
        sqlite_where=text("next_change_at IS NOT NULL"),
        postgresql_where=text("next_change_at IS NOT NULL"),
    ),
)

# Ways to a product by one exact value: kind is p(roduct), v(ariant), s(ku), g(tin)
# or i(tem that is counted); product and variant are the platform's ids.
variant_key = Table(
    "variant_key",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("kind", Key, primary_key=True),
    Column("value", Key, primary_key=True),
    Column("product_id", Key, primary_key=True),
    Column("variant_id", Key, primary_key=True),
    sqlite_with_rowid=False,
)

# Ways to many products by one value: category, brand, attribute, store with stock.
facet = Table(
    "facet",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("product_id", Key, primary_key=True),
    sqlite_with_rowid=False,
)

# The same for the facets that people leaf through by price: category and brand.
priced_facet = Table(
    "priced_facet",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("price_min", BigInteger, primary_key=True),
    Column("product_id", Key, primary_key=True),
    sqlite_with_rowid=False,
)

offer = Table(
    "offer",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("variant_id", Key, primary_key=True),
    Column("channel", Key, primary_key=True),
    Column("market", Key, primary_key=True),
    Column("product_id", Key, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("compare_at", BigInteger),
    Column("currency", Text, nullable=False),
    Column("sellable", Boolean, nullable=False),
    Column("base_price", BigInteger, nullable=False),
    Column("sale_price", BigInteger),
    Column("sale_starts_at", BigInteger),
    Column("sale_ends_at", BigInteger),
    sqlite_with_rowid=False,
)

inventory_level = Table(
    "inventory_level",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("variant_id", Key, primary_key=True),
    Column("location_id", Key, primary_key=True),
    Column("product_id", Key, nullable=False),
    Column("tracked", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("on_hand", BigInteger),
    Column("available", BigInteger),
    Column("committed", BigInteger),
    Column("reserved", BigInteger),
    Column("incoming", BigInteger),
    Column("policy", Text, nullable=False),
    sqlite_with_rowid=False,
)

price_history = Table(
    "price_history",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("variant_id", Key, primary_key=True),
    Column("channel", Key, primary_key=True),
    Column("market", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("product_id", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("price", BigInteger),
    Column("compare_at", BigInteger),
    Column("currency", Text),
    sqlite_with_rowid=False,
)

sync_run = Table(
    "sync_run",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("connection_id", Key, nullable=False),
    Column("mode", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("cursor", Text),
    Column("since", BigInteger),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("counts", Text, nullable=False),
    Column("context_digest", LargeBinary),
    Column("error", Text),
    Index("sync_run_by_connection", "merchant_id", "connection_id", "started_at"),
)

sync_seen = Table(
    "sync_seen",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("run_id", Key, primary_key=True),
    Column("external_id", Key, primary_key=True),
    sqlite_with_rowid=False,
)

sync_problem = Table(
    "sync_problem",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("connection_id", Key, primary_key=True),
    Column("external_id", Key, primary_key=True),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Key, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("api_key_by_hash", "hash", unique=True),
)


def _queue_table(name: str, *columns: Column[object], unique: str) -> Table:
    """Return a table of work: rows wait, are leased with a fence, and end done or dead."""
    return Table(
        name,
        metadata,
        Column("merchant_id", Key, primary_key=True),
        Column("id", Key, primary_key=True),
        Column(unique, Key),
        *columns,
        Column("state", Text, nullable=False),
        Column("run_at", BigInteger, nullable=False),
        Column("lease_until", BigInteger, nullable=False),
        Column("fence", BigInteger, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("error", Text),
        Column("created_at", BigInteger, nullable=False),
        Column("done_at", BigInteger),
        Index(f"{name}_due", "state", "run_at"),
        Index(f"{name}_by_{unique}", "merchant_id", unique, unique=True),
    )


inbox = _queue_table(
    "inbox",
    Column("connection_id", Key, nullable=False),
    Column("topic", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    unique="dedupe_key",
)

outbox = _queue_table(
    "outbox",
    Column("target", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    unique="idempotency_key",
)

job = _queue_table(
    "job",
    Column("kind", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    unique="slot",
)
