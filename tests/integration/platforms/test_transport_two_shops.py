import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from connector.platforms.shopify.access.token import FixedToken
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.version import TARGET
from connector.platforms.transport import Transport
from tests.kit.shops.loopback import Asked, Reply, loopback


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport(allow_private=True) as made:
        yield made


def test_two_shops_in_parallel_threads_never_mix_endpoint_or_token(transport: Transport) -> None:
    seen: dict[str, set[str]] = {"a": set(), "b": set()}
    clients: dict[str, ShopifyClient] = {}

    with ExitStack() as stack:
        for name, tokens in seen.items():

            def answer(asked: Asked, name: str = name, tokens: set[str] = tokens) -> Reply:
                tokens.add(asked.headers["X-Shopify-Access-Token"])
                return Reply(json.dumps({"data": {"shop": {"name": name}}}).encode())

            port = stack.enter_context(loopback(answer))
            clients[name] = ShopifyClient(
                f"shop-{name}.myshopify.com",
                FixedToken(f"token-{name}"),
                TARGET,
                transport,
                f"http://127.0.0.1:{port}",
            )

        def ask(name: str) -> bool:
            data = clients[name].execute("{ shop { name } }", type=dict[str, dict[str, str]])
            return data == {"shop": {"name": name}}

        with ThreadPoolExecutor(8) as pool:
            right = list(pool.map(ask, ["a", "b"] * 60))

    assert all(right)
    assert seen == {"a": {"token-a"}, "b": {"token-b"}}
