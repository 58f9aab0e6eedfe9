"""Pages of products that are found once for each version of the catalogue, whoever asks.

Which products a page holds depends on the list and on the catalogue, not on what is shown of them:
askers with other fields, other grants over the same products and other operations share it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from connector.store.bounded import Bounded
from connector.store.listing import page, reader
from connector.store.listing.filter import Filter
from connector.store.listing.order import Found, Position, Sort
from connector.store.product.brief import Form

_MOST = 10_000
"""Products of all pages together; each takes some 200 bytes."""


class Pages:
    """Pages with their documents unread; safe between threads, for one database."""

    def __init__(self, most: int = _MOST) -> None:
        self._held: Bounded[Sequence[Found]] = Bounded(most, lambda _key, found: 1 + len(found))

    def find(
        self,
        connection: Connection,
        merchant_id: str,
        wanted: Filter,
        sort: Sort,
        after: Position | None,
        limit: int,
    ) -> Sequence[Found]:
        """Return at most `limit` products behind `after`, for a list without a query.

        `connection` must show one consistent picture: the version is read in it, so that a page
        is never older or newer than the documents that are read beside it.
        """
        version = reader.sequence(connection, merchant_id)
        key = (merchant_id, version, wanted, sort, after, limit)
        found = self._held.get(key)
        if found is None:
            form = Form.UNREAD
            found = page.find(connection, merchant_id, wanted, sort, after, limit, None, form)
            self._held.put(key, found)
        return found
