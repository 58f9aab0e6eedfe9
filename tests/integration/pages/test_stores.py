"""The editor of stores: what is saved, and which field is named when something cannot stand."""

import pytest

from tests.kit.floor.world import PLACE
from tests.kit.pages.editor import beside
from tests.kit.pages.world import World, form, notice, send


def test_the_terms_of_a_place_are_saved(world: World) -> None:
    client = world.signed_in("manager")

    answer = send(client, "/stores/sto_1", "place", **{"contact.phone": "+31201234567"})

    assert answer.status_code == 303
    assert 'value="+31201234567"' in client.get("/stores/sto_1").text


def test_a_number_may_be_typed_as_people_write_it(world: World) -> None:
    client = world.signed_in("manager")

    send(client, "/stores/sto_1", "place", **{"contact.phone": "+31 (20) 123-45 67"})

    assert 'value="+31201234567"' in client.get("/stores/sto_1").text


@pytest.mark.parametrize(
    ("do", "name", "typed"),
    [
        ("place", "code", "no blanks"),
        ("place", "address.line1", ""),
        ("place", "address.country", "Holland"),
        ("place", "timezone", "Mars/Olympus"),
        ("place", "contact.phone", "020"),
        ("place", "contact.email", "nobody"),
        ("place", "gln", "123"),
        ("place", "latitude", "north"),
        ("place", "autoAcceptMin", "soon"),
        ("pickup", "pickup.prepMinutes", "-1"),
        ("pickup", "pickup.holdDays", "0"),
        ("pickup", "pickup.remindAfterHours", "72, 24"),
        ("delivery", "delivery.minOrder", "1.234"),
        ("stock", "safetyStock.default", "-2"),
        ("stock", "throughput.cap", "0"),
        ("stock", f"hours.{PLACE.id}", "many"),
    ],
)
def test_a_term_that_cannot_stand_is_named_beside_its_field(
    world: World, do: str, name: str, typed: str
) -> None:
    client = world.signed_in("manager")
    more = {
        "pickup.modes": "IN_STORE",
        "partial": "ASK",
        "idCheck": "PIN",
        "throughput.per": "HOUR",
        "throughput.unit": "ORDER",
    }

    answer = send(client, "/stores/sto_1", do, **{**more, name: typed})

    assert answer.status_code == 400
    assert beside(answer.text, name)
    assert f">{typed}</textarea>" in answer.text or f'value="{typed}"' in answer.text


def test_a_store_is_added_as_a_draft_by_its_owner(world: World) -> None:
    client = world.signed_in("owner")

    answer = send(
        client,
        "/stores",
        "add",
        **{"name": "South", "code": "south", "address.line1": "Zuid 1", "address.country": "nl"},
    )

    page = client.get(answer.headers["Location"]).text
    assert "South" in page
    assert "Draft" in page


def test_a_code_that_another_store_has_is_refused(world: World) -> None:
    answer = send(
        world.signed_in("owner"),
        "/stores",
        "add",
        **{"name": "South", "code": "centre", "address.line1": "Zuid 1"},
    )

    assert answer.status_code == 400
    assert beside(answer.text, "code")


def test_a_store_is_closed_for_good_only_when_nothing_is_open(world: World) -> None:
    client = world.signed_in("owner")
    send(client, "/stores/sto_2", "status", event="pause")

    send(client, "/stores/sto_2", "status", event="archive")

    assert "Closed for good" in client.get("/stores/sto_2").text


def test_a_store_that_is_paused_says_by_whom_and_since_when(world: World) -> None:
    send(world.signed_in("staff"), "/board?store=sto_1", "pause")

    page = world.signed_in("manager").get("/stores/sto_1").text

    assert "Paused by <bdi>" in page
    assert "Staff<" in page


def test_a_pause_of_a_paused_store_does_not_follow_whoever_asks(world: World) -> None:
    client = world.signed_in("manager")
    fields = form(client.get("/stores/sto_1").text, "status")
    send(client, "/stores/sto_1", "status", event="pause")

    answer = client.post("/stores/sto_1", data={**fields, "key": "again", "event": "pause"})

    assert answer.status_code == 409
    assert notice(answer.text).startswith("That is not possible")


def test_a_step_that_does_not_follow_is_refused(world: World) -> None:
    client = world.signed_in("owner")
    fields = form(client.get("/stores/sto_1").text, "status")

    answer = client.post("/stores/sto_1", data={**fields, "event": "archive"})

    assert answer.status_code == 409
    assert notice(answer.text).startswith("That is not possible")
