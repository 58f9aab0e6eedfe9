"""Everything that decides about disclosure for one merchant, read at once."""

from msgspec import Struct
from sqlalchemy import Connection

from storefront.disclosure.agent import Agent
from storefront.disclosure.grant import Grant
from storefront.disclosure.store import agents, grants, pulse, terms
from storefront.disclosure.term import Terms


class Register(Struct, frozen=True):
    """What stands as of `revision`: agents by id, grants, and the newest terms."""

    merchant_id: str
    revision: int
    agents: dict[str, Agent]
    grants: tuple[Grant, ...]
    terms: Terms | None


def read(connection: Connection, merchant_id: str) -> Register:
    """Return the register: agents and grants that are not revoked, and the newest terms."""
    return Register(
        merchant_id,
        pulse.read(connection, merchant_id).revision,
        {it.id: it for it in agents.all_of(connection, merchant_id) if it.revoked_at is None},
        tuple(grants.standing(connection, merchant_id)),
        terms.current(connection, merchant_id),
    )
