"""Whether a product may be shown is read although everything else of it is spoiled."""

from typing import Any

import msgspec
import pytest

from connector.model.publication import Life, Status, Visibility, Withheld
from connector.platforms.shopify.export.bundle import life_of
from connector.platforms.shopify.export.spelling import METAFIELD, PRODUCT, PUBLICATION, VARIANT
from connector.platforms.woocommerce.life import life
from tests.kit.shops.shopify_lines import (
    AFTER,
    NOON,
    OWN,
    metafield_row,
    placed_row,
    product_row,
    variant_row,
)

Row = dict[str, Any]
SPOILED = {"name": None, "stock_quantity": "many", "dimensions": [], "date_modified_gmt": 7}


def woo(**told: Any) -> Life:
    row = {"id": 107, "status": "publish", "purchasable": True}
    return life(msgspec.json.encode(row | SPOILED | told))


def is_shown(found: Life) -> bool:
    return found.is_shown(NOON)


def test_a_spoiled_woocommerce_product_on_sale_is_still_shown() -> None:
    assert is_shown(woo(meta_data=[{"key": "_regie_minimum_age", "value": {"odd": []}}, 7, None]))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"status": "draft"}, Life(Status.DRAFT, Visibility.PUBLIC)),
        ({"status": "future"}, Life(Status.SCHEDULED, Visibility.PUBLIC)),
        ({"status": "private"}, Life(Status.ACTIVE, Visibility.PRIVATE)),
        ({"status": "discontinued"}, Life(Status.ACTIVE, Visibility.PRIVATE)),
        ({"catalog_visibility": "hidden"}, Life(Status.ACTIVE, Visibility.UNLISTED)),
        ({"post_password": "groenedeur"}, Life(Status.ACTIVE, Visibility.PASSWORD)),
        (
            {"purchasable": False},
            Life(Status.ACTIVE, Visibility.PUBLIC, (Withheld.NOT_PURCHASABLE,)),
        ),
        (
            {"meta_data": [{"key": "_regie_optin", "value": "no"}]},
            Life(Status.ACTIVE, Visibility.PUBLIC, (Withheld.AGENT_POLICY,)),
        ),
    ],
)
def test_a_spoiled_woocommerce_product_off_sale_says_so(told: Row, expected: Life) -> None:
    found = woo(**told)

    assert found == expected
    assert not is_shown(found)


@pytest.mark.parametrize("status", [None, 7, ["publish"]])
def test_a_woocommerce_state_that_cannot_be_read_is_no_state(status: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        woo(status=status)


def shopify(product: Row | None = None, *more: tuple[bytes, Row]) -> Life:
    spoiled = {"title": None, "updatedAt": "yesterday", "tags": 7}
    rows = [
        (PRODUCT, product_row(**spoiled) | (product or {})),
        (VARIANT, variant_row(price=None)),
        (METAFIELD, metafield_row("regie.minimum_age", "old") | {"type": None}),
        *(more or [(PUBLICATION, placed_row())]),
    ]
    return life_of([(tag, msgspec.json.encode(row) + b"\n") for tag, row in rows], NOON)


def test_a_spoiled_shopify_product_on_sale_is_still_shown() -> None:
    assert is_shown(shopify())


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("DRAFT", (Status.DRAFT, Visibility.PUBLIC)),
        ("ARCHIVED", (Status.ARCHIVED, Visibility.PUBLIC)),
        ("UNLISTED", (Status.ACTIVE, Visibility.UNLISTED)),
        ("INVENTED_TOMORROW", (Status.ACTIVE, Visibility.PRIVATE)),
    ],
)
def test_a_spoiled_shopify_product_off_sale_says_so(
    status: str, expected: tuple[Status, Visibility]
) -> None:
    found = shopify({"status": status})

    assert (found.status, found.visibility) == expected
    assert not is_shown(found)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (placed_row(isPublished=False), Withheld.NOT_ON_CHANNEL),
        (placed_row(publishDate=AFTER), Withheld.SCHEDULED),
    ],
)
def test_a_spoiled_shopify_product_in_no_channel_says_so(row: Row, reason: Withheld) -> None:
    assert shopify(None, (PUBLICATION, row)).withheld == (reason,)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('{"expose": false}', Withheld.AGENT_POLICY),
        ("maybe", Withheld.BAD_AGENT_POLICY),
        (None, Withheld.BAD_AGENT_POLICY),
    ],
)
def test_a_spoiled_shopify_product_is_not_shown_to_agents_against_its_word(
    value: Any, reason: Withheld
) -> None:
    word = metafield_row("regie.agent_policy", value, "json")

    found = shopify(None, (PUBLICATION, placed_row()), (METAFIELD, word))

    assert found.withheld == (reason,)


def test_the_word_of_a_variant_is_not_the_products() -> None:
    parent = OWN.replace("Product/1", "ProductVariant/11")
    word = metafield_row("regie.agent_policy", "no", "json") | {"__parentId": parent}

    assert is_shown(shopify(None, (PUBLICATION, placed_row()), (METAFIELD, word)))
