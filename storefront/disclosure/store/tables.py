"""The tables of the register: who may ask, and what was granted."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

from connector.store.tables import Key

metadata = MetaData()

disclosure = Table(
    "disclosure",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)

agent = Table(
    "agent",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("agent_by_name", "merchant_id", "name", unique=True),
)

agent_key = Table(
    "agent_key",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("agent_id", Key, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("terms", Integer),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index("agent_key_by_hash", "hash", unique=True),
    Index("agent_key_by_agent", "merchant_id", "agent_id"),
)

terms = Table(
    "terms",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
)

grant = Table(
    "agent_grant",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("agent_id", Key),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

operation = Table(
    "operation",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("hash", Key, primary_key=True),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("writer", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("surface", Text, nullable=False),
    Column("agent", Key, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("key_id", Text),
    Column("purpose", Text, nullable=False),
    Column("region", Text),
    Column("operation", Text),
    Column("decision", Text, nullable=False),
    Column("code", Text),
    Column("status", Integer, nullable=False),
    Column("terms", Integer),
    Column("size", BigInteger, nullable=False),
    Column("detail", LargeBinary),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("ledger_entry_by_time", "merchant_id", "at"),
    sqlite_with_rowid=False,
)

# What an answer showed, once for all answers that showed the same; None: its time was up.
ledger_detail = Table(
    "ledger_detail",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("payload", LargeBinary),
)

# Where each chain ends, with a mark that only the holder of the secret key can make.
ledger_end = Table(
    "ledger_end",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("writer", Key, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("mark", LargeBinary, nullable=False),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("writer", Key, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

# Who saw which product: told by the entries, folded once for quick answers.
exposure = Table(
    "exposure",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("agent", Key, primary_key=True),
    Column("product_id", Key, primary_key=True),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("answers", BigInteger, nullable=False),
    Column("fields", LargeBinary, nullable=False),
    Column("terms", Integer),
    Index("exposure_by_product", "merchant_id", "product_id"),
)

exposure_cursor = Table(
    "exposure_cursor",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("writer", Key, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
