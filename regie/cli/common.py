"""What several commands share: the opened house and answers for people or programs."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import msgspec

from connector.model.errors import NotFound
from connector.store import connections, merchants
from connector.store.connections import Shopfront
from connector.store.merchants import Merchant, NoMerchant
from regie import settings as environment
from regie.house import House, opened
from regie.log import configure_logging


class NotConnected(NotFound):
    """There is no shop that Regie may read: its app was removed, or it asked to be forgotten."""

    code = "not_connected"
    remedy = "Connect the shop again with `regie connect`."


@contextmanager
def the_house(*, quiet: bool = True) -> Iterator[House]:
    """Open the house that the environment names; `quiet` keeps events below warnings unsaid."""
    settings = environment.read()
    configure_logging(settings.log, quiet=quiet)
    with opened(settings) as house:
        yield house


def the_merchant(house: House) -> Merchant:
    """Return the merchant of this installation or raise NoMerchant."""
    with house.database.read() as connection:
        found = merchants.first(connection)
    if found is None:
        raise NoMerchant("No shop is connected yet.")
    return found


def chosen(house: House, connection_id: str | None) -> list[Shopfront]:
    """Return the one connection asked for, or all active ones; raise NotConnected for none."""
    merchant = the_merchant(house)
    with house.database.read() as connection:
        one = [connections.get(connection, connection_id)] if connection_id else None
        found = one or connections.all_of(connection, merchant.id)
    active = [shopfront for shopfront in found if shopfront.status == connections.ACTIVE]
    if not active:
        names = ", ".join(it.shop for it in found) or "No shop"
        raise NotConnected(f"{names}: not connected any more.")
    return active


def say_json(value: object) -> None:
    """Print one line of JSON for a program."""
    click.echo(msgspec.json.encode(value, enc_hook=str, order="deterministic").decode())
