"""What three named queries cost under plain Graphene, and the floor under any answer of the server.

A: 20 products with variants, prices, availability per store, images and attributes.
B: one product, 15 fields. D: 100 changes. Later work is measured against these figures.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import catalogue as invented
import graphene
import orjson
from harness import Row, least_cpu, options, peak_megabytes, require, show

from connector.store.database import Database
from gateway.catalogue.asking import Asking
from gateway.catalogue.schema import schema
from regie.database import open_database
from regie.settings import Settings
from storefront.disclosure.ledger.entry import OPERATOR
from storefront.disclosure.sight import operator
from storefront.disclosure.view import CatalogView

A = """query A {
  products(first: 20, sort: PRICE_ASC, filter: {category: "category-7", inStock: true}) {
    nodes {
      id handle title brand availability
      media(first: 2) { url }
      attributes { name values }
      variants {
        id sku
        price { amount currency }
        inventory { availability available }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
B = """query B($id: ID!) {
  product(id: $id) {
    id handle url title brand productType tags language status visibility availability
    description { plain }
    priceRange { min { amount currency } }
    publication { publishable }
    updatedAt
  }
}"""
D = """query D {
  changes(since: 10, first: 100) {
    nodes {
      sequence productId deleted
      product { id title brand availability variants { sku price { amount } } }
    }
    nextSince hasMore
  }
}"""
FLOOR = """
from flask import Flask, Response
def create_app():
    app = Flask("floor")
    body = b"x" * {size}
    app.add_url_rule("/", view_func=lambda: Response(body, content_type="application/json"))
    return app
"""


def main() -> None:
    """Measure, check and show."""
    given = options(__doc__ or "").parse_args()
    products = 1_000 if given.quick else 10_000
    rounds = 5 if given.quick else 25
    with tempfile.TemporaryDirectory(prefix="baseline-") as folder:
        database = open_database(Settings(home=folder))
        invented.fill(database, products)
        table = [row for name in "ABD" for row in _query(database, name, rounds)]
        database.close()
    table += _floor(39_000, 2_000 if given.quick else 20_000)
    memory = round(peak_megabytes())
    show(
        "Baseline: plain Graphene and the floor",
        table,
        given.json,
        products=products,
        rss_mb=memory,
    )


def _query(database: Database, name: str, rounds: int) -> list[Row]:
    text = {"A": A, "B": B, "D": D}[name]
    variables = {"id": invented.product_id(7)} if name == "B" else {}
    plain = schema()

    def ask() -> bytes:
        view = Asking(CatalogView(database, operator(invented.MERCHANT, OPERATOR)))
        return orjson.dumps(_executed(plain, text, variables, view), default=str)

    size = _checked(name, orjson.loads(ask()))
    cpu = least_cpu(ask, rounds)
    return [
        Row(f"{name}: plain Graphene, in process ({size / 1000:.1f} kB)", f"{cpu * 1e3:.2f} ms")
    ]


def _executed(plain: graphene.Schema, text: str, variables: dict[str, str], view: Asking) -> Any:
    result = plain.execute(text, variable_values=variables, context_value=view)
    require(result.errors is None, f"errors: {result.errors}")
    return result.data


def _checked(name: str, data: dict[str, Any]) -> int:
    """Check the answer against what the catalogue was made of; return its bytes."""
    if name == "A":
        found = [it["handle"] for it in data["products"]["nodes"]]
        require(len(found) == 20, "A has 20 products")
        numbers = [int(it.split("-")[1]) for it in found]
        require(all(n % invented.CATEGORIES == 7 for n in numbers), "A is of its category")
        prices = [invented.price_of(n) for n in numbers]
        require(prices == sorted(prices), "A is in price order")
    elif name == "B":
        require(data["product"]["handle"] == "thing-7", "B is product 7")
    else:
        found = [it["sequence"] for it in data["changes"]["nodes"]]
        require(found == list(range(11, 111)), "D is changes 11 to 110")
    return len(orjson.dumps(data))


def _floor(size: int, requests: int) -> list[Row]:
    """Serve static bytes through Flask under granian; CPU of the server's process tree."""
    with tempfile.TemporaryDirectory(prefix="floor-") as folder:
        (Path(folder) / "floor_app.py").write_text(FLOOR.format(size=size))
        port = _free_port()
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
            *("--port", str(port), "--log-level", "error", "floor_app:create_app"),
        ]
        with subprocess.Popen(command, cwd=folder) as server:
            try:
                cpu, rate = _loaded(server.pid, port, size, requests)
            finally:
                server.terminate()
    name = f"floor: {size / 1000:.0f} kB static through Flask and granian"
    return [
        Row(f"{name}, CPU per request", f"{cpu * 1e3:.3f} ms"),
        Row(f"{name}, requests per second, one connection", f"{rate:.0f}"),
    ]


def _loaded(pid: int, port: int, size: int, requests: int) -> tuple[float, float]:
    connection = _connected(port)
    for _ in range(100):
        _get(connection, size)
    before, started = _tree_cpu(pid), time.perf_counter()
    for _ in range(requests):
        _get(connection, size)
    seconds = time.perf_counter() - started
    spent = _tree_cpu(pid) - before
    connection.close()
    return spent / requests, requests / seconds


def _get(connection: http.client.HTTPConnection, size: int) -> None:
    connection.request("GET", "/")
    require(len(connection.getresponse().read()) == size, "the floor's bytes")


def _connected(port: int) -> http.client.HTTPConnection:
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            connection.close()
            time.sleep(0.1)
        else:
            return connection
    raise SystemExit("The floor server did not start.")


def _tree_cpu(pid: int) -> float:
    """Return CPU seconds of a process and its children (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if pid in (int(stat.parent.name), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    import socket  # noqa: PLC0415 - only here

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
