"""What the shop knows of an invitation: whether it waits, was used, or grew old."""

from storefront.fulfillment.courier.standing import Acquaintance, Standing, standing
from storefront.fulfillment.store import acquaintances, couriers
from storefront.fulfillment.work import joining
from tests.kit.courier.world import Phone, Yard
from tests.kit.floor.orders import MANAGER
from tests.kit.floor.world import MERCHANT, NOON_MS

WEEK_MS = 7 * 86_400_000


def the_courier(yard: Yard) -> str:
    with yard.database.read() as connection:
        return couriers.all_of(connection, MERCHANT)[0].id


def known(yard: Yard) -> Acquaintance:
    """Return what is known of the only courier."""
    with yard.database.read() as connection:
        found = acquaintances.of_couriers(connection, MERCHANT, yard.floor.now())
        return found.get(the_courier(yard), acquaintances.NOBODY)


def stands(yard: Yard) -> Standing:
    with yard.database.read() as connection:
        courier = couriers.get(connection, MERCHANT, the_courier(yard))
    return standing(courier, MERCHANT, known(yard), yard.floor.now())


def joined(yard: Yard) -> Phone:
    phone = Phone(yard)
    phone.join(yard.invitation())
    return phone


def test_an_invitation_is_known_with_its_end(yard: Yard) -> None:
    yard.invitation()

    assert known(yard) == Acquaintance(link_until=NOON_MS + WEEK_MS)
    assert stands(yard) is Standing.INVITED


def test_an_invitation_grows_old(yard: Yard) -> None:
    yard.invitation()
    yard.clock.move(days=7)

    assert stands(yard) is Standing.INVITATION_EXPIRED


def test_a_second_link_makes_it_new(yard: Yard) -> None:
    yard.invitation()
    yard.clock.move(days=8)
    with yard.floor.write(MERCHANT) as here:
        joining.invite_again(yard.floor, here, the_courier(yard), MANAGER)

    assert stands(yard) is Standing.INVITED


def test_who_joined_is_known_with_when_and_on_how_many_phones(yard: Yard) -> None:
    joined(yard)

    assert known(yard) == Acquaintance(None, NOON_MS, 1, NOON_MS)
    assert stands(yard) is Standing.JOINED


def test_a_second_phone_counts_and_the_first_day_stays(yard: Yard) -> None:
    joined(yard)
    yard.clock.move(days=2)
    with yard.floor.write(MERCHANT) as here:
        again = joining.invite_again(yard.floor, here, the_courier(yard), MANAGER)
    Phone(yard, 2).join(again.token)

    assert known(yard) == Acquaintance(None, NOON_MS, 2, yard.floor.now())


def test_a_phone_that_signed_out_is_not_counted(yard: Yard) -> None:
    phone = joined(yard)
    phone.client.post("/courier/sign-out", headers=phone.headers)

    assert known(yard) == Acquaintance(None, NOON_MS, 0, None)


def test_a_phone_that_was_silent_for_too_long_is_not_counted(yard: Yard) -> None:
    joined(yard)
    yard.clock.move(days=61)

    assert known(yard).devices == 0


def test_suspending_ends_every_phone_and_link(yard: Yard) -> None:
    phone = joined(yard)
    yard.approve(phone.courier_id)
    with yard.floor.write(MERCHANT) as here:
        joining.invite_again(yard.floor, here, phone.courier_id, MANAGER)
        joining.suspend(here, phone.courier_id, MANAGER)

    assert stands(yard) is Standing.SUSPENDED
    assert known(yard).devices == 0
    assert not known(yard).has_link(yard.floor.now())
