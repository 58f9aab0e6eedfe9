"""Taking out of the index what was erased, and not only ended: nothing of it may remain."""

from sqlalchemy import Connection, delete, select

from connector.store.product.change import Scope
from connector.store.search.follow import stored
from connector.store.search.inverted import Inverted
from connector.store.search.tables import search_entry

_entry = search_entry.c
_CHUNK = 500


def forget(connection: Connection, inverted: Inverted, scope: Scope) -> None:
    """Drop what is indexed of a connection's products, in the transaction that erases them.

    An index in files drops its words when it is next built anew.
    """
    mine = (_entry.merchant_id == scope.merchant_id, _entry.connection_id == scope.connection_id)
    ids = connection.execute(select(_entry.product_id).where(*mine)).scalars().all()
    for start in range(0, len(ids), _CHUNK):
        some = list(ids[start : start + _CHUNK])
        entries = list(stored(connection, scope.merchant_id, some).values())
        inverted.put(connection, scope.merchant_id, entries, ())
    connection.execute(delete(search_entry).where(*mine))
