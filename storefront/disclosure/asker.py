"""Somebody at the door whom we know, or know to be a stranger, and what he was admitted to."""

from functools import cached_property

from msgspec import Struct

from connector.model.errors import RegieError
from storefront.disclosure.agent import Agent, Caller, Tier
from storefront.disclosure.decision import lists_operations
from storefront.disclosure.grant import Budget
from storefront.disclosure.ledger.entry import ANONYMOUS, OPERATOR
from storefront.disclosure.sight import Sight
from storefront.disclosure.store.register import Register
from storefront.disclosure.term import Terms


class Sender(Struct, frozen=True):
    """Who sent a request, found out before it is read what for.

    `name` is what the ledger calls him, `key_id` names his key or the thumbprint of the one that
    he signed with. `accepted` is the version of the terms that goes with it, `until` when the key
    ends. `refused` is why he stays outside, whatever he asks for.
    """

    merchant_id: str
    register: Register
    name: str = ANONYMOUS
    agent: Agent | None = None
    tier: Tier = Tier.ANONYMOUS
    key_id: str | None = None
    accepted: int | None = None
    until: int | None = None
    refused: RegieError | None = None

    @property
    def is_operator(self) -> bool:
        """Whether he is one of the merchant's own people."""
        return self.name == OPERATOR


class Asker(Struct, frozen=True, dict=True):
    """One known or unknown caller, and all that decides about him as of `pulse`.

    `budget` None is unlimited: an operator, or one to whom nothing is granted now.
    """

    merchant_id: str
    caller: Caller
    register: Register
    is_operator: bool = False
    until: int | None = None
    budget: Budget | None = None

    @cached_property
    def name(self) -> str:
        """What the ledger calls him."""
        if self.is_operator:
            return OPERATOR
        return self.caller.agent.id if self.caller.agent else ANONYMOUS

    @cached_property
    def seat(self) -> str:
        """By what he is counted: who only says a name takes nothing from its owner."""
        return f"{self.caller.tier.value}/{self.name}"

    @cached_property
    def names_operations(self) -> bool:
        """Whether what he may see depends on the operation at all."""
        return lists_operations(self.caller, self.register.grants)

    @cached_property
    def admitted(self) -> "dict[str, Admitted]":
        """What he was admitted to, by the operation where that matters."""
        return {}

    @property
    def terms(self) -> Terms | None:
        """The terms under which he is answered."""
        return self.register.terms


class Admitted(Struct, frozen=True):
    """What an asker may see, and until when that surely holds."""

    sight: Sight
    until: int | None
