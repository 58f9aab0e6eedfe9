"""Taking out of the index what was erased, and not only ended: nothing of it may remain."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from connector.store.product.change import Scope
from connector.store.search.follow import anew, hold, stored
from connector.store.search.fts5 import Fts5
from connector.store.search.gin import Gin
from connector.store.search.inverted import Inverted
from connector.store.search.tables import search_entry

_entry = search_entry.c
_CHUNK = 500


def forget(connection: Connection, scope: Scope) -> None:
    """Drop what is indexed of a connection's products, in the transaction that erases them.

    Whichever engine indexed it: an index in files is written anew and drops its words so.
    """
    hold(connection, scope.merchant_id)
    own: Inverted = Fts5() if connection.dialect.name == "sqlite" else Gin()
    mine = (_entry.merchant_id == scope.merchant_id, _entry.connection_id == scope.connection_id)
    ids = connection.execute(select(_entry.product_id).where(*mine)).scalars().all()
    in_files = False
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        in_files = _drop(connection, own, scope.merchant_id, some) or in_files
    connection.execute(delete(search_entry).where(*mine))
    if in_files:
        anew(connection, scope.merchant_id)


def _drop(connection: Connection, own: Inverted, merchant_id: str, ids: Sequence[str]) -> bool:
    """Take away the tokens of some entries; tell whether any lie outside of the database."""
    entries = list(stored(connection, merchant_id, ids).values())
    own.put(connection, merchant_id, entries, ())
    return any(it.engine != own.name for it in entries)
