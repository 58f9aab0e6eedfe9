"""Who may open and send what: nobody, staff elsewhere, staff, managers; and no forged form."""

import re

import pytest

from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.store import devices, hooks, orders, staff
from tests.kit.floor.walk import packed, taken_in
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import PEOPLE, World, form, notice, send

STAFFED = [
    "/board",
    "/orders",
    "/pick",
    "/handover",
    "/stores",
    "/stores/sto_1",
    "/stores/sto_1/hours",
    "/stores/sto_1/slots",
    "/stores/sto_1/zones",
    "/stores/sto_1/fees",
    "/console",
    "/console/couriers",
    "/console/staff",
    "/console/webhooks",
    "/account",
]


@pytest.mark.parametrize("path", STAFFED)
def test_who_is_not_signed_in_is_sent_to_the_sign_in(world: World, path: str) -> None:
    answer = world.visitor().get(path)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=" + path.replace("/", "%2F")


@pytest.mark.parametrize("path", [path for path in STAFFED if "console" in path])
def test_the_console_is_for_managers(world: World, path: str) -> None:
    assert world.signed_in("staff").get(path).status_code == 403
    assert world.signed_in("manager").get(path).status_code == 200


def test_staff_of_another_store_see_nothing_of_an_order(world: World) -> None:
    order_id = taken_in(world.floor)

    answer = world.signed_in("elsewhere").get(f"/orders/{order_id}")

    assert answer.status_code == 403
    assert "Saskia" not in answer.text


@pytest.mark.parametrize("path", ["/stores/sto_1", "/stores/sto_1/fees"])
def test_staff_of_another_store_do_not_open_its_terms(world: World, path: str) -> None:
    assert world.signed_in("elsewhere").get(path).status_code == 403


def test_the_board_shows_only_the_stores_of_the_person(world: World) -> None:
    taken_in(world.floor)

    page = world.signed_in("elsewhere").get("/board").text

    assert "Saskia" not in page
    assert "#1001" not in page


def test_a_counter_finds_nothing_in_a_store_of_others(world: World) -> None:
    order = packed(world.floor)
    client = world.signed_in("elsewhere")
    fields = {**form(client.get("/handover").text, "find"), "store": "sto_1", "code": order.number}

    answer = client.post("/handover", data=fields)

    assert answer.status_code == 403
    assert "Saskia" not in answer.text


@pytest.mark.parametrize(
    ("path", "do"),
    [
        ("/stores/sto_1", "place"),
        ("/stores/sto_1", "pickup"),
        ("/stores/sto_1/hours", "week"),
        ("/stores/sto_1/slots", "template"),
        ("/stores/sto_1/zones", "zone"),
        ("/stores/sto_1/fees", "rule"),
    ],
)
def test_only_managers_change_a_store(world: World, path: str, do: str) -> None:
    answer = send(world.signed_in("staff"), path, do)

    assert answer.status_code == 403
    assert notice(answer.text) == "Your role does not allow this. Ask a manager."


def test_a_form_of_another_session_is_refused(world: World) -> None:
    order_id = taken_in(world.floor)
    stolen = form(world.signed_in("manager").get(f"/orders/{order_id}").text, "accept")

    answer = world.signed_in("owner").post(f"/orders/{order_id}", data=stolen)

    assert answer.status_code == 403
    assert _state(world, order_id) is OrderState.PLACED


def test_a_form_without_its_mark_is_refused(world: World) -> None:
    order_id = taken_in(world.floor)

    answer = world.signed_in("owner").post(f"/orders/{order_id}", data={"do": "accept"})

    assert answer.status_code == 403
    assert _state(world, order_id) is OrderState.PLACED


def test_a_form_that_is_sent_twice_acts_once(world: World) -> None:
    client = world.signed_in("owner")
    fields = {**form(client.get("/console/couriers").text, "invite"), "name": "Noor"}

    first = client.post("/console/couriers", data=fields)
    again = client.post("/console/couriers", data=fields)

    links = [re.findall(r"#join=[\w-]+", one.text) for one in (first, again)]
    assert links[0] == links[1] != []
    assert again.text.count("<h2") - first.text.count("<h2") == 0


def test_signing_out_asks_for_the_mark_too(world: World) -> None:
    client = world.signed_in("staff")

    client.post("/sign-out")

    assert client.get("/board").status_code == 200


def test_who_signs_out_is_out(world: World) -> None:
    client = world.signed_in("staff")
    page = client.get("/account").text
    csrf = re.findall(r'name="csrf" value="(\w+)"', page)[0]

    client.post("/sign-out", data={"csrf": csrf})

    assert client.get("/board").status_code == 303


def test_a_closed_account_opens_nothing(world: World) -> None:
    client = world.signed_in("staff")
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_staff", active=False)

    assert client.get("/board").status_code == 303


