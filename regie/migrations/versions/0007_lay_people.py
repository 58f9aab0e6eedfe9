"""Lay the tables of people: sealed contacts, staff, devices, links."""

import sqlalchemy as sa
from alembic import op

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lay the tables."""
    _merchant_key()
    _contact()
    _person_mark()
    _staff()
    _capability()
    _device()
    _passkey()
    _challenge()
    _attempt()
    _hook_endpoint()


def _merchant_key() -> None:
    op.create_table(
        "merchant_key",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id"),
    )


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purge_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "subject", "field"),
    )
    op.create_index("contact_due", "contact", ["purge_at"])


def _person_mark() -> None:
    op.create_table(
        "person_mark",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "mark", "subject"),
    )
    op.create_index("person_mark_by_subject", "person_mark", ["merchant_id", "subject"])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("login_mark", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("stores", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("staff_by_login", "staff", ["merchant_id", "login_mark"], unique=True)


def _capability() -> None:
    op.create_table(
        "capability",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "hash"),
    )
    op.create_index("capability_by_hash", "capability", ["hash"], unique=True)
    op.create_index("capability_by_subject", "capability", ["merchant_id", "kind", "subject_id"])


def _device() -> None:
    op.create_table(
        "device",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("access_hash", sa.LargeBinary(), nullable=False),
        sa.Column("access_until", sa.BigInteger(), nullable=False),
        sa.Column("refresh_hash", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_until", sa.BigInteger(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
    op.create_index("device_by_access", "device", ["access_hash"], unique=True)
    op.create_index("device_by_person", "device", ["merchant_id", "kind", "person_id"])
    op.create_index("device_by_refresh", "device", ["refresh_hash"])


def _passkey() -> None:
    op.create_table(
        "passkey",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "credential_id"),
    )
    op.create_index("passkey_by_credential", "passkey", ["credential_id"], unique=True)


def _challenge() -> None:
    op.create_table(
        "challenge",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "value"),
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("door", KEY, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "door", "began_at"),
    )


def _hook_endpoint() -> None:
    op.create_table(
        "hook_endpoint",
        sa.Column("merchant_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("topics", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id"),
    )
