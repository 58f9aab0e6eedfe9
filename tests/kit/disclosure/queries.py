"""Random requests about the world of `tests.kit.disclosure.world`: good, odd and probing ones."""

import random
from typing import Any

from graphql import get_named_type

from gateway.catalogue.schema import schema
from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, Price, ProductSet, Stock
from tests.kit.compiler.queries import Writing
from tests.kit.disclosure.floor import SOURCES
from tests.kit.disclosure.rules import PLENTY, Who
from tests.kit.disclosure.world import PLACES, PRODUCTS, amount_of, mark

IDS = [it.id for it in PRODUCTS.values()]
VARIANTS = [each.id for it in PRODUCTS.values() for each in it.variants]
STORES = (*SOURCES, "sto_nothing")
EVERY = sorted(it.id for it in PLACES)
WORDS = ("ware", "blue", "mugs", "emalia", "kitchen", mark(3, "description"), mark(5, "attribute"))
SORTS = ("ID", "TITLE", "UPDATED", "PRICE_ASC", "PRICE_DESC", "RELEVANCE")


class Query(Writing):
    """One random query over the catalogue."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__(schema().graphql_schema, dice)

    def text(self) -> str:
        """Return its text; it needs no variables."""
        roots = [self._root() for _ in range(self._dice.choice((1, 1, 2)))]
        body = " ".join(f"r{at}: {it}" if at else it for at, it in enumerate(roots))
        fragments = " ".join(
            f"fragment {name} on {on} {inner}" for name, (on, inner) in self._fragments.items()
        )
        return f"{{{body}}} {fragments}"

    def _root(self) -> str:
        kind = self._dice.choice(("products",) * 4 + ("product",) * 3 + tuple(_ROOTS))
        field: Any = schema().graphql_schema.query_type.fields[kind]  # type: ignore[union-attr]
        arguments = getattr(self, f"_of_{kind}", str)()
        return f"{kind}{arguments}{self._selection(get_named_type(field.type), 4)}"

    def _of_product(self) -> str:
        number = self._dice.randint(1, 13)
        key, value = self._dice.choice((
            ("id", PRODUCTS[min(number, 12)].id), ("handle", f"mug-{number}"),
            ("sku", f"SKU-{number}0"), ("gtin", "4006381333931"), ("platformId", f"{number}"),
            ("handle", mark(number, "seotitle")),
        ))  # fmt: skip
        return f'({key}: "{value}")'

    def _of_store(self) -> str:
        return f'(id: "{self._dice.choice(EVERY)}")'

    def _of_pickup(self) -> str:
        lines = ", ".join(
            f'{{variantId: "{self._dice.choice(VARIANTS)}", quantity: {pieces}}}'
            for pieces in self._dice.choices((1, 1, 1, 2), k=self._dice.choice((1, 1, 2)))
        )
        return f"(lines: [{lines}])"

    def _of_slots(self) -> str:
        service = self._dice.choice(("", ", service: PICKUP", ", service: DELIVERY"))
        return f'(storeId: "{self._dice.choice(STORES)}", days: 2{service})'

    def _of_delivery(self) -> str:
        postcode = self._dice.choice(("1012 JS", "1012 JS", "9711 AA"))
        store = self._dice.choice(STORES)
        return f'(storeId: "{store}", country: "NL", postcode: "{postcode}")'

    def _of_changes(self) -> str:
        return self._dice.choice(("", "(first: 3)", "(since: 9)", "(since: -1)"))

    def _of_products(self) -> str:
        given = [f"first: {self._dice.choice((1, 2, 3, 12, 13, 0))}"]
        if self._chance(0.5):
            given.append(f"sort: {self._dice.choice(SORTS)}")
        if self._chance(0.5):
            given.append(f"filter: {{{self._filter()}}}")
        return f"({', '.join(given)})"

    def _filter(self) -> str:
        number = self._dice.randint(1, 12)
        return self._dice.choice((
            f'text: "{self._dice.choice(WORDS)}"', 'category: "mugs"', 'brand: "emalia"',
            f'price: {{currency: "EUR", max: {amount_of(number, 0)}}}', "inStock: true",
            f'inStockAt: "{self._dice.choice(EVERY)}"', 'connection: "con_2"', "publishable: false",
            f'attributes: [{{key: "custom.attribute", values: ["{mark(number, "attribute")}"]}}]',
        ))  # fmt: skip

    def _condition(self) -> str:
        return "" if self._chance(0.9) else f" @skip(if: {self._dice.choice(('true', 'false'))})"

    def _argument(self, argument: Any) -> str | None:
        name = str(get_named_type(argument.type))
        if self._chance(0.6):
            return None
        return {"Int": "2", "ID": f'"{self._dice.choice(EVERY)}"'}.get(name)


_ROOTS = ("changes", "stores", "store", "merchant", "pickup", "pickup", "slots", "delivery")


def some_grants(dice: random.Random) -> list[Grant]:
    """Return up to three grants to whoever comes, or to one agent."""
    return [grant(dice, f"grt_{at}") for at in range(dice.choice((0, 1, 1, 1, 2, 2, 3)))]


def grant(dice: random.Random, name: str) -> Grant:
    """Return a grant that opens something to someone."""
    fields = frozenset(it for it in Group if dice.random() < dice.choice((0.3, 0.6, 0.9)))
    if Group.PRICE in fields:
        fields |= {Group.SAFETY, Group.POLICIES}
    return Grant(
        name,
        dice.choice((None, "agt_1", "agt_1")),
        fields,
        dice.choice((ProductSet(all=True), _some(dice))),
        exclude=dice.choice((ProductSet(), _some(dice))),
        price=dice.choice((*Price,)),
        stock=dice.choice((*Stock,)),
        stores=dice.choice((None, (), tuple(dice.sample(EVERY, 1)), tuple(dice.sample(EVERY, 2)))),
        purposes=frozenset(Purpose),
        tier=dice.choice((Tier.ANONYMOUS, Tier.CLAIMED, Tier.CONTRACT)),
        budget=PLENTY,
    )


def _some(dice: random.Random) -> ProductSet:
    return dice.choice((
        ProductSet(brands=("EMALIA", "ölwerk")[: dice.randint(1, 2)]),
        ProductSet(tags=("kitchen",)),
        ProductSet(categories=("mugs", "beer")[: dice.randint(1, 2)]),
        ProductSet(collections=("summer",)),
        ProductSet(connections=("con_2",)),
        ProductSet(products=tuple(dice.sample(IDS, 3))),
    ))  # fmt: skip


SOME = (Who("agt_1", 3), Who("agt_2", 3), Who("agt_1", 1), Who(None, 0))


def somebody(dice: random.Random) -> Who:
    """Return a caller, mostly the partner."""
    return dice.choices(SOME, (5, 1, 1, 1))[0]
