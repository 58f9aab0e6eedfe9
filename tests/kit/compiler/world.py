"""What the resolvers of the compiler's tests find: documents, good or spoiled, behind a veil."""

import random
from collections.abc import Mapping
from itertools import count
from typing import Any, NamedTuple

import msgspec
import orjson
from graphql import ExecutionResult, GraphQLSchema, execute

from gateway.compiler import (
    CLEAR,
    Deoptimise,
    FragmentCache,
    NotCovered,
    Plan,
    StoredEntity,
    Veil,
    compile_operation,
    directive_variables,
)
from tests.kit.compiler.documents import PLACES, Documents, spoiled, unlike_json
from tests.kit.compiler.queries import Operation
from tests.kit.compiler.schemas import HINTS

_VERSIONS = count()


class _View:
    def total(self, *_: Any) -> int:
        return 7


class World:
    """The context of an execution, made anew for each; documents are shared."""

    view = _View()

    def __init__(
        self, schema: GraphQLSchema, type_name: str, stored: "Stored", veil: Veil = CLEAR
    ) -> None:
        self._schema = schema
        self._type = type_name
        self._stored = stored
        self._veil = veil
        self.asked = False
        self.stores = stored.stores
        self.makers = stored.makers
        self.plain = stored.plain

    def entities(self) -> list[StoredEntity]:
        """Return the stored entities as an asker sees them."""
        self.asked = True
        return [
            StoredEntity((key,), data, self._veil, self._reveal)
            for key, data in zip(self._stored.keys, self._stored.data, strict=True)
        ]

    def _reveal(self, veil: Veil, document: dict[str, Any]) -> Mapping[str, Any]:
        return veil.apply(self._schema, self._type, document)


class Stored(NamedTuple):
    """What all executions of one case find."""

    data: list[bytes]
    keys: list[int]
    stores: dict[str, Any]
    makers: dict[str, Any]
    plain: dict[str, Any]


def stored(schema: GraphQLSchema, type_name: str, dice: random.Random) -> Stored:
    """Return good documents."""
    making = Documents(schema, dice)
    of_regie = type_name == "Product"
    stores, makers, plain = {}, {}, {}
    if of_regie:
        stores = {place: making.of("Store") for place in PLACES[:2]}
        plain = {"page": {"pageInfo": making.of("PageInfo"), "filter": None}}
        plain["merchant"] = making.of("Merchant")
    else:
        makers = {place: {**making.of("Maker"), "shop_name": "s"} for place in PLACES[:2]}
        outside = Documents(schema, dice, frozenset({type_name}))
        pets = [outside.of("Cat"), outside.of("Dog"), outside.of("Cat"), None]
        plain = {"pets": pets, "ratio": 0.25}
    data = [orjson.dumps(making.of(type_name)) for _ in range(dice.randint(1, 3))]
    return Stored(data, [next(_VERSIONS) for _ in data], stores, makers, plain)


def spoilt(found: Stored, dice: random.Random) -> Stored:
    """Return the same with odd values."""
    if dice.random() < 0.8:
        at = dice.randrange(len(found.data))
        data, keys = [*found.data], [*found.keys]
        data[at] = orjson.dumps(spoiled(orjson.loads(data[at]), dice))
        keys[at] = next(_VERSIONS)
        return found._replace(data=data, keys=keys)
    name = dice.choice([name for name in ("stores", "makers", "plain") if getattr(found, name)])
    return found._replace(**{name: spoiled(getattr(found, name), dice)})


def formed(found: Stored, dice: random.Random) -> tuple[str, Stored]:
    """Return the same in one of the forms that documents are stored in, and its name."""
    if dice.random() < 0.03:
        return "cut", _cut(_packed(found, dice) if dice.random() < 0.5 else found, dice)
    if dice.random() < 0.5:
        return "text", found
    try:
        return "packed", _packed(found, dice)
    except OverflowError:  # JSON has room for numbers of any length
        return "text", found


def _packed(found: Stored, dice: random.Random) -> Stored:
    """Return the same as MessagePack, now and then with what JSON has no room for."""
    documents = [orjson.loads(it) for it in found.data]
    if dice.random() < 0.1:
        documents[0] = unlike_json(documents[0], dice)
    return _anew(found, [msgspec.msgpack.encode(it) for it in documents])


def _cut(found: Stored, dice: random.Random) -> Stored:
    """Return the same with one document that ends too early, or goes on."""
    at = dice.randrange(len(found.data))
    data, whole = [*found.data], found.data[at]
    data[at] = dice.choice((whole[: dice.randrange(len(whole))], whole + b"\x01", whole * 2))
    return _anew(found, data)


def _anew(found: Stored, data: list[bytes]) -> Stored:
    """Return the same with other documents, which no cache has seen."""
    return found._replace(data=data, keys=[next(_VERSIONS) for _ in data])


def plan_of(
    schema: GraphQLSchema, asked: Operation, type_name: str, *, structs: bool
) -> Plan | None:
    """Compile, or return None where graphql-core has to do it."""
    try:
        return compile_operation(
            schema,
            asked.document,
            asked.node,
            booleans_of(asked),
            frozenset({type_name}),
            leaf_types=HINTS,
            structs=structs,
        )
    except NotCovered:
        return None


def booleans_of(asked: Operation) -> dict[str, bool]:
    """Return the values that conditions depend on."""
    names = directive_variables(asked.node, asked.document)
    return {name: asked.coerced[name] for name in names}


def reference(schema: GraphQLSchema, asked: Operation, world: World) -> ExecutionResult:
    """Execute with graphql-core."""
    result = execute(schema, asked.document, context_value=world, variable_values=dict(asked.given))
    assert isinstance(result, ExecutionResult)
    return result


def signature(data: Any, errors: Any) -> bytes:
    """Return what two executions are compared by."""
    told = [(error.message, error.path) for error in errors or ()]
    return orjson.dumps([data, told], default=str)


def fast(
    plan: Plan, world: World, asked: Operation, fragments: FragmentCache | None
) -> bytes | None:
    """Run a plan, or return None where it gives up."""
    try:
        return plan.run(None, world, asked.coerced, fragments)
    except Deoptimise:
        return None
