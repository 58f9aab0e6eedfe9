"""A port of this machine, looked at before a server takes it."""

import socket
from typing import Any

from connector.model.errors import Conflict


class PortTaken(Conflict):
    """The address to serve at is not free, or not ours."""

    code = "port_taken"
    remedy = "End the other server, or choose another `--port`."


def refuse_taken(host: str, port: int) -> None:
    """Raise PortTaken: the server itself would share the port, and every other request be lost."""
    for family, kind, protocol, _, address in _addresses(host, port):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                raise PortTaken(f"{host}:{port} cannot be used: {error.strerror}.") from None


def _addresses(host: str, port: int) -> Any:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:1]
    except OSError as error:
        raise PortTaken(f"{host}:{port} cannot be used: {error.strerror}.") from None
