"""Every query that the schema allows is answered, or refused for a reason that has a name."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import (
    ArgumentNode,
    FieldNode,
    IntValueNode,
    ListValueNode,
    ObjectFieldNode,
    StringValueNode,
    parse,
    print_ast,
    visit,
)
from graphql.language import Visitor

from connector.store.database import Database
from gateway.catalogue.schema import schema as our_schema
from storefront.fulfillment.store import places
from storefront.fulfillment.work import founding
from storefront.fulfillment.work.founding import Plan
from tests.kit.disclosure.siege import LONG, SHORT, Siege
from tests.kit.samples import rich_place

pytest.importorskip("schemathesis", reason="schemathesis is not installed: the extra `security`")

import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import Case, GenerationMode

EXAMPLES = 60
READABLE = {"currency": "EUR", "updatedSince": "2026-01-01T00:00:00Z", "key": "color"}
SMALL = frozenset({"first", "days", "subtotal", "quantity", "latitude", "longitude"})
OURS = frozenset({"internal", "storage_error", "database_unreachable", "query_too_slow"})
"""Codes that say that something failed on our side."""
ROOT = our_schema().graphql_schema.query_type
FIELDS = sorted(ROOT.fields) if ROOT else []


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    from regie.database import upgrade  # noqa: PLC0415 - once for the module

    folder = tmp_path_factory.mktemp("siege")
    database = Database(f"sqlite:///{folder / 'regie.sqlite3'}")
    upgrade(database)
    found = Siege(database, folder, products=30)
    plan = Plan("centre", "Centre", "Mo-Su 00:00-24:00", "Europe/Amsterdam", "EUR", radius_m=4000)
    with found.app.extensions["regie"].floor.write("mer_1") as here:
        founding.found(here, rich_place(), plan)
    yield found
    database.close()


@pytest.fixture(scope="module")
def known(siege: Siege) -> Any:
    """Load the schema as an agent sees it over HTTP."""
    headers = {"Authorization": f"Bearer {siege.key}"}
    return schemathesis.graphql.from_wsgi("/graphql", siege.app, headers=headers)


class Tamed(Visitor):
    """Changes values that only ever lead to a refusal, so that the query reaches the catalogue."""

    def __init__(self, siege: Siege) -> None:
        super().__init__()
        found = siege.ask('{product(handle: "mug-1") {id variants {id}} stores {id}}').json["data"]
        with siege.database.read() as connection:
            (store,) = places.all_of(connection, "mer_1")
        self.known = {
            "id": found["product"]["id"],
            "handle": "mug-1",
            "sku": "sku-10",
            "platformId": "1",
            "storeId": store.id,
            "country": "NL",
            "postcode": "1011AB",
        }
        self._readable = READABLE | {"variantId": found["product"]["variants"][0]["id"]}

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Look a product up by one key only."""
        kept = [it for it in node.arguments if it.name.value != "after"]
        node.arguments = tuple(kept[:1] if node.name.value == "product" else kept)

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        """Ask for small pages, of things that are there."""
        name = node.name.value
        if name in SMALL:
            size = abs(int(getattr(node.value, "value", 0) or 0)) % 4 + 1
            node.value = IntValueNode(value=str(size))
        elif name == "lines" and isinstance(node.value, ListValueNode):
            node.value.values = node.value.values[:1]
        elif name in self.known:
            node.value = StringValueNode(value=self.known[name])

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        """Narrow by what can be read."""
        if isinstance(node.value, StringValueNode):
            node.value = StringValueNode(value=self._readable.get(node.name.value, "mug"))
        elif node.name.value in SMALL:
            node.value = IntValueNode(value="2")
        elif isinstance(node.value, ListValueNode) and node.name.value == "values":
            node.value = ListValueNode(values=(StringValueNode(value="red"),))


def fuzz(known: Any, field: str, examine: Callable[[str], None]) -> None:
    """Send what the schema allows for one field of the root; the same queries each time."""
    cases = known["Query"][field].as_strategy(generation_mode=GenerationMode.POSITIVE)

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def run(case: Case) -> None:
        body: Any = case.body
        examine(body["query"] if isinstance(body, dict) else str(body))

    run()


def examined(siege: Siege, key: str, query: str) -> str | None:
    """Send a query both ways, and return the code of its answer, which is none of a failure."""
    told = [siege.send({"query": query}, key=key, Accept=way) for way in (SHORT, LONG)]
    first, second = (it.json for it in told)
    assert first == second, query
    for error in first.get("errors", ()):
        assert error["extensions"]["code"] not in OURS, (query, error)
        assert "Cannot return null" not in error["message"], (query, error)
    assert {it.status for it in told} <= {200, 400}, query
    assert {len(it.entries) for it in told} == {1}, query
    return told[0].code


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("who", ["agent", "narrow agent", "operator"])
def test_what_the_schema_allows_is_answered_or_refused_by_name(
    siege: Siege, known: Any, field: str, who: str
) -> None:
    key = {"agent": siege.key, "narrow agent": siege.other_key, "operator": siege.operator}[who]
    tamer = Tamed(siege)
    wild: Counter[str | None] = Counter()
    tame: Counter[str | None] = Counter()

    def examine(query: str) -> None:
        wild[examined(siege, key, query)] += 1
        document = parse(query)
        tame[examined(siege, key, print_ast(visit(document, tamer)))] += 1

    fuzz(known, field, examine)
    assert sum(wild.values()) >= EXAMPLES // 2, wild
    hidden = (
        tame["good_not_found"] if who == "narrow agent" else 0
    )  # a basket of what he may not see
    assert tame[None] + hidden >= sum(tame.values()) // 3, tame


def test_enough_is_asked() -> None:
    assert len(FIELDS) * EXAMPLES >= 200
