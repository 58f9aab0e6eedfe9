"""`regie sync`: read the shops now and wait for the result."""

import sys

import click

from connector.model.errors import RegieError
from connector.store.connections import Shopfront
from connector.sync import Mode, Summary, Syncer
from regie.cli.common import chosen, say_json, the_house
from regie.cli.progress import Watcher, show_summary
from regie.house import House


@click.command()
@click.option("--full", is_flag=True, help="Read everything, not only what changed.")
@click.option("--sweep", is_flag=True, help="Find what no webhook told: compare all ids.")
@click.option("--connection", "connection_id", help="Only this connection (its id).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per connection.")
def sync(*, full: bool, sweep: bool, connection_id: str | None, as_json: bool) -> None:
    """Bring the catalogue up to date with the connected shops."""
    if full and sweep:
        raise click.UsageError("--full and --sweep exclude each other: a full read is a sweep.")
    mode = Mode.FULL if full else Mode.SWEEP if sweep else Mode.DELTA
    with the_house() as house:
        shopfronts = chosen(house, connection_id)
        if len(shopfronts) == 1:
            _sync(house, shopfronts[0], mode, as_json=as_json)
            return
        failed = [it for it in shopfronts if not _tried(house, it, mode, as_json=as_json)]
    if failed:
        sys.exit(1)


def _tried(house: House, shopfront: Shopfront, mode: Mode, *, as_json: bool) -> bool:
    """Sync one shop of several; its fault is told and does not stop the others."""
    try:
        _sync(house, shopfront, mode, as_json=as_json)
    except RegieError as error:
        click.secho(f"error: {shopfront.shop}: {error}", fg="red", err=True)
        click.secho(f"       ({error.code})", dim=True, err=True)
        return False
    return True


def _sync(house: House, shopfront: Shopfront, mode: Mode, *, as_json: bool) -> None:
    summary = run_sync(house, shopfront, mode, silent=as_json)
    if as_json:
        say_json(summary)
    else:
        show_summary(shopfront.shop, summary)


def run_sync(house: House, shopfront: Shopfront, mode: Mode, *, silent: bool = False) -> Summary:
    """Sync one shop with progress on the terminal."""
    platform = house.platform(shopfront)
    try:
        if silent:
            return Syncer(house.database, shopfront, platform, house.clock).run(mode)
        with Watcher(shopfront.shop) as watcher:
            syncer = Syncer(house.database, shopfront, platform, house.clock, reporter=watcher)
            return syncer.run(mode)
    finally:
        platform.close()
