"""What compiled plans cost beside plain Graphene: queries A, B and D by layer, same bytes.

Each act asks the catalogue anew unless it says `without reading`: then rows are remembered, and
what is left is the executor alone. Plain Graphene parses and validates, as without a cache.
"""

import tempfile
from collections.abc import Callable
from typing import Any

import catalogue as invented
import orjson
from baseline import A, B, D
from graphql import DocumentNode, OperationDefinitionNode, get_operation_ast, parse
from harness import Row, least_cpu, least_cpu_of, options, require, show

from connector.store.database import Database
from gateway.catalogue.asking import Asking
from gateway.catalogue.brief import is_brief
from gateway.catalogue.schema import ENTITIES, LEAF_TYPES, schema
from gateway.compiler import FragmentCache, Plan, answered, compile_operation
from gateway.desk.operation import Operation
from regie.database import open_database
from regie.settings import Settings
from storefront.disclosure.sight import operator
from storefront.disclosure.view import CatalogView

QUERIES = {"A": A, "B": B, "D": D}
PLAIN, PYTHON, STRUCTS, FRAGMENTS = "plain Graphene", "python", "structs", "warm fragments"
READING = "reading alone"
GOALS = {
    ("A", PYTHON): 20.0,
    ("A", STRUCTS): 60.0,
    ("B", STRUCTS): 80.0,
    ("D", STRUCTS): 14.0,
}


class Remembered:
    """A view that asks the catalogue once for each question."""

    def __init__(self, view: CatalogView) -> None:
        self._view = view
        self._held: dict[str, Any] = {}
        self.merchant_id = view.merchant_id

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a question."""

        def ask(*given: Any, **more: Any) -> Any:
            key = f"{name}{given!r}{more!r}"
            if key not in self._held:
                self._held[key] = getattr(self._view, name)(*given, **more)
            return self._held[key]

        return ask


class Case:
    """One query on one catalogue, under every executor."""

    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self._text = QUERIES[name]
        self._given = {"id": invented.product_id(7)} if name == "B" else {}
        self._view = CatalogView(database, operator(invented.MERCHANT, "ope_bench"))
        self._remembered: Any = Remembered(self._view)
        self._document: DocumentNode = parse(self._text)
        self._known = Operation(self._document, self._operation, "")
        self._fragments = FragmentCache(50_000_000)
        self.plans = {PYTHON: self.compiled(structs=False), STRUCTS: self.compiled(structs=True)}
        self.plans[FRAGMENTS] = self.plans[STRUCTS]

    @property
    def _operation(self) -> OperationDefinitionNode:
        found = get_operation_ast(self._document)
        require(found is not None, "one operation")
        return found  # type: ignore[return-value]  # checked above

    def compiled(self, *, structs: bool) -> Plan:
        """Compile, with the renderers of the clear veil."""
        plan = compile_operation(
            schema().graphql_schema,
            self._document,
            self._operation,
            {},
            ENTITIES,
            leaf_types=LEAF_TYPES,
            structs=structs,
        )
        plan.layers()
        return plan

    def acts(self, view: Any) -> dict[str, Callable[[], bytes]]:
        """Return what to measure on a view."""
        acts: dict[str, Callable[[], bytes]] = {PLAIN: lambda: self._plain(view)}
        for layer, plan in self.plans.items():
            kept = self._fragments if layer == FRAGMENTS else None
            acts[layer] = lambda plan=plan, kept=kept: self._run(plan, view, kept)  # type: ignore[misc]  # bound here
        return acts

    def check(self) -> int:
        """Compare the bytes of all executors; return how many there are."""
        found = {layer: act() for layer, act in self.acts(self._view).items()}
        require(len(set(found.values())) == 1, f"{self.name}: the same bytes by every layer")
        layers = {layer: set(plan.layers()) for layer, plan in self.plans.items()}
        require(layers[PYTHON] == {PYTHON}, f"{self.name}: python is python")
        require(layers[STRUCTS] == {STRUCTS}, f"{self.name}: structs are structs")
        return len(found[PLAIN])

    def rows(self, rounds: int) -> list[Row]:
        """Measure and compare."""
        size = self.check()
        inner = 20 if size < 10_000 else 2
        read = least_cpu_of(self.acts(self._view), rounds, inner)
        bare = least_cpu_of(self.acts(self._remembered), rounds, inner)
        reading = read[FRAGMENTS] - bare[FRAGMENTS]
        head = f"{self.name} ({size / 1000:.1f} kB)"
        rows = [
            Row(f"{head}: {PLAIN}", f"{read[PLAIN] * 1e3:.2f} ms"),
            Row(f"{head}: {READING}, about", f"{reading * 1e3:.2f} ms"),
        ]
        for layer in self.plans:
            rows.append(self._row(f"{head}: {layer}", layer, read))
            rows.append(self._row(f"{head}: {layer}, without reading", "", bare, layer))
        return rows + self._besides(head, rounds)

    def _row(self, name: str, goal_of: str, seconds: dict[Any, float], layer: str = "") -> Row:
        found = seconds[layer or goal_of]
        ratio = seconds[PLAIN] / found
        goal = GOALS.get((self.name, goal_of))
        told = "" if goal is None else f">= {goal:.0f}x"
        met = None if goal is None else ratio >= goal
        return Row(name, f"{found * 1e3:.3f} ms, {ratio:.1f}x", told, met)

    def _besides(self, head: str, rounds: int) -> list[Row]:
        data = self._run(self.plans[STRUCTS], self._remembered, None)
        told = least_cpu(lambda: answered(self.plans[STRUCTS], data), rounds, 20)
        made = least_cpu(lambda: self.compiled(structs=True), rounds)
        return [
            Row(f"{head}: telling which fields were answered", f"{told * 1e6:.1f} us"),
            Row(f"{head}: compiling", f"{made * 1e3:.2f} ms"),
        ]

    def _plain(self, view: Any) -> bytes:
        result = schema().execute(
            self._text, variable_values=self._given, context_value=Asking(view)
        )
        require(result.errors is None, f"errors: {result.errors}")
        return orjson.dumps(result.data)

    def _run(self, plan: Plan, view: Any, fragments: FragmentCache | None) -> bytes:
        coerced = self._known.coerced(self._given)
        asking = Asking(view)
        asking.brief = is_brief(plan.reads)
        return plan.run(None, asking, coerced, fragments)


def main() -> None:
    """Measure, check and show."""
    given = options(__doc__ or "").parse_args()
    products = 1_000 if given.quick else 10_000
    rounds = 5 if given.quick else 25
    with tempfile.TemporaryDirectory(prefix="compiler-") as folder:
        database = open_database(Settings(home=folder))
        invented.fill(database, products)
        table = [row for name in QUERIES for row in Case(database, name).rows(rounds)]
        database.close()
    show("Compiled plans beside plain Graphene", table, given.json, products=products)


if __name__ == "__main__":
    main()
