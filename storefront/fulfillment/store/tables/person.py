"""Who works here and who is served; what tells of a person is sealed and has an end."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from connector.store.tables import Key
from storefront.fulfillment.store.tables.metadata import metadata

# The key that a merchant's personal data is sealed with, itself sealed with the house's key.
merchant_key = Table(
    "merchant_key",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# `subject` is order:ID, job:ID, courier:ID, staff:ID; the hashes are keyed, to find a person by.
contact = Table(
    "contact",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("subject", Key, primary_key=True),
    Column("field", Key, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("purge_at", BigInteger),
    Index("contact_due", "purge_at"),
)

person_mark = Table(
    "person_mark",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    Column("subject", Key, primary_key=True),
    Index("person_mark_by_subject", "merchant_id", "subject"),
)

staff = Table(
    "staff",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("login_mark", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    Column("stores", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),
    Column("password", Text),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("staff_by_login", "merchant_id", "login_mark", unique=True),
)

# A link that is a right: sign-in, invitation, tracking. Only its hash is kept.
capability = Table(
    "capability",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Key, nullable=False),
    Column("expires_at", BigInteger),
    Column("used_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index("capability_by_hash", "hash", unique=True),
    Index("capability_by_subject", "merchant_id", "kind", "subject_id"),
)

# A device that is signed in; for couriers it is bound to a key that never leaves the device.
device = Table(
    "device",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Key, nullable=False),
    Column("access_hash", LargeBinary, nullable=False),
    Column("access_until", BigInteger, nullable=False),
    Column("refresh_hash", LargeBinary),
    Column("refresh_until", BigInteger),
    Column("public_key", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("device_by_access", "access_hash", unique=True),
    Index("device_by_refresh", "refresh_hash"),
    Index("device_by_person", "merchant_id", "kind", "person_id"),
)

passkey = Table(
    "passkey",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("credential_id", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Key, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("passkey_by_credential", "credential_id", unique=True),
)

challenge = Table(
    "challenge",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("value", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Key),
    Column("expires_at", BigInteger, nullable=False),
)

# Tries that failed, to slow down who guesses; counted per door and per window.
attempt = Table(
    "attempt",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("door", Key, primary_key=True),
    Column("began_at", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)

hook_endpoint = Table(
    "hook_endpoint",
    metadata,
    Column("merchant_id", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("url", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("topics", LargeBinary, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("disabled_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)
