"""Keys of agents: only their hash is stored, their beginning stays visible."""

from collections.abc import Sequence
from hashlib import sha256
from secrets import token_urlsafe

from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.model.ids import new_id
from storefront.disclosure.store.pulse import bump
from storefront.disclosure.store.tables import agent_key

_SHOWN = 12


class AgentKey(Struct, frozen=True):
    """A key of an agent: only its hash is stored; times are epoch milliseconds."""

    merchant_id: str
    id: str
    agent_id: str
    prefix: str
    terms: int | None
    created_at: int
    expires_at: int | None
    revoked_at: int | None

    def is_open(self, now_ms: int) -> bool:
        """Tell whether it opens anything at a moment."""
        return self.revoked_at is None and (self.expires_at is None or now_ms < self.expires_at)


_columns = [agent_key.c[name] for name in AgentKey.__struct_fields__]


def add(
    connection: Connection,
    merchant_id: str,
    agent_id: str,
    accepted: int | None,
    now_ms: int,
    expires_at: int | None = None,
) -> str:
    """Store a new key for an agent and return its text, which is shown this once."""
    text = f"rga_{token_urlsafe(32)}"
    connection.execute(
        agent_key.insert().values(
            merchant_id=merchant_id,
            id=new_id("key"),
            agent_id=agent_id,
            prefix=text[:_SHOWN],
            hash=_hash(text),
            terms=accepted,
            created_at=now_ms,
            expires_at=expires_at,
        )
    )
    bump(connection, merchant_id)
    return text


def find(connection: Connection, text: str) -> AgentKey | None:
    """Return the key if it is known; whether it still opens anything is for the caller."""
    row = connection.execute(select(*_columns).where(agent_key.c.hash == _hash(text))).first()
    return AgentKey(*row) if row else None


def all_of(connection: Connection, merchant_id: str, agent_id: str) -> Sequence[AgentKey]:
    """Return an agent's keys, oldest first."""
    query = select(*_columns).where(
        agent_key.c.merchant_id == merchant_id, agent_key.c.agent_id == agent_id
    )
    return [AgentKey(*row) for row in connection.execute(query.order_by(agent_key.c.created_at))]


def accept_terms(connection: Connection, merchant_id: str, key_id: str, version: int) -> bool:
    """Note on a key which version of the terms its holder accepted; False: no such key."""
    done = connection.execute(
        update(agent_key)
        .where(agent_key.c.merchant_id == merchant_id, agent_key.c.id == key_id)
        .values(terms=version)
    )
    bump(connection, merchant_id)
    return done.rowcount == 1


def end(connection: Connection, merchant_id: str, key_id: str, at: int, now_ms: int) -> bool:
    """Let a key end at a moment: now for a revocation, later for a rotation with overlap."""
    value = {"revoked_at": at} if at <= now_ms else {"expires_at": at}
    done = connection.execute(
        update(agent_key)
        .where(
            agent_key.c.merchant_id == merchant_id,
            agent_key.c.id == key_id,
            agent_key.c.revoked_at.is_(None),
        )
        .values(**value)
    )
    bump(connection, merchant_id)
    return done.rowcount == 1


def _hash(text: str) -> bytes:
    """Hash a key; it is 256 random bits, so a slow hash would add nothing."""
    return sha256(text.encode()).digest()
