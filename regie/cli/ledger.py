"""`regie ledger`: the record of every answer, to be read and verified."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import click
import msgspec
from msgspec import structs
from sqlalchemy import Connection

from connector.store.clock import ms
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.named import in_ledger
from regie.cli.words import moment, plural
from regie.house import House
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.ledger.receipt import Receipt, read_receipt
from storefront.disclosure.ledger.verify import Finding, Head, verify, verify_receipt
from storefront.disclosure.store import agents, heads, terms
from storefront.disclosure.store import ledger as entries
from storefront.disclosure.store.ledger_file import damage

_MOST_FINDINGS = 20


@click.group()
def ledger() -> None:
    """Read and verify the record of every answer."""


@ledger.command("verify")
@click.option("--receipt", help="Value of a header Regie-Receipt: is that answer on record?")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify_ledger(*, receipt: str | None, as_json: bool) -> None:
    """Recompute the whole ledger; exit code 1 names the rows that do not hold."""
    wanted = None if receipt is None else read_receipt(receipt)
    with the_house() as house:
        merchant = the_merchant(house)
        with house.ledger.snapshot() as connection:
            reading = heads.reading(connection, merchant.id)
            if wanted is not None:
                entry = verify_receipt(reading, wanted, _terms(house, merchant.id, wanted))
                shown = _shown(connection, merchant.id, [entry] if entry else [])
                _show_receipt(entry, shown, as_json=as_json)
                return
            found = [*verify(reading, house.seal), *_damage(house)]
            count = sum(end.seq for end in reading.ends)
    _show_findings(found, count, as_json=as_json)


def _terms(house: House, merchant_id: str, receipt: Receipt) -> str | None:
    """Return the digest of the terms that a receipt names, and say where there are none."""
    with house.database.read() as connection:
        found = terms.digest(connection, merchant_id, receipt.terms)
    if found is None and receipt.terms is not None:
        click.echo(f"no terms {receipt.terms} were published here", err=True)
    return found


def _damage(house: House) -> list[Finding]:
    """Name the places in journals that no process of ours wrote."""
    what = "holds something else than was written"
    return [Finding(it.journal, it.place, what) for it in damage(house.ledger)]


def _show_findings(found: list[Finding], count: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"entries": count, "findings": found})
    else:
        for it in found[:_MOST_FINDINGS]:
            click.secho(f"{it.writer}:{it.seq} {it.what}", fg="red")
        verdict = f"{len(found)} that do not hold" if found else "all of them hold"
        click.echo(f"{plural(count, 'entry', 'entries')}, {verdict}")
    if found:
        sys.exit(1)


def _show_receipt(
    entry: Entry | None, shown: Mapping[bytes, bytes | None], *, as_json: bool
) -> None:
    if as_json:
        say_json(_row(entry, shown) if entry else None)
    elif entry:
        click.echo(f"on record: {_line(entry, {})}")
    else:
        click.secho("the ledger has no such answer", fg="red")
    if entry is None:
        sys.exit(1)


@ledger.command()
@click.option("--agent", help="Only of this agent: name, id, operator or anonymous.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--all", "everything", is_flag=True, help="All of them, chain by chain, in order.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line for each entry.")
def show(*, agent: str | None, limit: int, everything: bool, as_json: bool) -> None:
    """Show the newest entries, or all of them."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.read() as connection:
            names = {it.id: it.name for it in agents.all_of(connection, merchant.id)}
            whose = None if agent is None else in_ledger(connection, merchant.id, agent)
        with house.ledger.snapshot() as connection:
            parts = (
                _everything(connection, merchant.id, whose)
                if everything
                else [entries.newest(connection, merchant.id, whose, limit)]
            )
            for part in parts:
                _show_some(connection, part, names, as_json=as_json)


def _everything(
    connection: Connection, merchant_id: str, whose: str | None
) -> Iterator[Sequence[Entry]]:
    """Yield all entries, a few at once: however many there are, no more are held."""
    for writer in entries.writers(connection, merchant_id):
        after = 0
        while part := entries.entries(connection, merchant_id, writer, after):
            yield [it for it in part if whose in {None, it.agent}]
            after = part[-1].seq


def _show_some(
    connection: Connection, found: Sequence[Entry], names: Mapping[str, str], *, as_json: bool
) -> None:
    shown = _shown(connection, found[0].merchant_id, found) if as_json and found else {}
    for it in found:
        if as_json:
            say_json(_row(it, shown))
        else:
            click.echo(_line(it, names))


def _shown(
    connection: Connection, merchant_id: str, found: Sequence[Entry]
) -> Mapping[bytes, bytes | None]:
    digests = sorted({it.detail for it in found if it.detail})
    return entries.details(connection, merchant_id, digests)


def _row(entry: Entry, shown: Mapping[bytes, bytes | None]) -> dict[str, object]:
    values = zip(Entry.__struct_fields__, structs.astuple(entry), strict=True)
    told = {name: it.hex() if isinstance(it, bytes) else it for name, it in values}
    return {**told, "shown": _decoded(shown.get(entry.detail or b""))}


def _decoded(payload: bytes | None) -> object:
    """Return what was shown; None where its time was up, or where it is not what was stored."""
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(payload) if payload else None
    return None


def _line(entry: Entry, names: Mapping[str, str]) -> str:
    code = f" {entry.code}" if entry.code else ""
    return (
        f"{moment(entry.at)}  {names.get(entry.agent, entry.agent)}  {entry.purpose}  "
        f"{entry.decision}{code}  {entry.size} bytes  {entry.writer}:{entry.seq}"
    )


@ledger.command("head")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Append to a file.")
@click.option("--all", "everything", is_flag=True, help="Also those that were signed before.")
def sign_head(output: Path | None, *, everything: bool) -> None:
    """Sign where the ledger stands and print it: give it to somebody who keeps it.

    Who holds a head can prove later that nothing before it was rewritten, by us either.
    """
    with the_house() as house:
        merchant = the_merchant(house)
        with house.ledger.write() as connection:
            fresh = heads.sign_heads(connection, merchant.id, house.seal, ms(house.clock()))
            told = heads.heads(connection, merchant.id) if everything else fresh
    if not told:
        click.echo(
            "nothing was answered since the last head; --all prints the earlier ones", err=True
        )
    lines = [_published(merchant.id, it) for it in told]
    if output is None:
        for line in lines:
            click.echo(line.decode())
        return
    with output.open("ab") as file:
        file.writelines(line + b"\n" for line in lines)


def _published(merchant_id: str, head: Head) -> bytes:
    return msgspec.json.encode({"merchant_id": merchant_id, **structs.asdict(head)})
