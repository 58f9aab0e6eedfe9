"""Ids are prefixed and sortable; those of platform entities never change."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from connector.model.ids import new_id, source_id


def test_a_new_id_is_a_uuid_of_version_7() -> None:
    prefix, _, text = new_id("job").partition("_")

    assert (prefix, uuid.UUID(text).version, uuid.UUID(text).variant) == ("job", 7, uuid.RFC_4122)


def test_new_ids_sort_by_time() -> None:
    assert new_id("job", lambda: 1) < new_id("job", lambda: 2)


def test_a_source_id_is_a_uuid_of_version_8() -> None:
    text = source_id("prd", "shopify", "a.myshopify.com", "gid://shopify/Product/7").partition("_")[
        2
    ]

    assert (uuid.UUID(text).version, uuid.UUID(text).variant) == (8, uuid.RFC_4122)


@given(st.tuples(st.text(), st.text(), st.text(), st.text()))
def test_the_same_source_has_the_same_id(source: tuple[str, str, str, str]) -> None:
    assert source_id(*source) == source_id(*source)


def test_another_shop_gives_another_id() -> None:
    assert source_id("prd", "woocommerce", "a", "1") != source_id("prd", "woocommerce", "b", "1")


def test_ids_keep_the_order_of_the_platforms_numbers() -> None:
    ids = [
        source_id("prd", "shopify", "a", f"gid://shopify/Product/{n}")
        for n in (9, 10, 7400000000001)
    ]

    assert ids == sorted(ids)
