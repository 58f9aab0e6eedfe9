"""What an agent would see now, found out without asking as that agent: nothing goes on record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from connector.model.errors import Conflict, NotAllowed, NotFound
from connector.store.database import Database
from connector.store.listing import reader
from connector.store.listing.page import Filter, Sort
from storefront.disclosure.agent import Agent, Caller, Purpose, Tier
from storefront.disclosure.decision import Admission, Scope, decide, holding
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant
from storefront.disclosure.ledger.entry import ANONYMOUS
from storefront.disclosure.mask import NOWHERE, Mask, Stores, withheld
from storefront.disclosure.sight import Sight
from storefront.disclosure.store import agents, keys, register
from storefront.disclosure.view import CatalogView

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ALL = 100_000_000


class NotShown(NotFound):
    """The agent does not see this product."""

    code = "not_shown"
    remedy = "See `regie grant list`, and in the export why a product may not be shown at all."


class AgentRevoked(Conflict):
    """The agent was revoked; its door stays closed."""

    code = "agent_revoked"
    remedy = "Enter it again under another name with `regie agent add`."


class Part(Struct, frozen=True):
    """Products that are seen in one way."""

    products: int
    withheld: list[str]
    price: str
    stock: str
    stores: str | list[str]


class Preview(Struct, frozen=True):
    """What one agent would see; `reason` tells why it sees nothing."""

    agent: str
    tier: str
    purpose: str
    region: str | None
    products: int
    of: int
    parts: list[Part]
    only_listed_queries: bool = False
    until: int | None = None
    code: str | None = None
    reason: str | None = None


def caller(
    connection: "Connection",
    merchant_id: str,
    name: str,
    purpose: Purpose | None,
    region: str | None,
    now: int,
) -> Caller:
    """Return an agent as it comes at its best: with a key, a signature, or only its name.

    `name` is a name, an id or `anonymous`; `now` is epoch ms. Raises NoAgent or AgentRevoked.
    """
    if name == ANONYMOUS:
        return Caller(None, Tier.ANONYMOUS, purpose or Purpose.SEARCH, region=region)
    agent = agents.named(connection, merchant_id, name)
    if agent.revoked_at is not None:
        raise AgentRevoked(f"{agent.name} is revoked.", agent=agent.id)
    every = keys.all_of(connection, merchant_id, agent.id)
    open_keys = [it for it in every if it.is_open(now)]
    tier, accepted = _best(agent, open_keys)
    return Caller(agent, tier, purpose or agent.purpose, None, accepted, region)


def _best(agent: Agent, open_keys: Sequence[keys.AgentKey]) -> tuple[Tier, int | None]:
    """Return how well an agent can be known, and which version of the terms goes with that."""
    if open_keys:
        return Tier.CONTRACT, max((it.terms for it in open_keys if it.terms), default=None)
    return (Tier.VERIFIED if agent.directory else Tier.CLAIMED), agent.terms


class Eyes:
    """The eyes of a caller, in one picture of the database; `now` is epoch ms."""

    def __init__(
        self,
        database: Database,
        connection: "Connection",
        merchant_id: str,
        caller: Caller,
        now: int,
    ) -> None:
        self._database = database
        self._merchant_id = merchant_id
        self._caller = caller
        self._now = now
        self._register = register.read(connection, merchant_id)
        self._all = sum(reader.count(connection, merchant_id).values())

    def document(self, product_id: str) -> dict[str, object]:
        """Return a product as the caller would see it, or raise what keeps him from it."""
        found = self.seen(product_id)
        if found is None:
            raise NotShown("This agent does not see the product.", product=product_id)
        return found

    def seen(self, product_id: str) -> dict[str, object] | None:
        """Return a product as the caller would see it; None where he does not."""
        shown = self._view(self._admission().scopes).product(product_id)
        return None if shown is None else shown.opened()

    def preview(self) -> Preview:
        """Return what the caller would see, which may be nothing."""
        try:
            admission = self._admission()
        except NotAllowed as error:
            return self._told(code=error.code, reason=error.message)
        parts = [self._part(scope) for scope in admission.scopes]
        return structs.replace(
            self._told(),
            products=self._count(admission.scopes),
            parts=parts,
            only_listed_queries=all(it.operations for it in self._holding()),
            until=admission.until,
        )

    def _holding(self) -> Sequence[Grant]:
        return holding(self._caller, self._register.grants, self._now)

    def _told(self, code: str | None = None, reason: str | None = None) -> Preview:
        caller = self._caller
        name = caller.agent.name if caller.agent else ANONYMOUS
        tier, purpose = caller.tier.name.lower(), caller.purpose.value
        return Preview(
            name, tier, purpose, caller.region, 0, self._all, [], code=code, reason=reason
        )

    def _admission(self) -> Admission:
        """Decide as if every query were allowed: a preview asks none."""
        grants = [structs.replace(it, operations=frozenset()) for it in self._register.grants]
        return decide(self._caller, grants, self._register.terms, self._now, "")

    def _view(self, scopes: tuple[Scope, ...]) -> CatalogView:
        return CatalogView(self._database, Sight(self._merchant_id, "preview", scopes, b""))

    def _count(self, scopes: tuple[Scope, ...]) -> int:
        return self._view(scopes).total(Filter(), Sort.ID, _ALL)

    def _part(self, scope: Scope) -> Part:
        mask = scope.mask
        return Part(
            self._count((scope,)),
            sorted(withheld(mask)),
            _price(mask),
            _stock(mask),
            _places(mask.stores),
        )


def count_of(database: Database, merchant_id: str, grant: Grant) -> int:
    """Return how many products a grant holds now."""
    scopes = (Scope((grant.extent(),), grant.mask()),)
    view = CatalogView(database, Sight(merchant_id, "preview", scopes, b""))
    return view.total(Filter(), Sort.ID, _ALL)


def _price(mask: Mask) -> str:
    if Group.PRICE not in mask.groups:
        return "hidden"
    return "exact" if mask.exact_price else "rounded"


def _stock(mask: Mask) -> str:
    if Group.STOCK not in mask.groups:
        return "hidden"
    return "words" if mask.counts == NOWHERE else "pieces"


def _places(stores: Stores) -> str | list[str]:
    if stores is None:
        return "all"
    return sorted(stores) or "hidden"
