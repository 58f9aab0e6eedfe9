"""What an answer showed of one product is not put down to another, nor one place to another."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from storefront.disclosure.exposure import Exposure
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from storefront.disclosure.ledger.entry import Shown
from storefront.disclosure.ledger.receipt import read_receipt
from storefront.disclosure.store import exposures, ledger
from tests.kit.disclosure.door import World, copied, template
from tests.kit.disclosure.rules import PLENTY, Who
from tests.kit.disclosure.world import PLACES, PRODUCTS

EVERY = sorted(it.id for it in PLACES)
FULL = Grant("grt_full", "agt_1", frozenset(Group), ProductSet(all=True), budget=PLENTY)
P1, P2 = PRODUCTS[1].id, PRODUCTS[2].id
NO_PRICE = frozenset(Group) - {Group.PRICE, Group.STOCK}


def of_agent(world: World, query: str) -> Shown:
    """Ask as the partner, and return what the ledger says of it."""
    receipt = read_receipt(world.ask(Who("agt_1", 3), query).headers["Regie-Receipt"])
    with world.database.read() as connection:
        (entry,) = ledger.entries(connection, "mer_1", receipt.writer, receipt.seq - 1, 1)
        payload = ledger.details(connection, "mer_1", [entry.detail or b""])[entry.detail or b""]
    return msgspec.json.decode(payload or b"", type=Shown)


def register(world: World) -> dict[str, Exposure]:
    """Return what the register says that the partner saw."""
    with world.database.write() as connection:
        exposures.follow(connection, "mer_1")
        return {it.product_id: it for it in exposures.of_agent(connection, "mer_1", "agt_1")}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return template(tmp_path_factory.mktemp("apart"), PRODUCTS)


@pytest.fixture
def world(source: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    found = World(copied(source[0], tmp_path / "world.sqlite3"), source[1])
    yield found
    found.database.close()


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        (f'{{store(id: "{EVERY[1]}") {{name}}}}', [EVERY[1]]),
        (f'{{store(id: "{EVERY[1]}") {{__typename}}}}', []),
        ('{store(id: "loc_nothing") {name}}', []),
        ("{stores {name}}", EVERY),
        ('{product(handle: "mug-2") {title}}', []),
        ('{product(handle: "mug-2") {variants {inventory {onHand}}}}', EVERY),
    ],
)
def test_the_stores_on_record_are_those_that_the_answer_tells_of(
    world: World, asked: str, places: list[str]
) -> None:
    world.regrant([FULL])

    assert of_agent(world, asked).stores == tuple(sorted(places))


def test_of_which_product_a_price_was_withheld_is_on_record(world: World) -> None:
    one, two = (structs.replace(FULL, include=ProductSet(products=(it,))) for it in (P1, P2))
    world.regrant([structs.replace(one, fields=NO_PRICE), two])

    shown = of_agent(world, "{products(first: 9) {nodes {id priceRange {min {amount}}}}}")

    assert shown.products == tuple(sorted((P1, P2)))
    assert [(it.products, set(shown.fields) - set(it.fields)) for it in shown.parts] == [
        ((P1,), {"Product.priceRange", "PriceRange.min", "Money.amount"})
    ]
    lines = register(world)
    assert lines[P1].fields == {"Product.id"}
    assert lines[P2].fields == {
        "Product.id",
        "Product.priceRange",
        "PriceRange.min",
        "Money.amount",
    }


def test_products_of_which_the_same_went_out_are_not_set_apart(world: World) -> None:
    one, two = (structs.replace(FULL, include=ProductSet(products=(it,))) for it in (P1, P2))
    world.regrant([structs.replace(one, fields=NO_PRICE), two])

    assert of_agent(world, "{products(first: 9) {nodes {id title}}}").parts == ()
    world.regrant([structs.replace(it, fields=NO_PRICE) for it in (one, two)])
    assert (
        of_agent(world, "{products(first: 9) {nodes {id priceRange {min {amount}}}}}").parts == ()
    )


CHANGES = "{changes(since: 0) {nodes {productId deleted product {title}}}}"


def test_a_tombstone_shows_nothing_of_its_product(world: World) -> None:
    world.regrant([FULL])
    of_agent(world, "{products(first: 20) {nodes {id}}}")
    before = register(world)
    world.now += 1000
    world.regrant([structs.replace(FULL, exclude=ProductSet(products=(P1,)))])

    shown = of_agent(world, CHANGES)

    assert [it.products for it in shown.parts] == [(P1,)]
    after = register(world)
    assert after[P1] == before[P1]
    assert (after[P2].answers, after[P2].last_at) == (2, world.now)
    assert "Product.title" in after[P2].fields


@pytest.mark.parametrize(
    "naming",
    ["{changes {nodes {productId}}}", "{products(first: 20) {edges {cursor}}}"],
)
def test_a_product_that_was_only_named_counts_as_seen_once_it_is_shown(
    world: World, naming: str
) -> None:
    world.regrant([FULL])
    of_agent(world, naming)
    named = register(world)[P1]
    world.now += 1000
    of_agent(world, '{product(handle: "mug-1") {title}}')
    world.now += 1000
    of_agent(world, naming)

    assert (named.answers, named.fields) == (0, frozenset())
    found = register(world)[P1]
    assert (found.answers, found.fields) == (1, {"Product.title"})
    assert found.first_at == found.last_at == world.now - 1000


def test_who_knows_only_the_name_of_a_product_gets_its_tombstone(world: World) -> None:
    world.regrant([FULL])
    of_agent(world, "{changes {nodes {productId}}}")
    world.regrant([structs.replace(FULL, exclude=ProductSet(products=(P1,)))])

    found = world.ask(Who("agt_1", 3), CHANGES).json

    assert found
    gone = [it["productId"] for it in found["data"]["changes"]["nodes"] if it["deleted"]]
    assert gone == [P1]
