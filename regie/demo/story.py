"""The demo's story: connect, sync, change something in a shop, see it arrive."""

import contextlib
import json
import shlex
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import requests
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from connector.model.errors import RegieError
from connector.platforms import Shop
from connector.store import connections, keys
from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.listing import reader
from connector.sync import Mode
from regie.cli.progress import show_summary
from regie.cli.sync import Wish, run_sync
from regie.connecting import connect_shop
from regie.demo import floor_story, reading, shopify, woocommerce
from regie.demo.floor_story import Scene
from regie.demo.processes import free_port, server
from regie.demo.reading import price
from regie.house import House, opened
from regie.settings import Settings

_PATIENCE = 60.0
_COFFEE = "KAF-1-250-B"
_PAN = (107, "GP-PAN-24")
_QUERY = """query Demo($sku: String!) {
  product(sku: $sku) {
    title
    brand
    availability
    priceRange { min { amount currency } max { amount currency } }
  }
}"""
_LOOK = """query Look($sku: String!) {
  product(sku: $sku) { variants { sku price { amount currency } inventory { available } } }
}"""


class DemoFailed(RegieError):
    """Something that the demo shows did not happen."""

    code = "demo_failed"
    remedy = "Run it again; if it fails again, please report what stands above."


class Stage(Struct):
    """Where the story plays; `stack` ends what was started, and it `stays` when it is told."""

    console: Console
    folder: Path
    port: int
    stack: contextlib.ExitStack
    stays: bool


class _Play(Struct):
    """Everything on the stage."""

    stage: Stage
    house: House
    url: str
    key: str
    hafen: shopify.ShopifyShop
    pan: woocommerce.WooShop
    hafen_link: Shopfront
    pan_link: Shopfront


def tell(stage: Stage) -> None:
    """Tell the story; raise DemoFailed where it does not come true."""
    play = _set_up(stage)
    _sync_both(play)
    scene = _scene(play)
    floor_story.open_store(scene)
    _serve(play)
    _change_price(play)
    _change_stock(play)
    floor_story.play(scene)
    _close(play, scene)


def _set_up(stage: Stage) -> _Play:
    """Open both shops and connect them as a retailer would."""
    stage.console.rule("[bold]Regie: two shops in, one catalogue out")
    port = free_port(stage.port)
    if port != stage.port:
        stage.console.print(f"port {stage.port} is busy: serving on {port}")
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=str(stage.folder), public_url=url, allow_private_hosts=True)
    house = stage.stack.enter_context(opened(settings))
    hafen = shopify.ShopifyShop.load(
        shopify.HAFEN_UND_HOF, scopes=shopify.FLOOR_SCOPES, approved=shopify.CUSTOMER_DATA
    )
    hafen_at = stage.stack.enter_context(shopify.serve(hafen)).url
    pan = woocommerce.WooShop.load(woocommerce.DEMO_SHOP, rebase=True)
    pan_at = stage.stack.enter_context(woocommerce.serve(pan)).url
    app = {"client_id": hafen.client_id, "client_secret": hafen.client_secret}
    first, _ = connect_shop(house, "shopify", hafen.domain, app, endpoint=hafen_at)
    woo = {"consumer_key": pan.key.consumer_key, "consumer_secret": pan.key.consumer_secret}
    second, _ = connect_shop(house, "woocommerce", pan_at, woo)
    for name, line in (
        ("Hafen & Hof", hafen.connect_line(hafen_at)),
        ("De Groene Pan", pan.connect_line(pan_at)),
    ):
        stage.console.print(f"[green]connected[/] {name}: [dim]{_without_secrets(line)}[/]")
    with house.database.write() as connection:
        now = ms(house.clock())
        key = keys.create(connection, first.merchant_id, keys.OPERATOR, "demo", now)
    return _Play(stage, house, url, key, hafen, pan, first, second)


def _without_secrets(line: str) -> str:
    """Show a command without the secret part."""
    words = line.split()
    hidden = {"--client-secret", "--secret"}
    return " ".join(
        "***" if before in hidden else word
        for before, word in zip(["", *words], words, strict=False)
    )


def _sync_both(play: _Play) -> None:
    for link in (play.hafen_link, play.pan_link):
        summary = run_sync(play.house, link, Wish(Mode.FULL))
        show_summary(_name(link), summary, play.stage.console)


def _name(link: Shopfront) -> str:
    return {"shopify": "Hafen & Hof (Shopify)", "woocommerce": "De Groene Pan (WooCommerce)"}[
        link.platform
    ]


def _serve(play: _Play) -> None:
    """Start server and worker as a user would, and wait until the shops know our address."""
    play.stage.stack.enter_context(server(play.house.settings, play.url))
    for link in (play.hafen_link, play.pan_link):
        _wait_for(f"webhooks of {_name(link)}", partial(_hooks_stand, play, link))
    play.stage.console.print(f"[green]serving[/] {play.url}/graphql, webhooks stand in both shops")


