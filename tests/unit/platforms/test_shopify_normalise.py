"""How a Shopify product reads in canonical form."""

from itertools import permutations

import msgspec
import pytest

from connector.model.attribute import CategoryKind, MediaKind
from connector.model.errors import RegieError
from connector.platforms.shopify.faults import UnreadableProduct
from tests.kit.shops.shopify_lines import (
    collection_row,
    media_row,
    metafield_row,
    product_row,
    read,
    variant_row,
)


def test_the_order_of_lines_does_not_show() -> None:
    metafields = [metafield_row(f"custom.{key}", key) for key in "abc"]
    media = [media_row(number) for number in (9, 10, 11)]
    groups = [collection_row(number) for number in (9, 10, 11)]
    variants = [variant_row(number, position=1) for number in (9, 10, 11)]

    found = {
        msgspec.json.encode(
            read(
                metafields=[metafields[i] for i in order],
                media=[media[i] for i in order],
                collections=[groups[i] for i in order],
                variants=[variants[i] for i in order],
            )
        )
        for order in permutations(range(3))
    }

    assert len(found) == 1


def test_the_featured_picture_comes_first() -> None:
    featured = {"id": "gid://shopify/MediaImage/12"}
    media = [media_row(number) for number in (2, 12, 10)]

    found = read(product_row(featuredMedia=featured), media=media).media

    assert [each.url[-6:-4].strip("/") for each in found] == ["12", "2", "10"]


def test_media_are_told_by_kind() -> None:
    films = [
        media_row(
            2,
            "VIDEO",
            sources=[
                {"url": "https://a/x.m3u8"},
                {"url": "https://a/x.mp4", "mimeType": "video/mp4"},
            ],
        ),
        media_row(3, "EXTERNAL_VIDEO", embedUrl="https://video.example/3"),
        media_row(4, "MODEL_3D"),
        media_row(5, image=None),
    ]

    found = read(media=films).media

    assert [(each.kind, each.url) for each in found] == [
        (MediaKind.VIDEO, "https://a/x.mp4"),
        (MediaKind.EXTERNAL_VIDEO, "https://video.example/3"),
    ]


def test_a_missing_alt_text_falls_back_to_the_file() -> None:
    picture = {"url": "https://cdn.example/1.jpg", "altText": "Ein Becher"}

    assert read(media=[media_row(1, alt="", image=picture)]).media[0].alt == "Ein Becher"


def test_the_taxonomy_comes_before_collections() -> None:
    category = {
        "id": "gid://shopify/TaxonomyCategory/hg-11-6",
        "name": "Mugs",
        "fullName": "Home & Garden > Kitchen > Mugs",
    }

    first, second = read(product_row(category=category), collections=[collection_row(7)]).categories

    assert (first.kind, first.key, first.path) == (
        CategoryKind.SHOPIFY_TAXONOMY,
        "hg-11-6",
        ("Home & Garden", "Kitchen", "Mugs"),
    )
    assert (second.kind, second.key, second.name) == (CategoryKind.COLLECTION, "7", "Sale")


def test_a_product_with_one_variant_has_nothing_to_choose() -> None:
    variant = variant_row(
        title="Default Title", selectedOptions=[{"name": "Title", "value": "Default Title"}]
    )

    product = read(product_row(hasOnlyDefaultVariant=True), variants=[variant])

    assert (product.options, product.variants[0].options) == ((), ())
    assert product.variants[0].title == "Becher"


def test_options_stand_in_the_shops_order() -> None:
    options = [
        {"name": "Farbe", "position": 2, "values": ["Rot", "Blau"]},
        {"name": "Größe", "position": 1, "values": ["L", "S"]},
    ]

    found = read(product_row(options=options)).options

    assert [(each.name, each.values) for each in found] == [
        ("Größe", ("L", "S")),
        ("Farbe", ("Rot", "Blau")),
    ]


def test_tags_are_sorted_and_scripts_are_gone() -> None:
    product = read(product_row(descriptionHtml="<p>Gut</p><script>alert(1)</script>"))

    assert product.tags == ("blau", "neu")
    assert product.description is not None
    assert product.description.html == "<p>Gut</p>"


def test_gift_cards_and_subscriptions_are_marked() -> None:
    product = read(product_row(isGiftCard=True, requiresSellingPlan=True))

    assert (product.gift_card, product.subscription_only) == (True, True)


def test_a_line_of_another_shape_is_a_typed_error_without_its_content() -> None:
    with pytest.raises(UnreadableProduct) as error:
        read(product_row(updatedAt="secret-text"))

    assert "secret-text" not in str(error.value)
    assert isinstance(error.value, RegieError)
