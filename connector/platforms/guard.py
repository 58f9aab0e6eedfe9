"""Let requests out to public shops only: no address given by a person reaches our own machines."""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from connector.platforms.errors import BlockedAddress, Unreachable

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) -> every address as text; raises OSError when the name is unknown."""

REFUSED_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")
REFUSED_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # IETF assignments, Teredo
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries any v4 address
        "3fff::/20",
    )
)
PRIVATE = tuple(
    ip_network(block)
    for block in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"(?i)\d+|0x[0-9a-f]*")


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the system for every address of `host`; blocks as long as the system's resolver does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: Address) -> bool:
    """Tell whether `address` is ordinary unicast on the internet.

    IPv6 is a list of what is allowed, so v4-mapped, v4-compatible, NAT64, link-local, unique-local
    and multicast addresses all fall out of it.
    """
    if isinstance(address, IPv4Address):
        return not any(address in block for block in REFUSED_V4)
    return address in GLOBAL_V6 and not any(address in block for block in REFUSED_V6)


def is_private(address: Address) -> bool:
    """Tell whether `address` is loopback or an office network: the only refused kind one may allow.

    Link-local stays out, because a cloud's metadata service answers there.
    """
    return any(address in block for block in PRIVATE)


class Guard:
    """Decide where a request may go. Immutable, safe to share between threads.

    `allow_private` also admits loopback and office networks, there with plain http and any port;
    it is for the demo, tests and shops that run beside Regie.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        ports: frozenset[int] = frozenset({443}),
        resolver: Resolver = system_resolver,
    ) -> None:
        self.allow_private = allow_private
        self.ports = ports
        self.resolver = resolver

    def check_url(self, url: str) -> SplitResult:
        """Return the parts of `url`, or raise BlockedAddress; asks no resolver."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BlockedAddress("The URL", "it cannot be read") from None
        host = parts.hostname or ""
        if "@" in parts.netloc or "\\" in url:
            raise BlockedAddress(host or "The URL", "it carries a user name or a backslash")
        if parts.scheme not in {"https", "http"}:
            raise BlockedAddress(host or "The URL", "it is not https")
        literal = self.literal(host)
        self._check_port(host, port or (443 if parts.scheme == "https" else 80))
        if literal is not None:
            self._check_address(host, literal, plain=parts.scheme == "http")
        elif parts.scheme == "http" and not self.allow_private:
            raise BlockedAddress(host, "it is not https")
        return parts

    def addresses(self, host: str, port: int, *, plain: bool) -> list[str]:
        """Resolve `host` once and return its addresses in order, all of them checked.

        One bad address condemns the host: a name that is public and private at once is an attack.
        """
        self._check_port(host, port)
        literal = self.literal(host)
        found = [literal] if literal is not None else self._resolve(host, port)
        for address in found:
            self._check_address(host, address, plain=plain)
        return list(dict.fromkeys(str(address) for address in found))

    @staticmethod
    def literal(host: str) -> Address | None:
        """Return the address that `host` spells out, None for a name; refuse odd spellings."""
        try:
            return ip_address(host.strip("[]"))
        except ValueError:
            if not _NAME.fullmatch(host):
                raise BlockedAddress(host or "The URL", "it is not a host name") from None
        # 127.1, 0x7f000001, 2130706433: the C library would read an address into them.
        if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
            raise BlockedAddress(host, "it is a number in disguise")
        return None

    def _resolve(self, host: str, port: int) -> list[Address]:
        try:
            found = self.resolver(host, port)
        except (OSError, UnicodeError):
            found = ()
        if not found:
            raise Unreachable(host, "the name is not known")
        try:
            return [ip_address(address) for address in found]
        except ValueError:
            raise BlockedAddress(host, "its address cannot be read") from None

    def _check_port(self, host: str, port: int) -> None:
        if port not in self.ports and not self.allow_private:
            raise BlockedAddress(host, f"port {port} is not allowed")

    def _check_address(self, host: str, address: Address, *, plain: bool) -> None:
        if self.allow_private and is_private(address):
            return
        if not is_public(address):
            raise BlockedAddress(host, "it is not a public address")
        if plain:
            raise BlockedAddress(host, "it is not https")