def _hooks_stand(play: _Play, link: Shopfront) -> bool:
    with play.house.database.read() as connection:
        return connections.get(connection, link.id).hooks_at is not None


def _change_price(play: _Play) -> None:
    """Change a price at Shopify and watch it arrive."""
    sku = _COFFEE
    before = _variant(play, sku)["price"]
    wanted = {**before, "amount": before["amount"] + 100}
    play.hafen.changes.set_price(sku, price(wanted).split()[0])
    seconds = _wait_for("the price", lambda: _variant(play, sku)["price"] == wanted)
    play.stage.console.print(
        f"[cyan]price[/] of {sku} at Shopify {price(before)} -> {price(wanted)}: "
        f"over GraphQL after {seconds:.1f} s"
    )


def _change_stock(play: _Play) -> None:
    """Count anew at WooCommerce and watch it arrive."""
    number, sku = _PAN
    before = _available(play, sku)
    wanted = (before or 0) + 7
    play.pan.changes.set_stock(number, wanted)
    seconds = _wait_for("the stock", lambda: _available(play, sku) == wanted)
    play.stage.console.print(
        f"[cyan]stock[/] of {sku} at WooCommerce {before} -> {wanted}: "
        f"over GraphQL after {seconds:.1f} s"
    )


def _available(play: _Play, sku: str) -> int | None:
    levels = _variant(play, sku)["inventory"]
    return levels[0]["available"] if levels else None


def _variant(play: _Play, sku: str) -> dict[str, Any]:
    product = _ask(play, _LOOK, sku)["data"]["product"]
    found: list[dict[str, Any]] = [it for it in product["variants"] if it["sku"] == sku]
    return found[0]


def _ask(play: _Play, query: str, sku: str) -> dict[str, Any]:
    response = requests.post(
        f"{play.url}/graphql",
        json={"query": query, "variables": {"sku": sku}},
        headers={"Authorization": f"Bearer {play.key}"},
        timeout=10,
    )
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


def _wait_for(what: str, seen: Callable[[], bool]) -> float:
    started = time.monotonic()
    while not seen():
        if time.monotonic() - started > _PATIENCE:
            raise DemoFailed(f"Waited {_PATIENCE:.0f} s for {what}.")
        time.sleep(0.1)
    return time.monotonic() - started


def _scene(play: _Play) -> Scene:
    """Return what the shop floor's half of the story needs."""
    with play.house.database.read() as connection:
        link = connections.get(connection, play.hafen_link.id)
    return Scene(
        console=play.stage.console,
        house=play.house,
        url=play.url,
        shop=play.hafen,
        link=link,
        facts=msgspec.json.decode(link.shop_facts or b"", type=Shop),
        wait=_wait_for,
    )


def _show_answer(play: _Play) -> None:
    """Show what the API says of a product, as it says it and as people read it."""
    answer, paid = _ask(play, _QUERY, _COFFEE), _variant(play, _COFFEE)["price"]
    product = answer["data"]["product"]
    note = reading.amounts_note(paid)
    play.stage.console.print(f"[bold]and its answer[/] ({note})", soft_wrap=True)
    play.stage.console.print_json(json.dumps(answer))
    line = reading.product_line(product, _COFFEE, paid)
    play.stage.console.print(f"[bold]In words[/] {line}", soft_wrap=True)


def _close(play: _Play, scene: Scene) -> None:
    """Show what there is and how to go on."""
    console = play.stage.console
    table = Table(title="One canonical catalogue", title_justify="left")
    for column in ("shop", "products"):
        table.add_column(column)
    with play.house.database.read() as connection:
        counts = reader.count(connection, play.hafen_link.merchant_id)
    for link in (play.hafen_link, play.pan_link):
        table.add_row(_name(link), str(counts.get(link.id, 0)))
    console.print(table)
    console.print("[bold]A query[/]", _QUERY, f'{{"sku": "{_COFFEE}"}}', sep="\n")
    _show_answer(play)
    if play.stage.stays:
        console.print("Three more orders wait on the board: to be picked, collected and brought.")
        console.print(f"Explorer  {play.url}/graphql")
        console.print(f"Key       {play.key}")
        console.print(f"Health    {play.url}/healthz")
        console.print(f"Commands  export {_surroundings(play.house.settings)}", soft_wrap=True)
        for name, address in floor_story.addresses(scene).items():
            console.print(f"{name:<9} {address}", soft_wrap=True)


def _surroundings(settings: Settings) -> str:
    """Return under which variables `regie`, in another terminal, acts on the demo's data."""
    return shlex.join(
        [
            f"REGIE_HOME={settings.home_path}",
            f"REGIE_PUBLIC_URL={settings.public_url}",
            "REGIE_ALLOW_PRIVATE_HOSTS=true",
        ]
    )
