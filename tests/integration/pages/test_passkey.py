"""Signing in: by password, by link, by passkey; and what lets nobody in."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.fulfillment.store import links, staff
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.passkey_device import PasskeyDevice
from tests.kit.pages.world import World, notice, send

PASSWORD = "correct horse battery"


def added(world: World, device: PasskeyDevice) -> FlaskClient:
    """Let one of the staff keep a passkey."""
    client, answer = asked_to_add(world, device)
    assert answer.json == {"to": "/account?done=saved"}
    return client


def asked_to_add(world: World, device: PasskeyDevice) -> tuple[FlaskClient, TestResponse]:
    client = world.signed_in("staff")
    page = client.get("/account").text
    mark = {"Regie-Form": page.partition('data-csrf="')[2].partition('"')[0]}
    options = client.post("/account/passkey/options", json={}, headers=mark).json
    assert options is not None
    sent = {"credential": device.create(options)}
    return client, client.post("/account/passkey", json=sent, headers=mark)


def options(client: FlaskClient) -> dict[str, Any]:
    found = client.post("/sign-in/passkey/options", json={}).json
    assert found is not None
    return found


def use(client: FlaskClient, credential: dict[str, Any], wanted: str = "/pick") -> TestResponse:
    return client.post("/sign-in/passkey", json={"credential": credential, "next": wanted})


def test_a_passkey_signs_in(world: World) -> None:
    device = PasskeyDevice()
    added(world, device)
    client = world.visitor()

    answer = use(client, device.get(options(client)))

    assert answer.json == {"to": "/pick"}
    assert client.get("/board").status_code == 200


def test_nobody_keeps_track_of_more_than_five_passkeys(world: World) -> None:
    devices = [PasskeyDevice() for _ in range(6)]
    for number, device in enumerate(devices):
        device.id += bytes([number])
    for device in devices[:5]:
        added(world, device)

    _, answer = asked_to_add(world, devices[5])

    assert answer.status_code == 400


def test_a_passkey_leads_to_no_other_site(world: World) -> None:
    device = PasskeyDevice()
    added(world, device)
    client = world.visitor()

    assert use(client, device.get(options(client)), "https://evil.test/").json == {"to": "/board"}


def test_an_answer_serves_once(world: World) -> None:
    device = PasskeyDevice()
    added(world, device)
    client = world.visitor()
    answer = device.get(options(client))
    use(client, answer)

    again = use(world.visitor(), answer)

    assert again.status_code == 401
    assert again.json == {"refusal": "That took too long. Please try again."}


@pytest.mark.parametrize(
    "device",
    [
        PasskeyDevice(origin="https://evil.test"),
        PasskeyDevice(host="evil.test"),
        PasskeyDevice(),
    ],
    ids=["other origin", "other domain", "other key"],
)
def test_what_another_site_or_key_signed_lets_nobody_in(
    world: World, device: PasskeyDevice
) -> None:
    mine = PasskeyDevice()
    added(world, mine)
    client = world.visitor()

    answer = use(client, device.get(options(client)))

    assert answer.status_code == 401
    assert client.get("/board").status_code == 303


def test_a_device_that_did_not_check_its_holder_lets_nobody_in(world: World) -> None:
    device = PasskeyDevice()
    added(world, device)
    client = world.visitor()

    assert use(client, device.get(options(client), flags=0x01)).status_code == 401


def test_a_copy_of_a_passkey_that_counts_behind_lets_nobody_in(world: World) -> None:
    device = PasskeyDevice()
    added(world, device)
    client = world.visitor()
    use(client, device.get(options(client)))
    device.counter = 0

    assert use(world.visitor(), device.get(options(client))).status_code == 401


def test_the_passkey_of_a_closed_account_lets_nobody_in(world: World) -> None:
    device = PasskeyDevice()
    added(world, device)
    with world.floor.write(MERCHANT) as here:
        staff.change(here, "stf_staff", active=False)
    client = world.visitor()

    assert use(client, device.get(options(client))).status_code == 401


def test_a_removed_passkey_lets_nobody_in(world: World) -> None:
    device = PasskeyDevice()
    send(added(world, device), "/account", "drop_passkeys")
    client = world.visitor()

    assert use(client, device.get(options(client))).status_code == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"credential":{}}', b"\xff"])
def test_what_is_no_answer_is_refused(world: World, body: bytes) -> None:
    assert world.visitor().post("/sign-in/passkey", data=body).status_code == 400


def test_a_passkey_is_added_only_from_one_s_own_page(world: World) -> None:
    answer = world.signed_in("staff").post("/account/passkey/options", json={})

    assert answer.status_code == 403


def test_challenges_are_not_made_without_end(world: World) -> None:
    client = world.visitor()

    answers = [client.post("/sign-in/passkey/options", json={}).status_code for _ in range(41)]

    assert answers[-1] == 429


def test_a_password_is_set_and_signs_in(world: World) -> None:
    other = world.signed_in("staff")
    send(world.signed_in("staff"), "/account", "password", password=PASSWORD)

    client = world.visitor()
    answer = client.post("/sign-in", data={"login": "staff", "password": PASSWORD})

    assert answer.headers["Location"] == "/board"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert client.get("/board").status_code == 200
    assert other.get("/board").status_code == 303


def test_a_wrong_password_is_told_without_telling_what_was_wrong(world: World) -> None:
    known = world.visitor().post("/sign-in", data={"login": "staff", "password": "guess"})
    unknown = world.visitor().post("/sign-in", data={"login": "nobody", "password": "guess"})

    assert notice(known.text) == notice(unknown.text) == "The name or the password is not right."


def test_a_short_password_is_refused(world: World) -> None:
    answer = send(world.signed_in("staff"), "/account", "password", password="short")

    assert answer.status_code == 400
    assert 'id="password-password-error"' in answer.text


def test_a_link_for_a_new_colleague_signs_in_once(world: World) -> None:
    page = send(
        world.signed_in("owner"), "/console/staff", "add", login="titus", name="Titus", role="staff"
    ).text
    path = page.partition("http://localhost")[2].partition('"')[0]
    client = world.visitor()
    assert client.get(path).status_code == 200

    client.post(path)

    assert client.get("/board").status_code == 200
    assert world.visitor().post(path).status_code == 404


def test_looking_at_a_link_does_not_use_it_up(world: World) -> None:
    with world.floor.write(MERCHANT) as here:
        text = links.make(here, links.SIGN_IN, "stf_staff", b"x" * 16, here.now + 1000)

    world.visitor().get(f"/sign-in/{text}")

    assert world.visitor().post(f"/sign-in/{text}").status_code == 303
