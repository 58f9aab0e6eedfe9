"""Two schemas for the compiler's tests: Regie's own types, and invented ones of every kind."""

from enum import StrEnum
from functools import cache
from typing import Any

import graphene
from graphql import GraphQLSchema

from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.lists import ChangeList, ProductConnection
from gateway.catalogue.merchant_type import Merchant
from gateway.catalogue.product_filter import ProductFilter
from gateway.catalogue.product_type import Product
from gateway.catalogue.store_type import Store
from gateway.compiler import (
    LeafType,
    looked_up,
    matching,
    sliced,
)

HINTS = {
    "BigInt": LeafType(int, -(2**53) + 1, 2**53 - 1),
    "DateTime": LeafType(str),
}


class RegieQuery(graphene.ObjectType):
    """Regie's types behind roots that take what the context holds."""

    product = graphene.Field(Product, id=graphene.ID())
    products = graphene.Field(
        graphene.NonNull(ProductConnection),
        first=graphene.Int(required=True, default_value=2),
        filter=graphene.Argument(ProductFilter),
    )
    changes = graphene.Field(graphene.NonNull(ChangeList))
    stores = graphene.Field(graphene.NonNull(graphene.List(graphene.NonNull(Store))))
    store = graphene.Field(Store, id=graphene.ID(required=True))
    merchant = graphene.Field(graphene.NonNull(Merchant))

    @staticmethod
    def resolve_product(_root: Any, info: Any, id: str | None = None) -> Any:  # noqa: A002
        return None if id == "b" else info.context.entities()[0]

    @staticmethod
    def resolve_products(_root: Any, info: Any, first: int, **_: Any) -> Any:
        nodes = info.context.entities()[: max(first, 0)]
        edges = [{"cursor": str(at), "node": node} for at, node in enumerate(nodes)]
        return {**info.context.plain["page"], "nodes": nodes, "edges": edges}

    @staticmethod
    def resolve_changes(_root: Any, info: Any) -> Any:
        nodes = [
            {"sequence": 1, "productId": "p", "deleted": it is None, "product": it}
            for it in [*info.context.entities(), None]
        ]
        return {"nodes": nodes, "nextSince": 3, "hasMore": False}

    @staticmethod
    def resolve_stores(_root: Any, info: Any) -> Any:
        return list(info.context.stores.values())

    @staticmethod
    def resolve_store(_root: Any, info: Any, id: str) -> Any:  # noqa: A002
        return info.context.stores.get(id)

    @staticmethod
    def resolve_merchant(_root: Any, info: Any) -> Any:
        return info.context.plain["merchant"]


@cache
def regie() -> GraphQLSchema:
    """Return the schema of Regie's types."""
    return graphene.Schema(query=RegieQuery).graphql_schema


class Color(graphene.Enum):
    RED = 1
    GREEN = 2


class _Size(StrEnum):
    SMALL = "small"
    LARGE = "LARGE"


Size = graphene.Enum.from_enum(_Size, name="Size")


class Json(graphene.Scalar):
    @staticmethod
    def serialize(value: Any) -> Any:  # type: ignore[override]  # declared as None
        if value == "NOWHERE":
            raise ValueError("no such place")
        return value

    parse_value = serialize


class Node(graphene.Interface):
    id = graphene.ID(required=True)
    name = graphene.String()
    node = graphene.Field(lambda: Node)

    @classmethod
    def resolve_type(cls, instance: Any, _info: Any) -> Any:
        return _TYPES.get(instance.get("kind"))


class Cat(DocumentType):
    class Meta:
        interfaces = (Node,)

    lives = graphene.Int(required=True)
    name = graphene.String(required=True)
    friends = graphene.List(lambda: Pet)


class Dog(DocumentType):
    class Meta:
        interfaces = (Node,)

    loud = graphene.Boolean()
    color = graphene.Field(Color)

    @classmethod
    def is_type_of(cls, root: Any, _info: Any) -> Any:
        return isinstance(root, dict) and root.get("loud") != "text"


class Pet(graphene.Union):
    class Meta:
        types = (Cat, Dog)

    @classmethod
    def resolve_type(cls, instance: Any, _info: Any) -> Any:
        return _TYPES.get(instance.get("kind"))


class Maker(graphene.ObjectType):
    """Read by Graphene's own resolver: a dictionary or an object."""

    name = graphene.String(required=True)
    size = graphene.Field(Size)
    ratio = graphene.Float(default_value=0.5)
    shop_name = graphene.String()


class Part(DocumentType):
    place = graphene.String()
    count = graphene.Int(required=True)
    weight = graphene.Float()
    colors = graphene.List(graphene.NonNull(Color))
    maker_id = graphene.ID()
    maker = graphene.Field(Maker)
    author = graphene.Field(graphene.NonNull(Maker))

    @staticmethod
    @looked_up("makers", "makerId")
    def resolve_maker(part: Any, info: Any) -> Any:
        return info.context.makers.get(part.get("makerId"))

    @staticmethod
    @looked_up("makers", "makerId")
    def resolve_author(part: Any, info: Any) -> Any:
        return info.context.makers.get(part.get("makerId"))


