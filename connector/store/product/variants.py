"""Which variants the stored products have, read from their documents alone."""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from connector.store import tables
from connector.store.product.change import Scope

_product = tables.product


class _Variant(Struct, rename="camel"):
    external_id: str


class _Product(Struct):
    variants: tuple[_Variant, ...]


_decoder = msgspec.json.Decoder(_Product)


def variants(
    connection: Connection, scope: Scope, external_ids: Iterable[str]
) -> Mapping[str, frozenset[str]]:
    """Return the platform's ids of the variants of each of these products that stands."""
    query = select(_product.c.external_id, _product.c.document).where(
        _product.c.merchant_id == scope.merchant_id,
        _product.c.connection_id == scope.connection_id,
        _product.c.external_id.in_(list(external_ids)),
        _product.c.document.is_not(None),
    )
    return {row[0]: _ids(row[1]) for row in connection.execute(query)}


def _ids(document: bytes) -> frozenset[str]:
    return frozenset(each.external_id for each in _decoder.decode(document).variants)
