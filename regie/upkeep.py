"""What the house does for itself: index what changed, sign and fold the ledger, let go of old."""

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog
from msgspec import structs
from sqlalchemy import select

from connector.model.errors import RegieError
from connector.store import tables
from connector.store.clock import ms
from connector.store.listing import reader
from connector.store.search.index import Search
from regie import searching
from regie.house import House
from storefront.disclosure.ledger.verify import Head
from storefront.disclosure.store import exposures, heads
from storefront.fulfillment.work import forgetting

_log = structlog.get_logger()
_HOUR = 3_600.0
_DAY_MS = 86_400_000
_STEP = 500


class Upkeep:
    """Runs beside the work of the shops; several processes may do it at once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._indexes: dict[str, Search] = {}
        self._next_hour = 0.0

    def turn(self) -> bool:
        """Do a little; tell whether there is more."""
        merchants = self._merchants()
        if time.monotonic() >= self._next_hour:
            self._next_hour = time.monotonic() + _HOUR
            for merchant_id in merchants:
                self._look_after(merchant_id)
        return sum(map(self._index, merchants)) > 0

    def catch_up(self) -> None:
        """Index everything that waits: for the end of a sync, and for tests."""
        while sum(map(self._index, self._merchants())):
            pass

    def _merchants(self) -> Sequence[str]:
        with self._house.database.read() as connection:
            return connection.execute(select(tables.merchant.c.id)).scalars().all()

    def _index(self, merchant_id: str) -> bool:
        """Index the next changes; tell whether there were any."""
        index = self._indexes.get(merchant_id)
        if index is None:
            index = self._indexes[merchant_id] = searching.chosen(self._house, merchant_id)
        with self._house.database.read() as connection:
            newest = reader.sequence(connection, merchant_id)
        if index.position(merchant_id) >= newest:
            return False
        return bool(index.follow(merchant_id, _STEP))

    def _look_after(self, merchant_id: str) -> None:
        """Do what is due every hour; what fails keeps nothing else from being done."""
        for act in (self._sign, self._fold, self._let_go, self._sweep):
            try:
                act(merchant_id)
            except Exception as error:  # noqa: BLE001 - the other merchants' turn comes all the same
                code = error.code if isinstance(error, RegieError) else type(error).__name__
                _log.warning("upkeep.failed", merchant=merchant_id, step=act.__name__, code=code)

    def _sign(self, merchant_id: str) -> None:
        """Sign where the ledger stands, and publish it."""
        house = self._house
        with house.ledger.write() as connection:
            now = ms(house.clock())
            fresh = heads.sign_heads(connection, merchant_id, house.seal, now)
        if fresh:
            _publish(house.settings.home_path / "ledger-heads.jsonl", merchant_id, fresh)
        _log.info("ledger.signed", merchant=merchant_id, heads=len(fresh))

    def _fold(self, merchant_id: str) -> None:
        """Fold the register of exposure."""
        with self._house.ledger.write() as connection:
            exposures.follow(connection, merchant_id)

    def _let_go(self, merchant_id: str) -> None:
        """Forget what was shown so long ago that its time is up."""
        before = ms(self._house.clock()) - self._house.settings.ledger_days * _DAY_MS
        with self._house.ledger.write() as connection:
            forgotten = heads.forget_details(connection, merchant_id, before)
        _log.info("ledger.forgotten", merchant=merchant_id, old=forgotten)

    def _sweep(self, merchant_id: str) -> None:
        forgetting.sweep(self._house.floor, merchant_id)


def _publish(file: Path, merchant_id: str, fresh: Sequence[Head]) -> None:
    """Append the heads to a file that an operator copies elsewhere: there they bind us."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as out:
        for head in fresh:
            line = {"merchant_id": merchant_id, **structs.asdict(head)}
            out.write(msgspec.json.encode(line) + b"\n")
