"""The register of agents."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select, update

from connector.model.errors import Conflict, NotFound
from storefront.disclosure.agent import Agent
from storefront.disclosure.store.pulse import bump
from storefront.disclosure.store.tables import agent, agent_key

_agent = msgspec.json.Decoder(Agent)


class NoAgent(NotFound):
    """There is no such agent in the register."""

    code = "no_agent"
    remedy = "See `regie agent list`."


class AgentExists(Conflict):
    """Another agent carries that name."""

    code = "agent_exists"
    remedy = "Choose another name, or use the agent that is there."


def add(connection: Connection, merchant_id: str, new: Agent) -> Agent:
    """Store an agent, or raise AgentExists."""
    named = select(agent.c.id).where(agent.c.merchant_id == merchant_id, agent.c.name == new.name)
    if connection.execute(named).first():
        raise AgentExists(f"There is an agent named {new.name}.", field="name")
    connection.execute(
        agent.insert().values(
            merchant_id=merchant_id,
            id=new.id,
            name=new.name,
            document=msgspec.json.encode(new),
            created_at=new.created_at,
        )
    )
    bump(connection, merchant_id)
    return new


def all_of(connection: Connection, merchant_id: str) -> Sequence[Agent]:
    """Return all agents, revoked ones too, oldest first."""
    query = select(agent.c.document, agent.c.revoked_at).where(agent.c.merchant_id == merchant_id)
    found = connection.execute(query.order_by(agent.c.created_at, agent.c.id))
    return [
        msgspec.structs.replace(_agent.decode(document), revoked_at=revoked)
        for document, revoked in found
    ]


def named(connection: Connection, merchant_id: str, name: str) -> Agent:
    """Return the agent with this name or id, or raise NoAgent."""
    for found in all_of(connection, merchant_id):
        if name in (found.id, found.name):
            return found
    raise NoAgent(f"There is no agent {name}.", agent=name)


def change(connection: Connection, merchant_id: str, changed: Agent) -> None:
    """Overwrite an agent's entry."""
    done = connection.execute(
        update(agent)
        .where(agent.c.merchant_id == merchant_id, agent.c.id == changed.id)
        .values(name=changed.name, document=msgspec.json.encode(changed))
    )
    if not done.rowcount:
        raise NoAgent(f"There is no agent {changed.id}.", agent=changed.id)
    bump(connection, merchant_id)


def revoke(connection: Connection, merchant_id: str, agent_id: str, now_ms: int) -> None:
    """Close the door for an agent with all its keys."""
    connection.execute(
        update(agent)
        .where(agent.c.merchant_id == merchant_id, agent.c.id == agent_id)
        .values(revoked_at=now_ms)
    )
    connection.execute(
        update(agent_key)
        .where(
            agent_key.c.merchant_id == merchant_id,
            agent_key.c.agent_id == agent_id,
            agent_key.c.revoked_at.is_(None),
        )
        .values(revoked_at=now_ms)
    )
    bump(connection, merchant_id)
