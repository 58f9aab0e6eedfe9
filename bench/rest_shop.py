"""A large WooCommerce shop that answers at once: the fake shop behind a cache of its answers.

Signatures are not checked, so that every reader pays only for reading. As a program it prints its
address and serves until its standard input closes.
"""

import argparse
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from regie.demo.woocommerce import WooShop
from regie.demo.woocommerce.generate import generate
from regie.demo.woocommerce.testing import Caller

Answered = tuple[int, list[tuple[str, str]], bytes]
_KEPT = {"content-type", "x-wp-total", "x-wp-totalpages", "date"}


class Cache:
    """Answers of a shop by path and query, signatures left out."""

    def __init__(self, shop: WooShop) -> None:
        self._ask = Caller(shop)
        self._known: dict[str, Answered] = {}
        self._lock = threading.Lock()

    def get(self, target: str) -> Answered:
        """Return the answer, asked for once."""
        parts = urlsplit(target)
        pairs = [it for it in parse_qsl(parts.query) if not it[0].startswith("oauth_")]
        key = f"{parts.path}?{urlencode(sorted(pairs))}"
        with self._lock:
            if key not in self._known:
                self._known[key] = self._asked(parts.path, dict(pairs))
        return self._known[key]

    def _asked(self, path: str, query: dict[str, str]) -> Answered:
        found = self._ask("GET", path, **query)
        headers = [(name, value) for name, value in found.headers if name.lower() in _KEPT]
        return found.status_code, headers, found.get_data()


def handler(cache: Cache) -> type[BaseHTTPRequestHandler]:
    """Return a handler that answers GET from the cache and keeps connections open."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            status, headers, body = cache.get(self.path)
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--variations", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rest-") as folder:
        generate(Path(folder), products=given.products, variations=given.variations)
        shop = WooShop.load(Path(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    shop.home = f"http://127.0.0.1:{server.server_port}"
    server.RequestHandlerClass = handler(Cache(shop))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(shop.home, shop.key.consumer_key, shop.key.consumer_secret, flush=True)
    sys.stdin.read()
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
