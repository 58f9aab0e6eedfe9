"""Lay the register of agents and grants, and the ledger."""

import sqlalchemy as sa
from alembic import op

# Postgres sorts text by locale unless told otherwise; keyset pages need one order.
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the tables, and let nobody change what was written into the ledger."""
    op.create_table(
        "agent",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("agent_by_name", "agent", ["merchant_id", "name"], unique=True)
    op.create_table(
        "agent_grant",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_table(
        "agent_key",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("agent_key_by_agent", "agent_key", ["merchant_id", "agent_id"], unique=False)
    op.create_index("agent_key_by_hash", "agent_key", ["hash"], unique=True)
    op.create_table(
        "disclosure",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id"),
    )
    op.create_table(
        "exposure",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("agent", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "agent", "product_id"),
    )
    op.create_index("exposure_by_product", "exposure", ["merchant_id", "product_id"], unique=False)
    op.create_table(
        "exposure_cursor",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "writer"),
    )
    op.create_table(
        "ledger_detail",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "digest"),
    )
    op.create_table(
        "ledger_end",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "writer"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("agent", KEY, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "writer", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_index("ledger_entry_by_time", "ledger_entry", ["merchant_id", "at"], unique=False)
    op.create_table(
        "ledger_head",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "writer", "seq"),
    )
    op.create_table(
        "operation",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("hash", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "hash"),
    )
    op.create_table(
        "terms",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "version"),
    )

    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


_REFUSE = """
CREATE FUNCTION regie_ledger_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a ledger entry is never changed'; END $$
"""
_GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER ledger_entry_no_{verb} BEFORE {verb} ON ledger_entry "
        "BEGIN SELECT RAISE(ABORT, 'a ledger entry is never changed'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        _REFUSE,
        (
            "CREATE TRIGGER ledger_entry_stands BEFORE UPDATE OR DELETE ON ledger_entry "
            "FOR EACH ROW EXECUTE FUNCTION regie_ledger_stands()"
        ),
    ),
}
