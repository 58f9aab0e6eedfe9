"""Connect to exactly the address that was checked, while the certificate is checked by name."""

import socket
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

from connector.platforms.deadline import BoundedResponse
from connector.platforms.guard import Guard


def _dial(connection: HTTPConnection, guard: Guard, *, plain: bool) -> socket.socket:
    """Open a socket to the first checked address that answers.

    The check happens here, at the socket, so no parser, pool or second DNS answer can get round it.
    """
    reason = "no address"
    for address in guard.addresses(connection.host, connection.port, plain=plain):
        try:
            return create_connection(
                (address, connection.port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except TimeoutError:
            raise ConnectTimeoutError(connection, "connect timed out") from None
        except OSError as error:
            reason = type(error).__name__
    raise NewConnectionError(connection, reason)


def _pools(guard: Guard) -> dict[str, Callable[..., Any]]:
    class Plain(HTTPConnection):
        response_class = BoundedResponse

        def _new_conn(self) -> socket.socket:
            return _dial(self, guard, plain=True)

    class Secure(HTTPSConnection):
        response_class = BoundedResponse

        def _new_conn(self) -> socket.socket:
            return _dial(self, guard, plain=False)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class PinnedAdapter(HTTPAdapter):
    """A requests adapter whose every new socket passes the guard; never retries by itself."""

    def __init__(self, guard: Guard, *, connections: int = 16) -> None:
        self._guard = guard
        super().__init__(pool_connections=connections, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Give the pool manager our pools, which dial through the guard."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)
