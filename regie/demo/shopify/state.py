"""What a shop is before anybody works in it: its data, its clock, its keys and its luck."""

import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random
from typing import Final
from uuid import UUID

from regie.demo.shopify.clock import Clock, wall_time
from regie.demo.shopify.faults import Dice, Faults
from regie.demo.shopify.log import Log
from regie.demo.shopify.query.cost import Bucket
from regie.demo.shopify.query.idempotency import Attempts
from regie.demo.shopify.query.schema import RELEASE
from regie.demo.shopify.store import Store

SCOPES: Final = (
    "read_products",
    "read_inventory",
    "write_inventory",
    "read_locations",
    "read_publications",
)


class ShopState:
    """All that every desk of the shop looks at; what needs peace is done under `lock`."""

    def __init__(
        self,
        store: Store,
        *,
        domain: str | None = None,
        access_token: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        scopes: Iterable[str] = SCOPES,
        approved: Iterable[str] = (),
        public_app: bool = False,
        clock: Callable[[], datetime] = wall_time,
        seed: int | None = None,
        faults: Faults | None = None,
        points: tuple[float, float] = (2000.0, 100.0),
        bulk_gzip: bool = False,
    ) -> None:
        self.seed = secrets.randbits(63) if seed is None else seed
        self._random = Random(self.seed)  # noqa: S311  # repeatable; guards only invented data
        self.store: Store = store
        self.lock = threading.RLock()
        self.clock = Clock(clock)
        self.version = RELEASE
        self.domain = domain or str(store.shop["myshopifyDomain"])
        self.base_url = f"https://{self.domain}"
        self.closed: int | None = None
        self.bulk_gzip = bulk_gzip
        self.public_app = public_app
        self.scopes = tuple(scopes)
        self.approved = tuple(approved)
        self.access_token = access_token or self.new_secret("shpat_")
        self.client_id = client_id or self.new_secret("")
        self.client_secret = client_secret or self.new_secret("shpss_")
        self.dice = Dice(faults or Faults(), self.seed)
        self.log = Log()
        self.attempts = Attempts()
        self.bucket = Bucket(self.clock, *points)

    def new_secret(self, prefix: str, size: int = 16) -> str:
        """Return a secret nobody else has in this shop."""
        return prefix + self._random.randbytes(size).hex()

    def new_uuid(self) -> str:
        """Return an id for an event or a request."""
        return str(UUID(bytes=self._random.randbytes(16), version=4))

    def new_request_id(self) -> str:
        """Return an id the way the shop numbers its answers."""
        return f"{self.new_uuid()}-{int(self.clock.seconds())}"
