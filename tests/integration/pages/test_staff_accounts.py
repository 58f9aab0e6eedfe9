"""Links that let staff in once, the last owner, and passwords set on the account page."""

import threading
from collections.abc import Callable

import pytest

from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store import links, staff
from storefront.pages.shell import refused
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import LANGUAGES, World, form, notice, send

STAFF = "/console/staff"
DEAD = {
    "en": "This link does not work any more. Ask for a new one.",
    "nl": "Deze link werkt niet meer. Vraag een nieuwe.",
}


def a_link(world: World, staff_id: str = "stf_staff") -> str:
    with world.floor.write(MERCHANT) as here:
        token = world.floor.random(links.BYTES)
        return f"/sign-in/{links.make(here, links.SIGN_IN, staff_id, token, here.now + 60_000)}"


def used(world: World) -> str:
    path = a_link(world)
    world.visitor().post(path)
    return path


def expired(world: World) -> str:
    path = a_link(world)
    world.clock.move(minutes=2)
    return path


def of_nobody(world: World) -> str:
    return a_link(world, "stf_who_never_was")


def never_made(_world: World) -> str:
    return "/sign-in/AAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize("made", [used, expired, never_made])
def test_a_dead_link_says_so_as_soon_as_it_is_opened(
    world: World, made: Callable[[World], str]
) -> None:
    answer = world.visitor().get(made(world))

    assert answer.status_code == 404
    assert notice(answer.text) == DEAD["en"]
    assert "Sign in on this device" not in answer.text


def test_a_link_of_somebody_who_is_gone_offers_no_button(world: World) -> None:
    path = a_link(world)
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_staff", active=False)

    for dead in (path, of_nobody(world)):
        answer = world.visitor().get(dead)
        assert answer.status_code == 401
        assert "Sign in on this device" not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dead_link_says_so_in_every_language(world: World, language: str) -> None:
    answer = world.visitor().get(f"{never_made(world)}?lang={language}")

    assert notice(answer.text) == DEAD.get(language, notice(answer.text)) != ""


@pytest.mark.parametrize("how", ["GET", "HEAD"])
def test_a_preview_of_a_link_does_not_use_it_up(world: World, how: str) -> None:
    path = a_link(world)

    looks = [world.visitor().open(path, method=how).status_code for _ in range(3)]

    assert looks == [200] * 3
    assert world.visitor().post(path).status_code == 303


def test_two_owners_who_close_each_other_at_once_leave_one(world: World) -> None:
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_manager", role=staff.Role.OWNER)
    pairs = [(world.signed_in("owner"), "stf_manager"), (world.signed_in("manager"), "stf_owner")]
    forms = [form(who.get(STAFF).text, "close", staff=other) for who, other in pairs]
    start = threading.Barrier(2)

    def one(number: int) -> None:
        start.wait()
        pairs[number][0].post(STAFF, data=forms[number])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with world.floor.database.read() as connection:
        everyone = staff.all_of(connection, MERCHANT)
    assert len([it for it in everyone if it.may(staff.Role.OWNER)]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_the_last_owner_stays_is_told_in_every_language(world: World, language: str) -> None:
    text = refused(world.rooms, staff.LastOwner(""), language).text

    assert "last_owner" not in text
    assert (text == "This is the last owner. Make somebody else an owner first.") == (
        language == "en"
    )


def test_a_password_that_is_too_short_is_refused_before_anything_is_written(world: World) -> None:
    client = world.signed_in("staff")
    client.get("/account")
    with world.floor.database.read() as connection:
        before = floors.position(connection, MERCHANT)

    answer = send(client, "/account", "password", password="short")

    with world.floor.database.read() as connection:
        assert floors.position(connection, MERCHANT) == before
    assert answer.status_code == 400
