"""Somebody at the door whom we know, or know to be a stranger, and what he was admitted to."""

from functools import cached_property

from msgspec import Struct

from storefront.disclosure.agent import Caller
from storefront.disclosure.decision import lists_operations
from storefront.disclosure.grant import Budget
from storefront.disclosure.ledger.entry import ANONYMOUS, OPERATOR
from storefront.disclosure.sight import Sight
from storefront.disclosure.store.register import Register
from storefront.disclosure.term import Terms


class Asker(Struct, frozen=True, dict=True):
    """One known or unknown caller, and all that decides about him as of `pulse`."""

    merchant_id: str
    caller: Caller
    register: Register
    is_operator: bool = False
    until: int | None = None

    @cached_property
    def name(self) -> str:
        """What the ledger calls him."""
        if self.is_operator:
            return OPERATOR
        return self.caller.agent.id if self.caller.agent else ANONYMOUS

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
    """What an asker may see, how much he may ask, and until when that surely holds."""

    sight: Sight
    budget: Budget | None
    until: int | None
