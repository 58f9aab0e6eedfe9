"""The shop on a port of this machine, until it is told to close."""

import threading
from types import TracebackType
from typing import Final, Self

from werkzeug.serving import WSGIRequestHandler, make_server

from regie.demo.shopify.shop import ShopifyShop

BEAT: Final = 0.05


class _Quiet(WSGIRequestHandler):
    """Answers without printing."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        """Say nothing; the shop keeps its own log."""


class Served:
    """An open shop; closing it leaves no thread and no socket."""

    def __init__(self, shop: ShopifyShop, port: int) -> None:
        self._shop = shop
        self._server = make_server(
            "127.0.0.1", port, shop.app(), threaded=True, request_handler=_Quiet
        )
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        shop.base_url = self.url
        self._stopping = threading.Event()
        self._threads = (
            threading.Thread(target=self._server.serve_forever, args=(BEAT,), daemon=True),
            threading.Thread(target=self._deliver, daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def _deliver(self) -> None:
        """Send the news as it falls due."""
        while not self._stopping.wait(BEAT):
            self._shop.deliver_due()

    def stop(self) -> None:
        """Close the shop; a second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def serve(shop: ShopifyShop, port: int = 0) -> Served:
    """Open the shop on 127.0.0.1; port 0 takes a free one."""
    return Served(shop, port)
