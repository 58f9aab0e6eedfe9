"""`regie check`: is everything in order, and if not, what to do."""

import sys
from pathlib import Path

import click

from connector.model.errors import StorageError
from connector.store.clock import system_clock
from connector.store.database.sqlite_files import filesystem, readable_by_all, wal_split
from connector.store.secrets import SecretBox
from connector.store.work import queue
from connector.store.work.holder import this_process
from regie import database as databases
from regie import settings as environment
from regie.cli.common import say_json
from regie.cli.finding import Finding
from regie.cli.floor_looked import on_floor
from regie.cli.looked import on_ledger, on_search
from regie.cli.shops_looked import on_clocks, on_shops
from regie.house import House, build
from regie.log import configure_logging
from regie.settings import Settings

_REMEDIES = {
    "inbox": (
        "`regie sync --full` reads again what was told of products, the worker's next look what "
        "was told of orders; a person's request is carried out with `regie erase --person`"
    ),
    "job": "is the newest Regie installed? `regie sync --full` does the same work",
    "outbox": "send it again, or let it be, on the page /console",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--shops", is_flag=True, help="Also call every connected shop.")
def check(*, as_json: bool, shops: bool) -> None:
    """Check configuration, database, queues, connections, ledger, search and shop floor."""
    settings = environment.read()
    configure_logging(settings.log, quiet=True)
    house, damage = _house(settings)
    findings = [*_database(house), *_redis(house), *_queues(house), *on_shops(house)]
    findings += [*(damage or on_ledger(house)), *on_search(house), *on_floor(house)]
    if shops:
        findings += on_clocks(house)
    house.close()
    _show(findings, as_json=as_json)


def _house(settings: Settings) -> tuple[House, list[Finding]]:
    """Open the house; where only the ledger cannot be opened, go on without it and say so."""
    try:
        return build(settings), []
    except StorageError as error:
        database = databases.open_database(settings)
        path = database.path and databases.ledger_path(database.path)
        text = f"{path}: {error.message} Put it back with `regie restore`; nothing is answered now"
        box = SecretBox(settings.secret_keys)
        house = House(settings, database, database, box, system_clock, this_process())
        return house, [Finding("ledger", False, text)]


def _show(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        say_json(findings)
    else:
        for it in findings:
            mark = click.style("ok  ", fg="green") if it.ok else click.style("FAIL", fg="red")
            click.echo(f"{mark} {it.name}: {it.text}")
    if not all(it.ok for it in findings):
        sys.exit(1)


def _database(house: House) -> list[Finding]:
    found = databases.revision(house.database)
    findings = [Finding("database", True, f"{house.database.engine.dialect.name}, {found}")]
    path = house.database.path
    if path:
        split = wal_split(path)
        text = "files are sound" if not split else "split -wal file: restart all processes now"
        findings.append(Finding("files", not split, f"{text}, on {filesystem(path) or 'unknown'}"))
        findings += [_privacy(it) for it in (path, databases.ledger_path(path))]
    return findings


def _privacy(path: Path) -> Finding:
    """Tell when every user of the machine may read a database file."""
    if readable_by_all(path):
        return Finding("files", False, f"everybody here can read {path}: chmod 600 '{path}'*")
    return Finding("files", True, f"{path.name} is not for everybody's eyes")


def _redis(house: House) -> list[Finding]:
    url = house.settings.redis_url
    if not url:
        return [Finding("redis", True, "not set; everything works without it")]
    from redis import Redis  # noqa: PLC0415 - only where one is set
    from redis.exceptions import RedisError  # noqa: PLC0415 - as above

    try:
        with Redis.from_url(url, socket_timeout=3) as redis:
            redis.ping()
    except RedisError as error:
        return [Finding("redis", False, f"{type(error).__name__}; check REGIE_REDIS_URL")]
    return [Finding("redis", True, "answers")]


def _queues(house: House) -> list[Finding]:
    findings = []
    with house.database.read() as connection:
        for table in queue.QUEUES:
            depth = queue.depth(connection, table)
            text = ", ".join(f"{state} {count}" for state, count in sorted(depth.items()))
            if depth.get(queue.DEAD):
                findings.append(Finding(table.name, False, f"{text}; {_REMEDIES[table.name]}"))
            else:
                findings.append(Finding(table.name, True, text or "empty"))
    return findings
