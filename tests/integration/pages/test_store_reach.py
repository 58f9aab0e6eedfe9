"""A store that delivers to nowhere may be saved, and says so where its owner looks next."""

from tests.kit.pages.world import World, send

NOWHERE = "This store delivers, but no delivery area is in use."


def test_a_store_that_delivers_to_nowhere_is_saved_and_says_so_at_once(world: World) -> None:
    client = world.signed_in("manager")
    send(client, "/stores/sto_1/zones", "drop")

    answer = send(client, "/stores/sto_1", "delivery", enabled="1")
    page = client.get(answer.headers["Location"]).text

    assert answer.status_code == 303
    assert "Saved." in page
    assert NOWHERE in page
    assert '<a href="/stores/sto_1/zones">Add a delivery area</a>' in page


def test_the_page_of_the_areas_says_it_too_until_one_is_in_use(world: World) -> None:
    client = world.signed_in("manager")
    send(client, "/stores/sto_1/zones", "drop")
    before = client.get("/stores/sto_1/zones").text

    send(client, "/stores/sto_1/zones", "zone", active="1", postcodes="1011*", kind="POSTCODES")

    assert NOWHERE in before
    assert NOWHERE not in client.get("/stores/sto_1/zones").text
    assert NOWHERE not in client.get("/stores/sto_1").text
