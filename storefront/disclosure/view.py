"""The one door to catalogue data: who asks decides what there is.

Until grants exist there are two kinds of askers: an operator sees all, everyone else sees nothing.
A surface gets its data from here and from nowhere else, so that it cannot widen an answer.
"""

from collections.abc import Mapping, Sequence

from connector.model.errors import NotAllowed
from connector.store import connections, keys, merchants, page, reader
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.merchants import Merchant
from connector.store.page import Filter, Found, Position, Sort
from connector.store.reader import StoredLocation, StoredProduct


class KeyRequired(NotAllowed):
    """No key, or one that opens nothing: the catalogue is closed by default."""

    code = "key_required"
    status = 401
    remedy = "Send `Authorization: Bearer <key>`; an operator makes one with `regie key create`."

    def __init__(self) -> None:
        super().__init__("The catalogue is closed to those without a key that opens it.")


class CatalogView:
    """What one asker may see of one merchant's catalogue; cheap to make, for one request."""

    def __init__(self, database: Database, merchant_id: str) -> None:
        self._database = database
        self.merchant_id = merchant_id

    def merchant(self) -> Merchant:
        """Return the merchant."""
        with self._database.read() as connection:
            return merchants.get(connection, self.merchant_id)

    def connections(self) -> Sequence[Shopfront]:
        """Return the connected shops with their freshness."""
        with self._database.read() as connection:
            return connections.all_of(connection, self.merchant_id)

    def sequence(self) -> int:
        """Return the version of the catalogue."""
        with self._database.read() as connection:
            return reader.sequence(connection, self.merchant_id)

    def product(self, product_id: str) -> StoredProduct | None:
        """Return one product by Regie's id."""
        with self._database.read() as connection:
            return reader.product_by_id(connection, self.merchant_id, product_id)

    def products(self, ids: Sequence[str]) -> Mapping[str, StoredProduct]:
        """Return several products by Regie's ids."""
        with self._database.read() as connection:
            return reader.products_by_ids(connection, self.merchant_id, ids)

    def lookup(self, kind: str, value: str) -> StoredProduct | None:
        """Return the product of a handle, sku, gtin or platform id; the oldest where several."""
        with self._database.read() as connection:
            ids = reader.ids_by(connection, self.merchant_id, kind, value)
            return reader.product_by_id(connection, self.merchant_id, ids[0]) if ids else None

    def page(
        self, wanted: Filter, sort: Sort, after: Position | None, limit: int
    ) -> Sequence[Found]:
        """Return a page of products."""
        with self._database.read() as connection:
            return page.find(connection, self.merchant_id, wanted, sort, after, limit)

    def total(self, wanted: Filter, cap: int) -> int:
        """Count a page's products, up to `cap`."""
        with self._database.read() as connection:
            return page.total(connection, self.merchant_id, wanted, cap)

    def changes(self, since: int, limit: int) -> Sequence[StoredProduct]:
        """Return what changed behind a sequence number, tombstones included."""
        with self._database.read() as connection:
            return reader.changes(connection, self.merchant_id, since, limit)

    def locations(self) -> Sequence[StoredLocation]:
        """Return the places."""
        with self._database.read() as connection:
            return reader.locations(connection, self.merchant_id)


def admit(database: Database, authorization: str | None) -> CatalogView:
    """Return the view of whoever shows this `Authorization` header, or raise KeyRequired."""
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise KeyRequired
    with database.read() as connection:
        key = keys.find(connection, text.strip())
    if key is None or key.role != keys.OPERATOR:
        raise KeyRequired
    return CatalogView(database, key.merchant_id)
