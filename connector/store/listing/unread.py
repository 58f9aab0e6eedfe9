"""Documents that a list left unread, for whoever wants them after all."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from connector.store import tables
from connector.store.database import prepared

_product = tables.product


def documents(
    connection: Connection, merchant_id: str, ids: Sequence[str]
) -> Mapping[str, bytes | None]:
    """Return the documents of products that were found in the same picture of the catalogue."""
    if not ids:
        return {}
    names = [f"i{place}" for place in range(len(ids))]
    found = prepared.rows(
        connection,
        ("documents", len(ids)),
        {"merchant_id": merchant_id, **dict(zip(names, ids, strict=True))},
        lambda: select(_product.c.id, _product.c.document).where(
            _product.c.merchant_id == bindparam("merchant_id"),
            _product.c.id.in_([bindparam(name) for name in names]),
        ),
    )
    return {row[0]: row[1] for row in found}
