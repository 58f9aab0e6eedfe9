"""Calls of a Shopify shop and its recorded answers, for suites of the client."""

import json
from pathlib import Path
from typing import Any

import responses

import regie
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.version import TARGET

SHOP = "hafen-und-hof.myshopify.com"
URL = f"https://{SHOP}/admin/api/{TARGET}/graphql.json"
RESPONSES = Path(regie.__file__).parent / "demo" / "data" / "hafen-und-hof" / "responses"
CASES: dict[str, Any] = json.loads((RESPONSES / "protocol_errors.json").read_text())["cases"]
QUERY = "{ shop { name } }"
ANSWER = {"data": {"shop": {"name": "Hafen & Hof"}}}
MUTATION = 'mutation { tagsAdd(id: "1", tags: []) { userErrors { message } } }'
DONE: dict[str, Any] = {"data": {"tagsAdd": {"userErrors": []}}}


class Tokens:
    def __init__(self) -> None:
        self.renewed: list[str] = []

    def token(self) -> str:
        return f"shpat_{len(self.renewed)}"

    def renew(self, rejected: str) -> str:
        self.renewed.append(rejected)
        return self.token()


def play(shop: responses.RequestsMock, case: str) -> None:
    told = CASES[case]
    body = told["response"]
    headers = {k: v for k, v in told["headers"].items() if k != "content-type"}
    shop.post(
        URL,
        status=told["status"],
        headers=headers,
        body=body if isinstance(body, str) else json.dumps(body),
    )


def run(client: ShopifyClient, operation: str = QUERY, **options: Any) -> dict[str, Any]:
    return client.execute(operation, type=dict[str, Any], **options)


def recorded(shop: responses.RequestsMock, name: str) -> dict[str, Any]:
    exchange: dict[str, Any] = json.loads((RESPONSES / f"{name}.json").read_text())
    shop.post(URL, json=exchange["response"])
    variables: dict[str, Any] = exchange["request"]["variables"]
    return variables
