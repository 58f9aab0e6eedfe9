"""The shop on a port of this machine, with its message queue running beside it."""

import threading
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from regie.demo.woocommerce.app import create_app
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.stock import pass_time

BEAT = 0.02


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's own name
        """Say nothing: the shop keeps its own log."""


class Served:
    """A shop that is open; closing it leaves no thread and no socket behind."""

    def __init__(self, shop: Shop, server: BaseWSGIServer) -> None:
        self.shop = shop
        self.url = f"http://127.0.0.1:{server.server_port}"
        self._server = server
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(BEAT,), name="fake-woo-web"),
            threading.Thread(target=self._send_messages, name="fake-woo-queue"),
        ]

    def start(self) -> "Served":
        """Open the shop."""
        self.shop.home = self.url
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Close the shop."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def _send_messages(self) -> None:
        while not self._closing.wait(BEAT):
            with self.shop.lock:
                pass_time(self.shop)
            self.shop.webhooks.run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def serve(shop: Shop, port: int = 0) -> Served:
    """Open a shop on 127.0.0.1; port 0 takes any free one, and the shop's home follows it."""

    class Handler(_Quiet):
        def date_time_string(self, timestamp: float | None = None) -> str:
            """Return the `Date` of an answer: by the shop's clock, as in its database."""
            del timestamp
            return format_datetime(shop.now(), usegmt=True)

    server = make_server(
        "127.0.0.1", port, create_app(shop), threaded=True, request_handler=Handler
    )
    server.daemon_threads = False  # type: ignore[attr-defined]  # of the threading mix-in
    return Served(shop, server).start()
