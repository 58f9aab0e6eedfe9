"""Two numbers that tell whether what was read before still holds."""

from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.store import tables as catalog
from connector.store.database import Database
from connector.store.database.upsert import insert_missing
from storefront.disclosure.store.tables import disclosure

_MOST_KNOWN = 10_000


class Pulse(Struct, frozen=True):
    """The version of the catalogue and that of the register."""

    sequence: int
    revision: int


def read(connection: Connection, merchant_id: str) -> Pulse:
    """Return the version of the catalogue and of the register."""
    query = (
        select(catalog.merchant.c.sequence, disclosure.c.revision)
        .select_from(
            catalog.merchant.outerjoin(
                disclosure, disclosure.c.merchant_id == catalog.merchant.c.id
            )
        )
        .where(catalog.merchant.c.id == merchant_id)
    )
    row = connection.execute(query).first()
    return Pulse(row[0], row[1] or 0) if row else Pulse(0, 0)


def bump(connection: Connection, merchant_id: str) -> None:
    """Tell every process that the register changed; in the same transaction as the change."""
    insert_missing(connection, disclosure, {"merchant_id": merchant_id, "revision": 0})
    connection.execute(
        update(disclosure)
        .where(disclosure.c.merchant_id == merchant_id)
        .values(revision=disclosure.c.revision + 1)
    )


class Pulses:
    """Reads pulses before every answer, by the driver itself.

    Where nothing at all was committed since the last time, what was read then still holds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        mark = "?" if database.is_sqlite else "%s"
        self._query = (
            "SELECT m.sequence, d.revision FROM merchant m "  # noqa: S608 - our own mark only
            f"LEFT JOIN disclosure d ON d.merchant_id = m.id WHERE m.id = {mark}"
        )
        self._known: dict[str, tuple[bytes, Pulse]] = {}

    def read(self, merchant_id: str) -> Pulse:
        """Return the pulse of a merchant; zeros for one that is not there."""
        state = self._database.state()
        known = self._known.get(merchant_id)
        if known is not None and known[0] == state:
            return known[1]
        found = self._queried(merchant_id)
        if state is not None and state == self._database.state():
            self._remember(merchant_id, state, found)
        return found

    def _queried(self, merchant_id: str) -> Pulse:
        with self._database.driver() as connection:
            row = connection.execute(self._query, (merchant_id,)).fetchone()
        return Pulse(row[0], row[1] or 0) if row else Pulse(0, 0)

    def _remember(self, merchant_id: str, state: bytes, found: Pulse) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[merchant_id] = (state, found)
