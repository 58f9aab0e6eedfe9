"""What keeps a Shopify product from agents."""

from datetime import datetime, timedelta

import pytest

from connector.model.document import compose
from connector.model.product import Product
from connector.model.publication import Status, Visibility, Withheld
from tests.kit.shops.shopify_lines import AFTER, NOON, metafield_row, placed_row, product_row, read


def reasons(product: Product) -> set[Withheld]:
    return set(compose(product, {}, NOON).document.publication.reasons)


def with_policy(value: str) -> Product:
    return read(metafields=[metafield_row("regie.agent_policy", value, "json")])


def test_a_product_in_a_channel_is_publishable() -> None:
    assert compose(read(), {}, NOON).document.publication.publishable


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("DRAFT", Withheld.DRAFT),
        ("ARCHIVED", Withheld.ARCHIVED),
        ("UNLISTED", Withheld.UNLISTED),
        ("INVENTED_TOMORROW", Withheld.PRIVATE),
    ],
)
def test_only_an_active_product_is_exposed(status: str, reason: Withheld) -> None:
    assert reasons(read(product_row(status=status))) == {reason}


def test_an_unlisted_product_is_active_but_found_only_by_link() -> None:
    product = read(product_row(status="UNLISTED"))

    assert (product.status, product.visibility) == (Status.ACTIVE, Visibility.UNLISTED)


@pytest.mark.parametrize(
    "product",
    [
        read(product_row(publishedAt=None)),
        read(placements=[]),
        read(placements=[placed_row(isPublished=False)]),
    ],
    ids=["never", "no channel", "hidden"],
)
def test_an_unpublished_product_is_never_exposed(product: Product) -> None:
    assert reasons(product) == {Withheld.NOT_ON_CHANNEL}


LATER = {
    "the shop": read(product_row(publishedAt=AFTER)),
    "the channel": read(placements=[placed_row(publishDate=AFTER)]),
    "every channel": read(
        placements=[placed_row(publishDate="2027-01-01T00:00:00Z"), placed_row(publishDate=AFTER)]
    ),
}


@pytest.mark.parametrize("place", LATER)
def test_a_product_is_withheld_until_the_shop_and_a_channel_have_it(place: str) -> None:
    comes_at = datetime.fromisoformat(AFTER)
    early, there = comes_at - timedelta(seconds=1), comes_at

    composed = [compose(LATER[place], {}, now) for now in (early, there)]

    assert [it.document.publication.reasons for it in composed] == [(Withheld.SCHEDULED,), ()]
    assert [it.next_change for it in composed] == [comes_at, None]


def test_one_channel_is_enough() -> None:
    placements = [placed_row(isPublished=False), placed_row()]

    assert not read(placements=placements).withheld


@pytest.mark.parametrize(
    "value",
    ["", "no", "[]", "null", "{}", '"false"', '{"expose": "false"}', '{"exposed": false}', "{"],
)
def test_a_malformed_agent_policy_is_never_exposed(value: str) -> None:
    assert reasons(with_policy(value)) == {Withheld.BAD_AGENT_POLICY}


@pytest.mark.parametrize(
    "value", ['{"expose": false}', '{"agents": false}', '{"expose": true, "agents": false}']
)
def test_a_policy_that_says_no_agents_is_obeyed(value: str) -> None:
    assert reasons(with_policy(value)) == {Withheld.AGENT_POLICY}


def test_a_policy_that_lets_agents_in_withholds_nothing() -> None:
    product = with_policy('{"expose": true, "price": "exact", "checkout": "redirect"}')

    assert not product.withheld


def test_a_policy_of_another_namespace_is_none_of_ours() -> None:
    product = read(metafields=[metafield_row("custom.agent_policy", "no", "json")])

    assert not product.withheld