def test_a_courier_s_token_opens_no_page_of_the_staff(world: World) -> None:
    with world.floor.write(MERCHANT) as here:
        chance = (b"a" * 24, b"b" * 24)
        tokens = devices.sign_in(here, "dev_c", devices.COURIER, "stf_owner", chance)
    client = world.visitor()
    client.set_cookie("regie_staff", tokens.access)

    assert client.get("/board").status_code == 303


def test_a_sign_in_of_another_house_opens_nothing_here(world: World) -> None:
    other = world.rooms.floor
    with other.write("mer_other") as here:
        staff.add(other, here, "stf_x", "owner-x", staff.Role.OWNER)
        tokens = devices.sign_in(here, "dev_x", devices.STAFF, "stf_x", (b"c" * 24, b"d" * 24))
    client = world.visitor()
    client.set_cookie("regie_staff", tokens.access)

    assert client.get("/board").status_code == 303


def test_nobody_closes_himself_or_somebody_above(world: World) -> None:
    client = world.signed_in("manager")
    fields = form(client.get("/console/staff").text, "close", staff="stf_staff")

    above = client.post("/console/staff", data={**fields, "staff": "stf_owner"})
    himself = client.post("/console/staff", data={**fields, "staff": "stf_manager"})

    assert (above.status_code, himself.status_code) == (403, 403)


def test_nobody_gives_a_role_above_his_own(world: World) -> None:
    client = world.signed_in("manager")
    fields = form(client.get("/console/staff").text, "add")

    answer = client.post(
        "/console/staff", data={**fields, "login": "newowner", "name": "New", "role": "owner"}
    )

    assert answer.status_code == 403


def test_who_works_in_one_store_cannot_send_people_to_all(world: World) -> None:
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_manager", stores=["sto_1"])
    send(
        world.signed_in("manager"),
        "/console/staff",
        "add",
        login="newcomer",
        name="New",
        role="staff",
    )

    with world.floor.database.read() as connection:
        found = staff.all_of(connection, MERCHANT)
    (fresh,) = [one for one in found if one.id.removeprefix("stf_") not in PEOPLE]

    assert fresh.stores == ("sto_1",)


def _state(world: World, order_id: str) -> OrderState:
    with world.floor.database.read() as connection:
        return orders.get(connection, MERCHANT, order_id).state


@pytest.mark.parametrize("do", ["link", "close", "change"])
@pytest.mark.parametrize("whom", ["stf_manager", "stf_second"])
def test_who_manages_one_store_changes_nobody_of_another(world: World, do: str, whom: str) -> None:
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_elsewhere", role=staff.Role.MANAGER)
        staff.add(world.floor, here, "stf_second", "second", staff.Role.STAFF, stores=("sto_1",))
        staff.add(world.floor, here, "stf_own", "own", staff.Role.STAFF, stores=("sto_2",))
    client = world.signed_in("elsewhere")
    page = client.get("/console/staff").text
    fields = {**form(page, do, staff="stf_own"), "role": "staff"}

    refused = client.post("/console/staff", data={**fields, "staff": whom})
    done = client.post("/console/staff", data=fields)

    assert refused.status_code == 403
    assert "/sign-in/" not in refused.text
    assert f'value="{whom}"' not in page
    assert done.status_code in {200, 303}


@pytest.mark.parametrize("before", [("sto_archived",), ("sto_1",), ("sto_1", "sto_archived")])
def test_saving_a_role_opens_no_store_that_the_form_does_not_show(
    world: World, before: tuple[str, ...]
) -> None:
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_staff", stores=before)
    client = world.signed_in("owner")
    fields = form(client.get("/console/staff").text, "change", staff="stf_staff")

    done = client.post("/console/staff", data={**fields, "role": "staff"})

    with world.floor.database.read() as connection:
        after = staff.get(connection, MERCHANT, "stf_staff").stores
    assert (done.status_code, set(after)) == (303, set(before))


def test_a_webhook_of_all_stores_is_for_who_manages_all(world: World) -> None:
    url = "https://example.org/hook"
    all_stores = world.signed_in("manager")
    added = send(all_stores, "/console/webhooks", "add", url=url)
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_elsewhere", role=staff.Role.MANAGER)
        (hook,) = hooks.all_of(here.connection, MERCHANT)
    elsewhere = world.signed_in("elsewhere")
    console = elsewhere.get("/console/staff").text
    mark = form(console, "add")

    seen = elsewhere.get("/console/webhooks")
    add = elsewhere.post("/console/webhooks", data={**mark, "do": "add", "url": url})
    drop = elsewhere.post("/console/webhooks", data={**mark, "do": "drop", "hook": hook.id})

    assert added.status_code == 200
    assert [it.status_code for it in (seen, add, drop)] == [403, 403, 403]
    assert url not in seen.text
    assert "/console/webhooks" not in console
    with world.floor.database.read() as connection:
        assert [it.id for it in hooks.all_of(connection, MERCHANT)] == [hook.id]
