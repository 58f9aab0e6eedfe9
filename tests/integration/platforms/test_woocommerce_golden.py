"""Our own Dutch shop as Regie reads it, product by product, as it was looked through by people."""

from pathlib import Path

import msgspec

from tests.kit.shops.woo import IDENTITY, opened

GOLDEN = Path(__file__).parents[2] / "shops" / "de-groene-pan.jsonl"


def test_the_demo_shop_reads_as_it_did_when_people_looked_it_through(tmp_path: Path) -> None:
    with opened(tmp_path, identity=IDENTITY) as shop:
        found = sorted(shop.products().values(), key=lambda product: product.id)
        url = shop.served.url

    lines = b"".join(msgspec.json.encode(product) + b"\n" for product in found)

    assert lines.replace(url.encode(), IDENTITY.encode()) == GOLDEN.read_bytes()
