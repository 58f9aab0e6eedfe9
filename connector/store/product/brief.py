"""The brief document: what lists mostly show of a product, so that they need not read it whole.

It lies beside the whole one, is made of it, and changes with it. Whoever wants a member that is not
in it reads the whole one.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import msgspec
from msgspec import Raw
from sqlalchemy import ColumnElement, func, literal_column

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


def brief_of(document: bytes) -> bytes:
    """Return the brief form of a canonical document."""
    return _encode(_decode(document))


def _struct(kind: str) -> Any:
    """Return a struct of the members of a type; it copies what it does not take apart."""
    names = MEMBERS[kind]
    columns = [(f"m{place}", _annotation(it)) for place, it in enumerate(names)]
    rename = {f"m{place}": it for place, it in enumerate(names)}
    return msgspec.defstruct(f"Brief{kind}", columns, rename=rename, gc=False)


def _annotation(name: str) -> Any:
    if name in _LISTS:
        return list[_struct(_LISTS[name])]  # type: ignore[misc]  # made here
    return _struct(_PARTS[name]) | None if name in _PARTS else Raw


_decode: Callable[[bytes], Any] = msgspec.json.Decoder(_struct("Product")).decode
_encode = msgspec.json.Encoder().encode
