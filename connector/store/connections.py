"""The shops that a merchant connected, with their sealed credentials and how fresh they are."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, select, update

from connector.model.errors import NotFound
from connector.store import tables
from connector.store.clock import Clock
from connector.store.database import Database, prepared
from connector.store.secrets import SecretBox
from connector.store.work import leases

_table = tables.connection
ACTIVE, UNINSTALLED = "active", "uninstalled"


class NoConnection(NotFound):
    """There is no such connection."""

    code = "no_connection"
    remedy = "List the connections with `regie check`."


class Shopfront(Struct, frozen=True):
    """One connected shop; times are epoch milliseconds, None is never.

    `as_of`: the catalogue holds everything that the shop had at that moment. `lag_ms`: how long
    the last refresh took to bring it here.
    """

    merchant_id: str
    id: str
    platform: str
    shop: str
    endpoint: str | None
    status: str
    shop_facts: bytes | None
    context_digest: bytes | None
    as_of: int | None
    lag_ms: int | None
    full_at: int | None
    sweep_at: int | None
    orders_at: int | None
    hooks_at: int | None


_columns = [_table.c[name] for name in Shopfront.__struct_fields__]


def put(
    connection: Connection,
    shopfront: Shopfront,
    credentials: Mapping[str, str],
    hook_secret: str,
    box: SecretBox,
    now_ms: int,
) -> None:
    """Store a new connection, or the new credentials of one that stands (found by its id)."""
    owner = _owner(shopfront.merchant_id, shopfront.id)
    values = {
        **{name: getattr(shopfront, name) for name in Shopfront.__struct_fields__},
        "credentials": box.seal(msgspec.json.encode(credentials), owner),
        "hook_secret": box.seal(hook_secret.encode(), owner),
        "created_at": now_ms,
    }
    mine = (_table.c.merchant_id == shopfront.merchant_id) & (_table.c.id == shopfront.id)
    renewed = ("endpoint", "status", "credentials", "hook_secret")
    again = update(_table).where(mine).values({name: values[name] for name in renewed})
    if connection.execute(again).rowcount == 0:
        connection.execute(_table.insert().values(values))


def get(connection: Connection, connection_id: str) -> Shopfront:
    """Return a connection or raise NoConnection."""
    found = _rows(connection, Shopfront.__struct_fields__, id=connection_id)
    if not found:
        raise NoConnection("There is no such connection.", connection=connection_id)
    return Shopfront(*found[0])


def all_of(connection: Connection, merchant_id: str | None = None) -> Sequence[Shopfront]:
    """Return the merchant's connections, or everybody's, oldest first."""
    query = select(*_columns).order_by(_table.c.created_at, _table.c.id)
    if merchant_id is not None:
        query = query.where(_table.c.merchant_id == merchant_id)
    return [Shopfront(*row) for row in connection.execute(query)]


def by_shop(connection: Connection, platform: str, shop: str) -> Sequence[Shopfront]:
    """Return every merchant's connection to that shop."""
    found = _rows(connection, Shopfront.__struct_fields__, platform=platform, shop=shop)
    return [Shopfront(*row) for row in found]


def note(connection: Connection, shopfront: Shopfront, **values: object) -> None:
    """Store what was learned of a connection: times, shop facts, status."""
    connection.execute(
        update(_table)
        .where(_table.c.merchant_id == shopfront.merchant_id, _table.c.id == shopfront.id)
        .values(**values)
    )


def hook_secret(connection: Connection, shopfront: Shopfront, box: SecretBox) -> str:
    """Return the secret that signs the shop's webhooks."""
    sealed = _sealed(connection, shopfront, "hook_secret")
    return box.open(sealed, _owner(shopfront.merchant_id, shopfront.id)).decode()


def rotate(connection: Connection, box: SecretBox) -> int:
    """Seal all credentials anew under the first secret key; return how many were not yet."""
    moved = 0
    for shopfront in all_of(connection):
        owner = _owner(shopfront.merchant_id, shopfront.id)
        for name in ("credentials", "hook_secret"):
            sealed = _sealed(connection, shopfront, name)
            if not box.is_current(sealed):
                note(connection, shopfront, **{name: box.seal(box.open(sealed, owner), owner)})
                moved += 1
    return moved


class Vault:
    """The credentials of one connection, shared by all processes of the house.

    Implements `connector.platforms.TokenVault`.
    """

    def __init__(
        self, database: Database, box: SecretBox, shopfront: Shopfront, holder: str, clock: Clock
    ) -> None:
        self._database = database
        self._box = box
        self._shopfront = shopfront
        self._holder = holder
        self._clock = clock
        self._owner = _owner(shopfront.merchant_id, shopfront.id)

    def load(self) -> Mapping[str, str]:
        """Open the current credentials."""
        with self._database.read() as connection:
            sealed = _sealed(connection, self._shopfront, "credentials")
        return msgspec.json.decode(self._box.open(sealed, self._owner), type=dict[str, str])

    def store(self, credentials: Mapping[str, str]) -> None:
        """Replace them in one transaction."""
        sealed = self._box.seal(msgspec.json.encode(credentials), self._owner)
        with self._database.write() as connection:
            note(connection, self._shopfront, credentials=sealed)

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Hold the one right to refresh; waits while another process has it."""
        name = f"token:{self._shopfront.merchant_id}:{self._shopfront.id}"
        with leases.waiting(self._database, name, self._holder, self._clock):
            yield


def _owner(merchant_id: str, connection_id: str) -> str:
    return f"{merchant_id}/{connection_id}"


def _sealed(connection: Connection, shopfront: Shopfront, name: str) -> bytes:
    found = _rows(connection, (name,), merchant_id=shopfront.merchant_id, id=shopfront.id)
    if not found or found[0][0] is None:
        raise NoConnection("There is no such connection.", connection=shopfront.id)
    return bytes(found[0][0])


def _rows(connection: Connection, names: Sequence[str], **values: str) -> Sequence[Any]:
    """Return some columns of the rows with these values: read for every webhook, so prepared."""

    def build() -> Select[Any]:
        same = (_table.c[name] == bindparam(name) for name in values)
        return select(*(_table.c[name] for name in names)).where(*same)

    return prepared.rows(connection, ("connection", tuple(names), tuple(values)), values, build)
