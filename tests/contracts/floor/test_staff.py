"""Who works here: somebody always owns the house, and passwords keep no writer waiting."""

import threading
from collections.abc import Callable

import pytest

from connector.model.errors import RateLimited
from connector.store.database import Database
from storefront.fulfillment.store import attempts, passwords, staff
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.store.staff import LastOwner, Role, Staff
from storefront.fulfillment.work import welcoming
from storefront.fulfillment.work.welcoming import Try
from tests.kit.floor.world import MERCHANT, a_floor

PASSWORD = "a long enough password"
STORED = passwords.hashed(PASSWORD)


def staffed(database: Database, *roles: Role) -> ShopFloor:
    """Return a floor with one person of each role: stf_0, stf_1 and so on."""
    floor = a_floor(database)
    with floor.write(MERCHANT) as here:
        for number, role in enumerate(roles):
            staff.add(floor, here, f"stf_{number}", f"login-{number}", role)
            staff.set_password(here, f"stf_{number}", STORED)
    return floor


def owners(floor: ShopFloor) -> list[str]:
    with floor.database.read() as connection:
        return [it.id for it in staff.all_of(connection, MERCHANT) if it.may(Role.OWNER)]


def who(_here: Floor, found: Staff) -> str:
    return found.id


def close(here: Floor, staff_id: str) -> None:
    welcoming.close(here, staff_id)


def demote(here: Floor, staff_id: str) -> None:
    staff.change(here, staff_id, role=Role.MANAGER)


def bind(here: Floor, staff_id: str) -> None:
    staff.change(here, staff_id, stores=("sto_2",))


@pytest.mark.parametrize("deed", [close, demote, bind])
def test_the_last_owner_stays(database: Database, deed: Callable[[Floor, str], None]) -> None:
    floor = staffed(database, Role.OWNER, Role.MANAGER)

    with pytest.raises(LastOwner) as refusal, floor.write(MERCHANT) as here:
        deed(here, "stf_0")

    assert refusal.value.remedy == "Make somebody else an owner first."
    assert owners(floor) == ["stf_0"]


@pytest.mark.parametrize("deed", [close, demote])
def test_an_owner_may_go_where_another_is_left(
    database: Database, deed: Callable[[Floor, str], None]
) -> None:
    floor = staffed(database, Role.OWNER, Role.OWNER)

    with floor.write(MERCHANT) as here:
        deed(here, "stf_0")

    assert owners(floor) == ["stf_1"]


def test_an_owner_who_was_closed_is_no_other_owner(database: Database) -> None:
    floor = staffed(database, Role.OWNER, Role.OWNER)
    with floor.write(MERCHANT) as here:
        welcoming.close(here, "stf_1")

    with pytest.raises(LastOwner), floor.write(MERCHANT) as here:
        welcoming.close(here, "stf_0")


def test_whoever_is_no_owner_may_always_go(database: Database) -> None:
    floor = staffed(database, Role.OWNER, Role.MANAGER, Role.STAFF)

    with floor.write(MERCHANT) as here:
        welcoming.close(here, "stf_1")
        welcoming.close(here, "stf_2")

    assert owners(floor) == ["stf_0"]


@pytest.mark.parametrize("deed", [close, demote, bind])
def test_an_owner_of_one_store_does_not_stand_in_for_the_owner_of_all(
    database: Database, deed: Callable[[Floor, str], None]
) -> None:
    floor = staffed(database, Role.OWNER, Role.OWNER)
    with floor.write(MERCHANT) as here:
        bind(here, "stf_1")

    with pytest.raises(LastOwner), floor.write(MERCHANT) as here:
        deed(here, "stf_0")


def test_an_owner_of_one_store_may_go_where_somebody_owns_all(database: Database) -> None:
    floor = staffed(database, Role.OWNER, Role.OWNER)

    with floor.write(MERCHANT) as here:
        bind(here, "stf_1")
        bind(here, "stf_1")
        welcoming.close(here, "stf_1")

    assert owners(floor) == ["stf_0"]


def test_of_two_owners_who_close_each_other_at_once_one_is_left(database: Database) -> None:
    floor = staffed(database, Role.OWNER, Role.OWNER)
    for _ in range(5):
        start, refused = threading.Barrier(2), []

        def one(
            staff_id: str, start: threading.Barrier = start, refused: list[str] = refused
        ) -> None:
            start.wait()
            try:
                with floor.write(MERCHANT) as here:
                    welcoming.close(here, staff_id)
            except LastOwner:
                refused.append(staff_id)

        threads = [threading.Thread(target=one, args=(it,)) for it in ("stf_0", "stf_1")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert refused == owners(floor)
        with floor.write(MERCHANT) as here:
            for staff_id in ("stf_0", "stf_1"):
                staff.change(here, staff_id, active=True)


def test_a_right_password_signs_in(database: Database) -> None:
    floor = staffed(database, Role.STAFF)

    assert welcoming.sign_in(floor, MERCHANT, Try("login-0", PASSWORD, "::1"), who) == "stf_0"


@pytest.mark.parametrize(
    ("login", "password"), [("login-0", "another password"), ("nobody", PASSWORD)]
)
def test_a_wrong_try_signs_nobody_in_and_counts(
    database: Database, login: str, password: str
) -> None:
    floor = staffed(database, Role.STAFF)
    wrong = Try(login, password, "::1")

    assert [welcoming.sign_in(floor, MERCHANT, wrong, who) for _ in range(8)] == [None] * 8
    with pytest.raises(RateLimited):
        welcoming.sign_in(floor, MERCHANT, wrong, who)


def test_while_a_password_is_compared_others_may_write(database: Database) -> None:
    floor, wrote = staffed(database, Role.STAFF), []

    def compared(stored: str | None, password: str) -> bool:
        with floor.write(MERCHANT) as here:
            wrote.append(here.seq)
        return passwords.fits(stored, password)

    found = welcoming.sign_in(floor, MERCHANT, Try("login-0", PASSWORD, "::1"), who, compared)

    assert (found, len(wrote)) == ("stf_0", 1)


@pytest.mark.parametrize("change", ["password", "closed", "door"])
def test_what_changed_while_a_password_was_compared_counts(database: Database, change: str) -> None:
    floor = staffed(database, Role.OWNER, Role.STAFF)

    def compared(_stored: str | None, _password: str) -> bool:
        with floor.write(MERCHANT) as here:
            if change == "password":
                staff.set_password(here, "stf_1", passwords.hashed("quite another one"))
            if change == "closed":
                welcoming.close(here, "stf_1")
            for _ in range(attempts.BY_ADDRESS.most if change == "door" else 0):
                attempts.count(here, "from:::1", attempts.BY_ADDRESS)
        return True

    wanted = Try("login-1", PASSWORD, "::1")
    try:
        found = welcoming.sign_in(floor, MERCHANT, wanted, who, compared)
    except RateLimited:
        found = None

    assert found is None


def test_no_password_is_worked_out_where_the_door_is_shut(database: Database) -> None:
    floor, asked = staffed(database, Role.STAFF), []

    def compared(stored: str | None, _password: str) -> bool:
        asked.append(stored)
        return False

    for _ in range(attempts.SIGN_IN.most):
        welcoming.sign_in(floor, MERCHANT, Try("login-0", "no", "::1"), who, compared)
    with pytest.raises(RateLimited):
        welcoming.sign_in(floor, MERCHANT, Try("login-0", "no", "::1"), who, compared)

    assert len(asked) == attempts.SIGN_IN.most


def test_what_was_typed_shows_in_no_representation() -> None:
    assert PASSWORD not in repr(Try("login-0", PASSWORD, "::1"))
