"""The serving document: composed from facts, the same bytes for the same facts."""

from datetime import UTC, datetime

import msgspec
import pytest
from msgspec import structs

from connector.model import document
from connector.model.document import ProductDocument
from connector.model.inventory import Availability
from connector.model.location import Location
from connector.model.product import Product
from connector.model.publication import Publication, Status, Visibility, Withheld, judge
from tests.kit.samples import level, place, product, with_variant

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
STORE = place()


def composed(found: Product, *places: Location) -> ProductDocument:
    return document.compose(found, {it.id: it for it in places or (STORE,)}, NOON).document


def test_facts_survive_the_document() -> None:
    found = product()

    assert document.facts(document.encode(composed(found))) == found


def test_a_document_survives_its_bytes() -> None:
    found = composed(product())

    assert document.decode(document.encode(found)) == found


def test_every_key_is_present_also_where_nothing_is_known() -> None:
    keys = list(msgspec.json.decode(document.encode(composed(product()))))

    camel = [structs.fields(ProductDocument)[at].encode_name for at in range(len(keys))]
    assert keys == camel


def test_an_ordinary_product_is_publishable() -> None:
    assert composed(product()).publication == Publication(publishable=True, reasons=())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": Status.DRAFT}, Withheld.DRAFT),
        ({"status": Status.ARCHIVED}, Withheld.ARCHIVED),
        ({"status": Status.SCHEDULED}, Withheld.SCHEDULED),
        ({"visibility": Visibility.UNLISTED}, Withheld.UNLISTED),
        ({"visibility": Visibility.PRIVATE}, Withheld.PRIVATE),
        ({"visibility": Visibility.PASSWORD}, Withheld.PASSWORD),
        ({"withheld": (Withheld.BAD_AGENT_POLICY,)}, Withheld.BAD_AGENT_POLICY),
        ({"variants": ()}, Withheld.NO_VARIANT),
    ],
)
def test_each_reason_alone_withholds_a_product(
    changes: dict[str, object], reason: Withheld
) -> None:
    found = composed(structs.replace(product(), **changes)).publication

    assert found == Publication(publishable=False, reasons=(reason,))


def test_a_product_without_any_price_is_withheld() -> None:
    assert composed(with_variant(product(), offers=())).publication.reasons == (Withheld.NO_PRICE,)


def test_a_free_product_is_not_one_without_price() -> None:
    assert composed(product(price=0)).publication.publishable


def test_a_disabled_variant_counts_for_nothing() -> None:
    found = composed(with_variant(product(), enabled=False))

    assert (found.price_range, found.publication.reasons) == (None, (Withheld.NO_VARIANT,))


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("visibility", list(Visibility))
def test_only_active_and_findable_products_are_publishable(
    status: Status, visibility: Visibility
) -> None:
    findable = {Visibility.PUBLIC, Visibility.CATALOG_ONLY, Visibility.SEARCH_ONLY}

    found = judge(status, visibility, frozenset())
    assert found.publishable == (status is Status.ACTIVE and visibility in findable)


@pytest.mark.parametrize(
    "elsewhere",
    [place(active=False), place(fulfills_online=False)],
    ids=["inactive place", "place that does not fulfil online orders"],
)
def test_stock_of_a_place_that_does_not_sell_online_is_not_promised(elsewhere: Location) -> None:
    found = composed(product(stock=9), elsewhere)

    assert found.availability is Availability.OUT_OF_STOCK


def test_an_inactive_level_is_not_promised() -> None:
    found = composed(with_variant(product(), inventory=(level(STORE, 9, active=False),)))

    assert found.availability is Availability.OUT_OF_STOCK


def test_no_stock_information_at_all_is_unknown() -> None:
    assert composed(with_variant(product(), inventory=())).availability is Availability.UNKNOWN


def test_what_needs_no_shipping_and_lies_nowhere_is_always_there() -> None:
    found = composed(with_variant(product(), inventory=(), requires_shipping=False))

    assert found.availability is Availability.IN_STOCK


def test_what_the_shop_does_not_sell_is_out_of_stock() -> None:
    found = product()
    only = found.variants[0]
    unsellable = (structs.replace(only.offers[0], sellable=False),)

    assert (
        composed(with_variant(found, offers=unsellable)).availability is Availability.OUT_OF_STOCK
    )


def test_the_price_range_spans_the_variants_on_offer() -> None:
    one, two = product(1, price=500), product(2, price=900)
    both = structs.replace(one, variants=one.variants + two.variants)

    span = composed(both).price_range
    assert span is not None
    assert (span.min.amount, span.max.amount) == (500, 900)
