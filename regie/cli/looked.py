"""The part of `regie check` that looks at the ledger and at the search index."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlalchemy import Connection, func, select

from connector.model.errors import RegieError
from connector.store import merchants, tables
from connector.store.clock import ms
from regie.cli.finding import Finding
from regie.cli.remedies import told
from regie.cli.words import moment, plural
from regie.house import House
from regie.searching import chosen
from storefront.disclosure.ledger.entry import Entry, hash_of
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import End
from storefront.disclosure.store import heads, ledger
from storefront.disclosure.store.ledger_file import damage

_NEWEST = 1000
_SIGNED_WITHIN_MS = 2 * 3_600_000
# So many changes may wait for the index while a sync runs and the worker follows.
_LAG = 1000


def on_ledger(house: House) -> Iterator[Finding]:
    """Tell whether the ledger can be read, is signed in time, and holds at its end."""
    merchant_id = _merchant(house)
    if merchant_id is None:
        return
    try:
        with house.ledger.snapshot() as connection:
            yield _signed(connection, merchant_id, ms(house.clock()))
            yield _chained(connection, merchant_id, house.seal)
        yield from _journals(house)
    except RegieError as error:
        yield Finding("ledger", False, f"{error.message} See `regie restore --help`.")


def _merchant(house: House) -> str | None:
    with house.database.read() as connection:
        found = merchants.first(connection)
    return found.id if found else None


def _signed(connection: Connection, merchant_id: str, now_ms: int) -> Finding:
    """Tell how many entries no head speaks of yet, and whether the oldest waits too long."""
    signed = heads.heads(connection, merchant_id)
    reached = {head.writer: head.seq for head in signed}
    waiting, oldest = 0, now_ms
    for end in ledger.ends(connection, merchant_id):
        after = reached.get(end.writer, 0)
        if end.seq > after:
            waiting += end.seq - after
            first = ledger.entries(connection, merchant_id, end.writer, after, 1)
            oldest = min([oldest, *(it.at for it in first)])
    last = f"last head {moment(signed[-1].at)}" if signed else "no head yet"
    text = f"{last}, {plural(waiting, 'entry', 'entries')} since"
    in_time = now_ms - oldest < _SIGNED_WITHIN_MS
    remedy = "; is a worker running? `regie ledger head` signs now"
    return Finding("ledger", in_time, text if in_time else text + remedy)


def _chained(connection: Connection, merchant_id: str, seal: Seal) -> Finding:
    """Recompute the newest entries; what they showed and what is older is not looked at."""
    newest = ledger.newest(connection, merchant_id, None, _NEWEST)
    ends = {end.writer: end for end in heads.reading(connection, merchant_id).ends}
    for writer, count in Counter(it.writer for it in newest).items():
        end = ends.get(writer)
        after = max(end.seq - count - 1, 0) if end else 0
        chain = ledger.entries(connection, merchant_id, writer, after, count + 1)
        bad = _first_bad(chain, after, end, seal)
        if bad is not None:
            text = f"entry {writer}:{bad} does not hold; `regie ledger verify` names all"
            return Finding("ledger", False, text)
    text = f"newest {plural(len(newest), 'entry', 'entries')} verified by chain only"
    return Finding("ledger", True, f"{text}; `regie ledger verify` reads everything")


def _journals(house: House) -> Iterator[Finding]:
    """Tell of journals that are not as they were written: they are kept as evidence."""
    for name in sorted({it.journal for it in damage(house.ledger)}):
        text = f"journal {name} is not as it was written; `regie ledger verify` names the places"
        yield Finding("ledger", False, f"{text}, keep the file as evidence somewhere else")


def _first_bad(chain: Sequence[Entry], after: int, end: End | None, seal: Seal) -> int | None:
    """Return the number of the first entry that is not what it was, None where all hold."""
    if chain and chain[0].seq != after + 1:
        return after + 1
    for entry in chain:
        if hash_of(entry) != entry.hash:
            return entry.seq
    for before, entry in pairwise(chain):
        if (entry.seq, entry.prev) != (before.seq + 1, before.hash):
            return before.seq + 1
    last = chain[-1] if chain else None
    if last is None or end is None or (end.seq, end.hash) != (last.seq, last.hash):
        return last.seq + 1 if last else 1
    marked = seal.is_mark(end.mark, last.merchant_id, end.writer, end.seq, end.hash)
    return None if marked else last.seq


def on_search(house: House) -> Iterator[Finding]:
    """Tell how far the search index is behind the catalogue."""
    merchant_id = _merchant(house)
    if merchant_id is None:
        return
    try:
        index = chosen(house, merchant_id)
        behind = _waiting(house, merchant_id, index.position(merchant_id))
    except RegieError as error:
        yield Finding("search", False, told(error))
        return
    fine = behind <= _LAG
    count = plural(behind, "change") if fine else f"more than {_LAG} changes"
    text = f"{index.engine}, {count} behind"
    yield Finding("search", fine, text if fine else f"{text}; is a worker running?")


def _waiting(house: House, merchant_id: str, position: int) -> int:
    """Count the changed products behind a position, as far as it matters."""
    product = tables.product.c
    waiting = (
        select(product.id)
        .where(product.merchant_id == merchant_id, product.seq > position)
        .limit(_LAG + 1)
        .subquery()
    )
    with house.database.read() as connection:
        return connection.execute(select(func.count()).select_from(waiting)).scalar_one()
