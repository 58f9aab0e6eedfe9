"""The tables of the search index: derived from the documents, and so in no backup."""

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
    column,
    table,
)

from connector.store.tables import Key

metadata = MetaData()

# What is indexed of each product. `number` is a digest of the id: it orders the candidates alike
# in every engine and every database, whatever was indexed first.
search_entry = Table(
    "search_entry",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("product_id", Key, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("engine", Text, nullable=False),
    Column("connection_id", Key, nullable=False),
    Column("in_stock", Boolean, nullable=False),
    Column("publishable", Boolean, nullable=False),
    Column("price_min", BigInteger),
    Column("digest", LargeBinary, nullable=False),
    Column("facets", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("ranks", Text, nullable=False),
    Index("search_entry_by_number", "number", unique=True),
)

# How far the index is. `last_id` is the product of the last change that was indexed: where it
# stands earlier than `seq`, the database was put back to an older state.
search_position = Table(
    "search_position",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("last_id", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("engine", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("swept", Boolean, nullable=False),
)

# The inverted index: FTS5 on SQLite, tsvector with GIN on Postgres; laid by the migration.
INVERTED = "search_index"
inverted_sqlite = table(INVERTED, column("rowid"), column("terms"))
inverted_postgres = table(INVERTED, column("merchant_id"), column("number"), column("terms"))
