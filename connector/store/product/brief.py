"""The brief document: what lists mostly show of a product, so that they need not read it whole.

It lies beside the whole one, is made of it, and changes with it. Whoever wants a member that is not
in it reads the whole one. It is MessagePack, which is read in three quarters of the time; rows that
were written before hold JSON.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, literal_column

from connector.model import document as documents
from connector.model.document import ProductDocument
from connector.store import tables

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "Product": (
        "id", "handle", "url", "title", "description", "language", "brand", "productType", "tags",
        "categories", "attributes", "media", "variants", "status", "visibility", "updatedAt",
        "priceRange", "availability", "publication",
    ),
    "Variant": (
        "id", "title", "enabled", "sku", "gtin", "options", "inventory", "price",
        "compareAtPrice", "availability",
    ),
    "InventoryLevel": ("locationId", "available", "availability"),
    "Attribute": ("key", "name", "values", "unit"),
    "Media": ("kind", "url", "alt"),
    "Text": ("plain",),
}  # fmt: skip
"""By type, which members are in it; what lies in them is whole unless its type stands here too."""

_LISTS = {
    "attributes": "Attribute",
    "inventory": "InventoryLevel",
    "media": "Media",
    "variants": "Variant",
}
_PARTS = {"description": "Text"}
_MOMENTS = frozenset({"updatedAt"})

_Change = tuple[int, Callable[[Any], Any]]


class Form(Enum):
    """How much of a product's document a list reads."""

    WHOLE = "whole"
    BRIEF = "brief"
    UNREAD = "unread"

    __hash__ = object.__hash__  # one of a kind: the name need not be looked at


def document_as(form: Form) -> ColumnElement[Any]:
    """Return the column that gives the document in a form; old rows may have no brief one yet."""
    whole, brief = tables.product.c.document, tables.product.c.brief
    if form is Form.WHOLE:
        return whole
    if form is Form.BRIEF:
        return func.coalesce(brief, whole).label("brief")
    return literal_column("NULL").label("unread")


def brief_of(document: ProductDocument) -> bytes:
    """Return the brief form of a canonical document, MessagePack with the members in order."""
    return _encode(_brief(document))


def brief_of_stored(document: bytes) -> bytes:
    """Return that of a document as it is stored; raises DecodeError for one of another form."""
    return brief_of(documents.decode(document))


def opened(data: bytes) -> Any:
    """Return a stored document as plain Python: a whole one is JSON, a brief one may be either."""
    return msgspec.json.decode(data) if data[:1] == b"{" else msgspec.msgpack.decode(data)


def _taker(kind: str) -> Callable[[Any], Any]:
    """Return the function that makes the brief object of one of a type."""
    make, get, changes = _maker(kind)

    def take(it: Any) -> Any:
        values = list(get(it))
        for place, change in changes:
            values[place] = change(values[place])
        return make(*values)

    return take


def _taker_of_all(kind: str) -> Callable[[Any], list[Any]]:
    """Return the same for a list; there are many of the small ones."""
    make, get, changes = _maker(kind)
    if not changes:
        return lambda found: [make(*get(it)) for it in found]
    take = _taker(kind)
    return lambda found: list(map(take, found))


def _maker(kind: str) -> tuple[Callable[..., Any], Callable[[Any], Any], list[_Change]]:
    """Return what makes a brief object, what reads its members, and what is done to some."""
    names = MEMBERS[kind]
    make = msgspec.defstruct(
        f"Brief{kind}",
        [(f"m{place}", Any) for place in range(len(names))],
        rename={f"m{place}": it for place, it in enumerate(names)},
        gc=False,
    )
    get = attrgetter(*map(_attribute, names)) if len(names) > 1 else _tuple_of(names[0])
    return make, get, [(at, change) for at, it in enumerate(names) if (change := _change(it))]


def _change(name: str) -> Callable[[Any], Any] | None:
    """Return what is done to a member; None where it is taken as it is."""
    if name in _LISTS:
        return _taker_of_all(_LISTS[name])
    if name in _PARTS:
        take = _taker(_PARTS[name])
        return lambda found: None if found is None else take(found)
    return _moment if name in _MOMENTS else None


def _moment(found: datetime | None) -> Any:
    """Return a moment as the text that it is in JSON: MessagePack has a form of its own."""
    return None if found is None else msgspec.to_builtins(found)


def _attribute(name: str) -> str:
    return re.sub("[A-Z]", lambda it: "_" + it[0].lower(), name)


def _tuple_of(name: str) -> Callable[[Any], tuple[Any]]:
    get = attrgetter(_attribute(name))
    return lambda it: (get(it),)


_brief = _taker("Product")
_encode = msgspec.msgpack.Encoder().encode