class Thing(DocumentType):
    class Meta:
        interfaces = (Node,)

    size = graphene.NonNull(Size)
    grid = graphene.List(graphene.NonNull(graphene.List(graphene.Int)))
    table = graphene.Field(graphene.List(graphene.List(graphene.NonNull(Part))))
    sizes = graphene.List(Size)
    extra = graphene.Field(Json)
    pets = graphene.NonNull(graphene.List(graphene.NonNull(Pet)))
    near = graphene.Field(Node)
    parts = graphene.Field(
        graphene.List(graphene.NonNull(Part)), at=graphene.String(default_value="place-1")
    )
    few = graphene.Field(graphene.List(Part), most=graphene.Int(name="most"))
    odd = graphene.Field(graphene.List(Part), count=graphene.Int())
    self = graphene.Field(lambda: Thing)
    shout = graphene.String(loud=graphene.Boolean(default_value=False))

    @staticmethod
    @matching("parts", "place", "at")
    def resolve_parts(thing: Any, _info: Any, at: str | None = None) -> Any:
        parts = thing.get("parts")
        return (
            parts if at is None or parts is None else [it for it in parts if it.get("place") == at]
        )

    @staticmethod
    @sliced("parts", "most")
    def resolve_few(thing: Any, _info: Any, most: int | None = None) -> Any:
        parts = thing.get("parts")
        return parts if most is None or parts is None else parts[:most]

    @staticmethod
    @sliced("odd", "count")
    def resolve_odd(thing: Any, _info: Any, count: int | None = None) -> Any:
        parts = thing.get("odd")
        return parts if count is None or parts is None else parts[:count]

    @staticmethod
    def resolve_shout(thing: Any, _info: Any, loud: bool) -> Any:  # noqa: FBT001
        name = thing.get("name")
        return name.upper() if loud else name


_TYPES: dict[Any, Any] = {"Cat": Cat, "Dog": Dog, "Thing": Thing}


class Wish(graphene.InputObjectType):
    most = graphene.Int(default_value=3)
    words = graphene.List(graphene.NonNull(graphene.String))
    color = graphene.Field(Color, default_value=Color.GREEN)
    inner = graphene.Field(lambda: Wish)


class InventedQuery(graphene.ObjectType):
    thing = graphene.Field(Thing)
    things = graphene.List(graphene.NonNull(Thing), required=True)
    node = graphene.Field(Node, which=graphene.Int(required=True, default_value=1))
    nodes = graphene.List(Node)
    pet = graphene.Field(Pet)
    makers = graphene.List(graphene.List(Maker))
    maker = graphene.NonNull(Maker)
    echo = graphene.String(wish=graphene.Argument(Wish), color=graphene.Argument(Color))
    fails = graphene.Field(Maker, now=graphene.Boolean(required=True))
    size = graphene.Field(Size)
    ratio = graphene.Float()

    @staticmethod
    def resolve_thing(_root: Any, info: Any) -> Any:
        return info.context.entities()[0]

    @staticmethod
    def resolve_things(_root: Any, info: Any) -> Any:
        return tuple(info.context.entities())

    @staticmethod
    def resolve_node(_root: Any, info: Any, which: int) -> Any:
        return info.context.plain["pets"][which]

    @staticmethod
    def resolve_nodes(_root: Any, info: Any) -> Any:
        return info.context.plain["pets"]

    @staticmethod
    def resolve_pet(_root: Any, info: Any) -> Any:
        return info.context.plain["pets"][0]

    @staticmethod
    def resolve_makers(_root: Any, info: Any) -> Any:
        return [list(info.context.makers.values()), None]

    @staticmethod
    def resolve_maker(_root: Any, info: Any) -> Any:
        class Attributes:
            name, size, ratio, shop_name = "x", _Size.SMALL, 1, info.field_name

        return Attributes()

    @staticmethod
    def resolve_echo(_root: Any, _info: Any, **arguments: Any) -> Any:
        return repr(arguments)

    @staticmethod
    def resolve_fails(_root: Any, info: Any, now: bool) -> Any:  # noqa: FBT001
        return ValueError("failed") if now else info.context.makers["place-1"]

    @staticmethod
    def resolve_size(_root: Any, _info: Any) -> Any:
        return _Size.SMALL

    @staticmethod
    def resolve_ratio(_root: Any, info: Any) -> Any:
        return info.context.plain["ratio"]


@cache
def invented() -> GraphQLSchema:
    """Return the schema with every feature."""
    return graphene.Schema(query=InventedQuery, types=[Cat, Dog, Thing]).graphql_schema
