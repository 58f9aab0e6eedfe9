"""What staff do on the pick list; every refusal is told in words."""

import msgspec
import pytest
from msgspec import structs

from connector.model.order import HandingOver
from storefront.fulfillment.order.order import FulfillmentOrder, OrderState, Substitution
from storefront.fulfillment.place.store import PartialPolicy
from storefront.fulfillment.store import orders, places
from tests.kit.floor.orders import bought
from tests.kit.floor.world import MERCHANT, variant_of
from tests.kit.pages.work import order_of, started
from tests.kit.pages.world import World, form, notice, send


def test_a_reload_of_the_pick_list_picks_nothing_twice(world: World) -> None:
    order = started(world)
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}"
    fields = {**form(client.get(path).text, "set"), "picked": "1"}

    client.post(path, data=fields)
    client.post(path, data={**fields, "key": "another"})

    assert order_of(world, order.id).lines[0].picked == 1


def test_a_scanned_sku_goes_into_the_first_bag_that_needs_it(world: World) -> None:
    first, second = started(world, number=1001), started(world, number=1002)
    client = world.signed_in("staff")
    path = f"/pick?order={first.id}&order={second.id}"

    for _ in range(3):
        send(client, path, "scan", code=first.lines[0].sku)

    picked = [order_of(world, it.id).lines[0].picked for it in (first, second)]
    assert picked == [2, 1]


def test_a_scanned_thing_that_nobody_ordered_is_refused_in_words(world: World) -> None:
    order = started(world)

    answer = send(world.signed_in("staff"), f"/pick?order={order.id}", "scan", code="999")

    assert answer.status_code == 404
    assert notice(answer.text).startswith("Nothing on this list has that code")


def test_an_unfinished_bag_cannot_be_packed(world: World) -> None:
    order = started(world)

    answer = send(world.signed_in("staff"), f"/pick?order={order.id}", "pack", {"order": order.id})

    assert answer.status_code == 409
    assert notice(answer.text) == "Something is neither picked, replaced nor taken off yet."


def test_a_whole_bag_is_packed(world: World) -> None:
    order = started(world)
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}"
    for line in order.lines:
        send(client, path, "set", {"line": line.id}, picked=str(line.quantity))

    answer = send(client, path, "pack")

    assert answer.status_code == 303
    assert order_of(world, order.id).state is OrderState.READY


def test_a_part_is_packed_only_where_the_store_allows_it(world: World) -> None:
    order = started(world)
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}"
    send(client, path, "set", picked="1")
    assert "Pack in part" in client.get(path).text
    store = world.store
    terms = structs.replace(store.pickup, partial_policy=PartialPolicy.WAIT_ALL)
    with world.floor.write(MERCHANT) as here:
        places.save(here, structs.replace(store, pickup=terms))

    answer = send(client, path, "pack", partial="1")

    assert answer.status_code == 409
    assert "Pack in part" not in client.get(path).text


def test_a_delivery_is_not_packed_in_part(world: World) -> None:
    order = started(world, bought(1, 2), how=HandingOver.DELIVERY)
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}"
    send(client, path, "set", picked="1")

    answer = send(client, path, "pack", partial="1")

    assert answer.status_code == 409
    assert "A delivery goes out whole." in answer.text
    assert "Pack in part" not in client.get(path).text
    assert order_of(world, order.id).state is OrderState.PICKING


@pytest.mark.parametrize("bags", ["0", "21", "many", ""])
def test_a_number_of_bags_that_cannot_be_is_named_beside_its_field(world: World, bags: str) -> None:
    order = started(world)

    answer = send(world.signed_in("staff"), f"/pick?order={order.id}", "pack", bags=bags)

    assert answer.status_code == 400
    assert f'id="bag-{order.id}-bags-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_substitute_is_offered_and_the_customer_asked(world: World) -> None:
    order = started(world, bought(1, 2))
    client = world.signed_in("staff")
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    answer = send(client, path, "exchange", variant=variant_of(2))

    assert "done=asked" in answer.headers["Location"]
    assert order_of(world, order.id).state is OrderState.AWAITING_CUSTOMER


def test_a_substitute_is_given_at_once_where_the_customer_allows_it(world: World) -> None:
    order = started(world, bought(1, 2))
    _let_lines(world, order, Substitution.ALLOW)
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    send(world.signed_in("staff"), path, "exchange", variant=variant_of(2))

    after = order_of(world, order.id)
    assert [line.quantity for line in after.lines] == [0, 2]
    assert after.state is OrderState.PICKING


def test_no_substitute_is_offered_to_who_wants_none(world: World) -> None:
    order = started(world, bought(1, 2))
    _let_lines(world, order, Substitution.NO)
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    page = world.signed_in("staff").get(path).text

    assert "The customer wants no replacement." in page
    assert 'value="exchange"' not in page


def test_what_is_not_there_is_taken_off(world: World) -> None:
    order = started(world, bought(1, 2), bought(2))
    path = f"/pick?order={order.id}&line={order.lines[0].id}"

    send(world.signed_in("staff"), path, "take_off")

    assert order_of(world, order.id).lines[0].refunded == 2


def _let_lines(world: World, order: FulfillmentOrder, wish: Substitution) -> None:
    """Let the customer have said what may replace his things."""
    lines = tuple(structs.replace(line, substitution=wish) for line in order.lines)
    changed = structs.replace(order, lines=lines, rev=order.rev)
    with world.floor.write(MERCHANT) as here:
        here.connection.execute(
            orders._order.update().values(document=msgspec.json.encode(changed))
        )
