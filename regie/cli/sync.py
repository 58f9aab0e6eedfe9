"""`regie sync`: read the shops now and wait for the result."""

import contextlib
import sys

import click
from msgspec import Struct

from connector.model.errors import RegieError
from connector.store.connections import Shopfront
from connector.sync import Mode, Silent, Summary, Syncer
from regie import belated
from regie.cli.common import chosen, say_json, the_house
from regie.cli.progress import Watcher, show_summary
from regie.cli.remedies import told
from regie.house import House
from regie.upkeep import Upkeep


class Wish(Struct, frozen=True):
    """What was asked for on the command line."""

    mode: Mode
    accept_deletions: bool = False
    as_json: bool = False


@click.command()
@click.option("--full", is_flag=True, help="Read everything, not only what changed.")
@click.option("--sweep", is_flag=True, help="Find what no webhook told: compare all ids.")
@click.option("--accept-deletions", is_flag=True, help="Also if most products of a shop would go.")
@click.option("--connection", "connection_id", help="Only this connection (its id).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per connection.")
def sync(
    *, full: bool, sweep: bool, accept_deletions: bool, connection_id: str | None, as_json: bool
) -> None:
    """Bring the catalogue up to date with the connected shops."""
    if full and sweep:
        raise click.UsageError("--full and --sweep exclude each other: a full read is a sweep.")
    mode = Mode.FULL if full else Mode.SWEEP if sweep else Mode.DELTA
    wish = Wish(mode, accept_deletions, as_json)
    with the_house() as house:
        shopfronts = chosen(house, connection_id)
        if len(shopfronts) == 1:
            _sync(house, shopfronts[0], wish)
            return
        failed = [it for it in shopfronts if not _tried(house, it, wish)]
    if failed:
        sys.exit(1)


def _tried(house: House, shopfront: Shopfront, wish: Wish) -> bool:
    """Sync one shop of several; its fault is told and does not stop the others."""
    try:
        _sync(house, shopfront, wish)
    except RegieError as error:
        click.secho(f"error: {shopfront.shop}: {told(error)}", fg="red", err=True)
        click.secho(f"       ({error.code})", dim=True, err=True)
        return False
    return True


def _sync(house: House, shopfront: Shopfront, wish: Wish) -> None:
    summary = run_sync(house, shopfront, wish)
    if wish.as_json:
        say_json(summary)
    else:
        show_summary(shopfront.shop, summary)


def run_sync(house: House, shopfront: Shopfront, wish: Wish) -> Summary:
    """Sync one shop with progress on the terminal, or silently where JSON is wanted."""
    platform = house.platform(shopfront)
    watcher = contextlib.nullcontext(Silent()) if wish.as_json else Watcher(shopfront.shop)
    try:
        with watcher as reporter:
            summary = Syncer(
                house.database,
                shopfront,
                platform,
                house.clock,
                reporter=reporter,
                accept_deletions=wish.accept_deletions,
            ).run(wish.mode)
            belated.end_of_products(house, shopfront, wish.mode)
            Upkeep(house).catch_up()
            return summary
    finally:
        platform.close()
