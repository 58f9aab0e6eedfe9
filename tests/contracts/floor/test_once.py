"""A wish is fulfilled once, writers come one by one, and followers miss nothing."""

import threading

import pytest

from connector.store.database import Database
from connector.store.errors import DatabaseBusy
from storefront.fulfillment.errors.deed import IdempotencyKeyReused, Resync
from storefront.fulfillment.errors.hold import OutOfStock
from storefront.fulfillment.errors.order import CodeWrong
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.once import BadIdempotencyKey, Refused, Told, Wish, once
from tests.kit.floor.world import MERCHANT, NOON_MS, SetClock, a_floor

WISH = Wish("cou_1", "key-1", b"claim job_1")


def count(here: Floor) -> bytes:
    here.note("counted", "it")
    return str(here.seq).encode()


def write_and_fail(floor: ShopFloor) -> None:
    with floor.write(MERCHANT) as here:
        here.note("job.changed", "job_1")
        raise ZeroDivisionError


def noted(database: Database) -> int:
    with database.read() as connection:
        return len(floors.changes(connection, MERCHANT, 0))


def test_the_same_key_and_body_gets_the_same_bytes_and_no_second_effect(database: Database) -> None:
    floor = a_floor(database)

    answers = [once(floor, MERCHANT, WISH, count) for _ in range(3)]

    assert len(set(answers)) == 1
    assert noted(database) == 1


def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    floor = a_floor(database)
    once(floor, MERCHANT, WISH, count)

    with pytest.raises(IdempotencyKeyReused) as error:
        once(floor, MERCHANT, Wish("cou_1", "key-1", b"claim job_2"), count)

    assert error.value.details() == {"key": "key-1"}
    assert noted(database) == 1


def test_a_key_belongs_to_its_actor(database: Database) -> None:
    floor = a_floor(database)

    once(floor, MERCHANT, WISH, count)
    once(floor, MERCHANT, Wish("cou_2", "key-1", b"claim job_1"), count)

    assert noted(database) == 2


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_cannot_be_one_is_refused(database: Database, key: str) -> None:
    floor = a_floor(database)

    with pytest.raises(BadIdempotencyKey):
        once(floor, MERCHANT, Wish("cou_1", key, b""), count)


def test_a_refusal_undoes_the_act_and_is_told_again_with_the_same_facts(
    database: Database,
) -> None:
    floor = a_floor(database)

    def refuse(here: Floor) -> bytes:
        count(here)
        raise OutOfStock("Two are left.", lines=[{"sku": "MUG", "available": 2}])

    with pytest.raises(OutOfStock):
        once(floor, MERCHANT, WISH, refuse)
    with pytest.raises(Told) as again:
        once(floor, MERCHANT, WISH, count)

    assert (again.value.code, again.value.status) == ("out_of_stock", 409)
    assert again.value.details() == {"lines": [{"sku": "MUG", "available": 2}]}
    assert str(again.value) == f"Two are left. {OutOfStock.remedy}"
    assert noted(database) == 0


def test_a_refusal_may_keep_what_it_wrote(database: Database) -> None:
    floor = a_floor(database)

    def wrong(here: Floor) -> bytes:
        count(here)
        raise Refused(CodeWrong("Another code.", left=4))

    with pytest.raises(CodeWrong):
        once(floor, MERCHANT, WISH, wrong)

    assert noted(database) == 1


def test_a_fault_of_the_machine_is_not_remembered(database: Database) -> None:
    floor = a_floor(database)

    def fail(here: Floor) -> bytes:
        count(here)
        raise DatabaseBusy("Busy.")

    with pytest.raises(DatabaseBusy):
        once(floor, MERCHANT, WISH, fail)
    answer = once(floor, MERCHANT, WISH, count)

    assert answer == b"1"
    assert noted(database) == 1


def test_many_threads_with_one_key_have_one_effect(database: Database) -> None:
    floor = a_floor(database)
    answers: list[bytes] = []

    def wish() -> None:
        answers.append(once(floor, MERCHANT, WISH, count))

    threads = [threading.Thread(target=wish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert noted(database) == 1


def test_time_on_the_floor_never_goes_back(database: Database) -> None:
    clock = SetClock()
    floor = a_floor(database, clock)

    with floor.write(MERCHANT) as first:
        at = first.now
    clock.move(hours=-1)
    with floor.write(MERCHANT) as second:
        later = second.now

    assert (at, later) == (NOON_MS, NOON_MS)


def test_followers_get_whole_writes_in_their_order(database: Database) -> None:
    floor = a_floor(database)
    for size in (2, 3, 2):
        with floor.write(MERCHANT) as here:
            for number in range(size):
                here.note("job.changed", f"job_{number}")

    with database.read() as connection:
        some = floors.changes(connection, MERCHANT, 0, limit=4)
        rest = floors.changes(connection, MERCHANT, some[-1].seq, limit=50)

    assert [it.seq for it in some] == [1, 1]
    assert [it.seq for it in rest] == [2, 2, 2, 3, 3]


def test_a_write_larger_than_the_limit_is_not_lost(database: Database) -> None:
    floor = a_floor(database)
    with floor.write(MERCHANT) as here:
        for number in range(5):
            here.note("job.changed", f"job_{number}")

    with database.read() as connection:
        found = floors.changes(connection, MERCHANT, 0, limit=3)

    assert [it.subject_id for it in found] == [f"job_{number}" for number in range(5)]


def test_who_comes_too_late_must_read_anew(database: Database) -> None:
    clock = SetClock()
    floor = a_floor(database, clock)
    for _ in range(3):
        with floor.write(MERCHANT) as here:
            here.note("job.changed", "job_1")
    clock.move(days=2)
    with floor.write(MERCHANT) as here:
        here.note("job.changed", "job_2")
        floors.forget(here)

    with database.read() as connection:
        recent = floors.changes(connection, MERCHANT, 3)
        with pytest.raises(Resync):
            floors.changes(connection, MERCHANT, 2)

    assert [it.subject_id for it in recent] == ["job_2"]


def test_a_write_that_fails_leaves_no_number_behind(database: Database) -> None:
    floor = a_floor(database)

    with pytest.raises(ZeroDivisionError):
        write_and_fail(floor)
    with floor.write(MERCHANT) as here:
        seq = here.seq

    assert seq == 1


def test_followers_are_woken_after_the_write_and_not_by_a_failed_one(database: Database) -> None:
    woken: list[str] = []
    plain = a_floor(database)
    floor = ShopFloor(database, plain.box, plain.clock, woken.append)

    with pytest.raises(ZeroDivisionError):
        write_and_fail(floor)
    with floor.write(MERCHANT):
        pass

    assert woken == [MERCHANT]
