"""`regie fake-shop`: a shop to practise on, with the rules and the faults of the real ones."""

from pathlib import Path

import click

from regie.cli.ending import wait_for_end
from regie.cli.port import refuse_taken
from regie.demo import shopify, woocommerce

_HOST = "127.0.0.1"


@click.group("fake-shop")
def fake_shop() -> None:
    """Start a fake shop on this machine and print the line that connects it."""


def _folder(default: Path) -> click.Option:
    return click.Option(
        ["--data"],
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=default,
        help="Folder of recordings; default: the shop that comes with Regie.",
    )


def _port() -> click.Option:
    return click.Option(
        ["--port"], type=click.IntRange(0, 65535), default=0, help="0 takes a free one."
    )


def shopify_shop(data: Path) -> shopify.ShopifyShop:
    """Return a Shopify shop whose merchant grants all that the shop floor needs."""
    return shopify.ShopifyShop.load(
        data, scopes=shopify.FLOOR_SCOPES, approved=shopify.CUSTOMER_DATA
    )


def _shopify(data: Path, port: int) -> None:
    shop = shopify_shop(data)
    refuse_taken(_HOST, port)
    with shopify.serve(shop, port) as served:
        _tell_and_wait(served.url, shop.connect_line(served.url))


def _woocommerce(data: Path, port: int) -> None:
    shop = woocommerce.WooShop.load(data)
    refuse_taken(_HOST, port)
    with woocommerce.serve(shop, port) as served:
        _tell_and_wait(served.url, shop.connect_line(served.url))


def _tell_and_wait(url: str, line: str) -> None:
    click.echo(f"serving {url}")
    click.echo(f"REGIE_ALLOW_PRIVATE_HOSTS=1 {line}")
    wait_for_end()


fake_shop.add_command(
    click.Command(
        "shopify",
        callback=_shopify,
        params=[_folder(shopify.HAFEN_UND_HOF), _port()],
        help="Hafen & Hof, Hamburg, or any recorded Shopify shop.",
    )
)
fake_shop.add_command(
    click.Command(
        "woocommerce",
        callback=_woocommerce,
        params=[_folder(woocommerce.DEMO_SHOP), _port()],
        help="De Groene Pan, Utrecht, or any recorded WooCommerce shop.",
    )
)
