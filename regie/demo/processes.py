"""The demo's server: the real one, as a child process."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import requests

from connector.model.errors import RegieError
from regie.settings import Settings

_PATIENCE = 60.0


class ServerFailed(RegieError):
    """The server did not come up."""

    code = "server_failed"
    remedy = "See the messages above; `regie check` may tell more."


def free_port(wanted: int) -> int:
    """Return the wanted port if it is free on 127.0.0.1, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            found: int = probe.getsockname()[1]
            return found
    raise ServerFailed("No port is free on this machine.")


@contextlib.contextmanager
def server(settings: Settings, url: str) -> Iterator[None]:
    """Run `regie serve --with-worker` on the settings' home until the block ends."""
    port = url.rsplit(":", 1)[1]
    environment = {
        **os.environ,
        "REGIE_HOME": settings.home,
        "REGIE_PUBLIC_URL": url,
        "REGIE_ALLOW_PRIVATE_HOSTS": "1",
        "REGIE_DATABASE_URL": settings.database_url,
        "REGIE_LOG": "off",
    }
    command = [sys.executable, "-m", "regie", "serve", "--with-worker", "--port", port]
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, env=environment, stdout=subprocess.DEVNULL
    ) as child:
        try:
            _wait_until_ready(child, url)
            yield
        finally:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(15)
            child.kill()


def _wait_until_ready(child: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise ServerFailed(f"The server ended with {child.returncode}.")
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{url}/readyz", timeout=2).ok:
                return
        time.sleep(0.1)
    raise ServerFailed(f"The server did not answer within {_PATIENCE:.0f} s.")
