"""`regie exposure preview`: what an agent would see now, without asking as that agent."""

from collections.abc import Iterator

import click
from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.model.errors import NotAllowed, NotFound
from connector.store import reader
from connector.store.page import Filter, Sort
from connector.store.rows import ms
from regie.cli import named
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.words import listed, moment, plural
from regie.house import House
from storefront.disclosure.agent import Agent, Caller, Purpose, Tier
from storefront.disclosure.decision import Admission, Scope, decide, may_ask
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant
from storefront.disclosure.ledger.entry import ANONYMOUS
from storefront.disclosure.mask import NOWHERE, Mask, Stores, withheld
from storefront.disclosure.sight import Sight
from storefront.disclosure.store import keys, register
from storefront.disclosure.view import CatalogView

_ALL = 100_000_000


class NotShown(NotFound):
    """The agent does not see this product."""

    code = "not_shown"
    remedy = "See `regie grant list`, and in the export why a product may not be shown at all."


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


@click.command()
@click.argument("agent")
@click.option(
    "--purpose", type=click.Choice([it.value for it in Purpose]), help="Default: its own."
)
@click.option("--region", help="Country that the answer would be for, such as NL.")
@click.option("--product", help="Print this product (id or handle) as the agent would see it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def preview(
    agent: str, purpose: str | None, region: str | None, product: str | None, *, as_json: bool
) -> None:
    """Show what AGENT (name, id or anonymous) would see now. Nothing is sent or recorded."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.snapshot() as connection:
            caller = _caller(connection, merchant.id, agent, purpose, region)
            found = _Sight(house, connection, merchant.id, caller)
            if product is not None:
                key = named.product_id(connection, merchant.id, product)
                say_json(found.document(key))
                return
            told = found.preview()
    if as_json:
        say_json(told)
        return
    for line in _lines(told):
        click.echo(line)


def _caller(
    connection: Connection, merchant_id: str, name: str, purpose: str | None, region: str | None
) -> Caller:
    """Return the agent as it comes at its best: with a key, a signature, or only its name."""
    where = None if region is None else named.country(region)
    what_for = None if purpose is None else Purpose(purpose)
    if name == ANONYMOUS:
        return Caller(None, Tier.ANONYMOUS, what_for or Purpose.SEARCH, region=where)
    agent = named.open_agent(connection, merchant_id, name)
    open_keys = [
        it for it in keys.all_of(connection, merchant_id, agent.id) if it.revoked_at is None
    ]
    accepted = max((it.terms for it in open_keys if it.terms), default=agent.terms)
    tier = _tier(agent, has_key=bool(open_keys))
    return Caller(agent, tier, what_for or agent.purpose, None, accepted, where)


def _tier(agent: Agent, *, has_key: bool) -> Tier:
    if has_key:
        return Tier.CONTRACT
    return Tier.VERIFIED if agent.directory else Tier.CLAIMED


class _Sight:
    """The eyes of a caller, in one picture of the database."""

    def __init__(
        self, house: House, connection: Connection, merchant_id: str, caller: Caller
    ) -> None:
        self._house = house
        self._merchant_id = merchant_id
        self._caller = caller
        self._register = register.read(connection, merchant_id)
        self._all = sum(reader.count(connection, merchant_id).values())

    def document(self, product_id: str) -> dict[str, object]:
        """Return a product as the caller would see it, or raise what keeps him from it."""
        shown = self._view(self._admission().scopes).product(product_id)
        if shown is None:
            raise NotShown("This agent does not see the product.", product=product_id)
        return shown.opened()

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
            only_listed_queries=all(it.operations for it in self._mine()),
            until=admission.until,
        )

    def _mine(self) -> Iterator[Grant]:
        return (it for it in self._register.grants if may_ask(self._caller, [it]))

    def _told(self, code: str | None = None, reason: str | None = None) -> Preview:
        caller = self._caller
        name = caller.agent.name if caller.agent else ANONYMOUS
        tier, purpose = caller.tier.name.lower(), caller.purpose.value
        return Preview(
            name, tier, purpose, caller.region, 0, self._all, [], code=code, reason=reason
        )

    def _admission(self) -> Admission:
        """Decide as if every query were allowed: a preview asks none."""
        now = ms(self._house.clock())
        grants = [structs.replace(it, operations=frozenset()) for it in self._register.grants]
        return decide(self._caller, grants, self._register.terms, now, "")

    def _view(self, scopes: tuple[Scope, ...]) -> CatalogView:
        return CatalogView(self._house.database, Sight(self._merchant_id, "preview", scopes, b""))

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


def count_of(house: House, merchant_id: str, grant: Grant) -> int:
    """Return how many products a grant holds now."""
    scopes = (Scope((grant.extent(),), grant.mask()),)
    view = CatalogView(house.database, Sight(merchant_id, "preview", scopes, b""))
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


def _lines(told: Preview) -> Iterator[str]:
    where = f" in {told.region}" if told.region else ""
    yield f"{told.agent} ({told.tier}), for {told.purpose}{where}"
    if told.reason is not None:
        yield f"sees nothing: {told.reason} ({told.code})"
        return
    yield f"sees {told.products} of {plural(told.of, 'product')}"
    for part in told.parts:
        stores = part.stores if isinstance(part.stores, str) else ", ".join(part.stores)
        yield (
            f"  {plural(part.products, 'product')}: prices {part.price}, stock {part.stock}, "
            f"stores {stores}"
        )
        yield f"    withheld: {listed(part.withheld)}"
    if len(told.parts) > 1:
        yield "  a product of several of these shows what any of them shows"
    if told.only_listed_queries:
        yield "only by listed queries"
    if told.until is not None:
        yield f"until {moment(told.until)}"
