from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.platforms.errors import BlockedAddress, Unreachable
from connector.platforms.guard import Guard, is_private, is_public

PUBLIC = "93.184.215.14"

REFUSED_URLS = [
    "http://shop.example/",
    "ftp://shop.example/",
    "file:///etc/passwd",
    "https://shop.example:8443/",
    "https://shop.example:80/",
    "https://user@shop.example/",
    "https://user:word@shop.example/",
    "https://shop.example\\@127.0.0.1/",
    "https://shop.example:port/",
    "https:///path",
    "https://",
    "https://[::1/",
    "https://sho p.example/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.0.0.1./",
    "https://0/",
    "https://127.0.0.1/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/",
    "https://100.64.0.1/",
    "https://192.0.0.8/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
]
REFUSED_ANSWERS = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "100.127.255.255",
    "0.0.0.0",  # noqa: S104  # an address to refuse, not to bind
    "239.1.1.1",
    "255.255.255.255",
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "fe80::1%eth0",
    "fd00::1",
    "ff05::2",
    "not an address",
]


def resolving(*addresses: str) -> Guard:
    return Guard(resolver=lambda _host, _port: addresses)


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_url_that_is_not_a_public_https_address_is_refused(url: str) -> None:
    with pytest.raises(BlockedAddress):
        resolving(PUBLIC).check_url(url)


@pytest.mark.parametrize("url", ["https://shop.example/wp-json", "https://shop.example:443/?q=1#f"])
def test_a_public_https_url_passes(url: str) -> None:
    assert resolving(PUBLIC).check_url(url).hostname == "shop.example"


@pytest.mark.parametrize("address", REFUSED_ANSWERS)
def test_a_name_that_resolves_to_our_inside_is_refused(address: str) -> None:
    with pytest.raises(BlockedAddress):
        resolving(address).addresses("shop.example", 443, plain=False)


@pytest.mark.parametrize("address", REFUSED_ANSWERS)
def test_one_bad_address_among_good_ones_condemns_the_name(address: str) -> None:
    with pytest.raises(BlockedAddress):
        resolving(PUBLIC, address).addresses("shop.example", 443, plain=False)


def test_a_refusal_does_not_tell_what_the_name_resolved_to() -> None:
    with pytest.raises(BlockedAddress) as error:
        resolving("10.77.0.5").addresses("intern.example", 443, plain=False)

    assert "10.77" not in str(error.value) + str(error.value.details())


def test_the_name_is_resolved_once_per_connection() -> None:
    asked: list[str] = []

    def resolver(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC, PUBLIC, "2606:2800::1"]

    found = Guard(resolver=resolver).addresses("shop.example", 443, plain=False)

    assert (found, asked) == ([PUBLIC, "2606:2800::1"], ["shop.example"])


def test_an_unknown_name_is_unreachable_and_not_blocked() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(Unreachable):
        Guard(resolver=unknown).addresses("shop.example", 443, plain=False)


def test_plain_http_never_leaves_for_a_public_address_even_where_private_ones_are_allowed() -> None:
    guard = Guard(allow_private=True, resolver=lambda _host, _port: [PUBLIC])

    with pytest.raises(BlockedAddress):
        guard.addresses("shop.example", 80, plain=True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8071/", "http://[::1]:9/", "http://10.0.0.2/"])
def test_private_hosts_pass_only_when_allowed(url: str) -> None:
    assert Guard(allow_private=True).check_url(url)
    with pytest.raises(BlockedAddress):
        Guard().check_url(url)


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "[::ffff:127.0.0.1]"])  # noqa: S104
def test_allowing_private_hosts_admits_no_other_special_address(host: str) -> None:
    with pytest.raises(BlockedAddress):
        Guard(allow_private=True).check_url(f"http://{host}/")


@given(st.ip_addresses())
def test_what_is_private_is_never_public_and_python_agrees_on_the_worst(address: object) -> None:
    known = ip_address(str(address))

    if known.is_loopback or known.is_link_local or known.is_multicast or known.is_unspecified:
        assert not is_public(known)
    assert not (is_public(known) and is_private(known))
