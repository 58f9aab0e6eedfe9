"""Many shoppers want the last piece at once, in threads and in processes.

Run as a program it is one process of shoppers: on each line of its input it tries once per thread
for the product of that number, and answers with how many of its shoppers got it.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from connector.store.clock import system_clock
from connector.store.database import Database
from storefront.fulfillment.errors.hold import OutOfStock
from storefront.fulfillment.store import goods, holds, places
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.holds import Basket
from storefront.fulfillment.store.stock import Wanted
from tests.kit.floor.world import BOX, MERCHANT, STORE_ID, variant_of

ROOT = Path(__file__).parents[3]


class Race(Struct, frozen=True):
    """So many processes of so many shoppers each."""

    processes: int
    threads: int


def race(url: str, form: Race, products: Sequence[int]) -> list[int]:
    """Let all shoppers race for one product after the other; return how many got each."""
    running = [_start(url, form.threads, place) for place in range(form.processes)]
    try:
        return [sum(_ask(it, number) for it in _told(running, number)) for number in products]
    finally:
        for process in running:
            process.communicate(timeout=60)


def _told(
    running: "Sequence[subprocess.Popen[str]]", number: int
) -> "Sequence[subprocess.Popen[str]]":
    for process in running:
        assert process.stdin is not None
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
    return running


def _ask(process: "subprocess.Popen[str]", number: int) -> int:
    assert process.stdout is not None
    said = process.stdout.readline().split()
    assert said[0] == str(number), said
    return int(said[1])


def _start(url: str, threads: int, place: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.kit.floor.last_unit", url, str(threads), str(place)]
    path = os.pathsep.join((str(ROOT), str(ROOT / "graphql")))
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _wants(floor: ShopFloor, number: int, who: str, start: threading.Barrier) -> bool:
    """Be one shopper: look, then try to hold one piece; tell whether it worked."""
    start.wait()
    wanted = (Wanted(variant_of(number), 1),)
    basket = Basket(f"hld_{who}", who, who.encode(), None, wanted)
    try:
        with floor.write(MERCHANT) as here:
            store = places.get(here.connection, MERCHANT, STORE_ID)
            found = goods.goods(here.connection, MERCHANT, [variant_of(number)])
            hold = holds.take(here, store, None, found, basket)
            holds.consume(here, hold.id, f"ful_{who}", None)
    except OutOfStock:
        return False
    return True


def main() -> None:
    """Answer every product number with how many shoppers of this process got it."""
    url, threads, place = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    database = Database(url, patience=60.0)
    floor = ShopFloor(database, BOX, system_clock)
    for line in sys.stdin:
        number = int(line)
        start = threading.Barrier(threads)
        got: list[bool] = []

        def shop(turn: int, number: int = number, start: threading.Barrier = start) -> None:
            got.append(_wants(floor, number, f"{number}-{place}-{turn}", start))  # noqa: B023

        crowd = [threading.Thread(target=shop, args=(turn,)) for turn in range(threads)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        assert len(got) == threads
        print(number, sum(got), flush=True)  # noqa: T201 - the answer
    database.close()


if __name__ == "__main__":
    main()
