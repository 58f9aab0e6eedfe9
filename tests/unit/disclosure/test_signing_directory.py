"""Where the keys of signing agents come from: how often we ask, and what we believe."""

from typing import Any

import orjson
import pytest
import responses
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from connector.platforms.transport import Transport
from storefront.disclosure.directory import PATH, Directory, thumbprint_of
from tests.kit.disclosure.signing import JWKS, KEY, ORIGIN, OTHER, Clock, jwk, key_set, keyid


def test_the_thumbprint_is_that_of_the_standard() -> None:
    assert thumbprint_of(jwk(KEY)["x"]) == keyid(KEY)
    # RFC 8037, appendix A.3
    known = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert thumbprint_of(known) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def has(directory: Directory, key: Any = KEY) -> bool:
    return isinstance(directory.key(ORIGIN, keyid(key)), Ed25519PublicKey)


def put(web: responses.RequestsMock, body: bytes, status: int = 200, **headers: str) -> None:
    kind = headers.pop("kind", JWKS)
    web.replace(
        "GET", ORIGIN + PATH, body, status=status, content_type=kind,
        headers={name.replace("_", "-"): it for name, it in headers.items()},
    )  # fmt: skip


def asked(web: responses.RequestsMock) -> int:
    return len(web.calls)


def test_a_directory_is_read_once_an_hour(
    directory: Directory, clock: Clock, web: responses.RequestsMock
) -> None:
    assert all(has(directory) for _ in range(5))
    clock.now += 3599
    assert has(directory)
    assert asked(web) == 1

    clock.now += 1
    assert has(directory)
    assert asked(web) == 2


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("max-age=600", 600),
        ("public, max-age=1", 60),
        ("max-age=99999999", 86_400),
        ("s-maxage=5", 3600),
        ("no-store", 3600),
    ],
)
def test_max_age_is_kept_within_bounds(
    directory: Directory, clock: Clock, web: responses.RequestsMock, told: str, seconds: int
) -> None:
    put(web, key_set(KEY), Cache_Control=told)
    assert has(directory)

    clock.now += seconds - 1
    assert (has(directory), asked(web)) == (True, 1)
    clock.now += 1
    assert (has(directory), asked(web)) == (True, 2)


def test_a_new_key_is_found_before_the_old_ones_are_stale(
    directory: Directory, clock: Clock, web: responses.RequestsMock
) -> None:
    assert not has(directory, OTHER)
    put(web, key_set(KEY, OTHER))

    clock.now += 29
    assert (has(directory, OTHER), asked(web)) == (False, 1)
    clock.now += 1
    assert (has(directory, OTHER), asked(web)) == (True, 2)


def test_a_key_that_left_the_directory_ends(
    directory: Directory, clock: Clock, web: responses.RequestsMock
) -> None:
    assert has(directory)
    put(web, key_set(OTHER))

    clock.now += 3600

    assert (has(directory), has(directory, OTHER)) == (False, True)


def test_unknown_keys_cannot_make_us_ask_often(
    directory: Directory, clock: Clock, web: responses.RequestsMock
) -> None:
    for second in range(300):
        directory.key(ORIGIN, f"guess{second}")
        clock.now += 1

    assert asked(web) == 10


def test_a_directory_that_fails_is_left_alone_for_a_minute(
    directory: Directory, clock: Clock, web: responses.RequestsMock
) -> None:
    put(web, b"", 503)
    for _ in range(60):
        assert not has(directory)
        clock.now += 1
    assert asked(web) == 1

    put(web, key_set(KEY))
    assert has(directory)


def test_old_keys_serve_for_a_day_while_the_directory_fails(
    directory: Directory, clock: Clock, web: responses.RequestsMock
) -> None:
    assert has(directory)
    put(web, b"", 500)

    clock.now += 3600 + 86_399
    assert has(directory)
    clock.now += 1
    assert not has(directory)


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (b"", {}),
        (b"[]", {}),
        (b"<html>", {}),
        (b'{"keys": 1}', {}),
        (b'{"keys": [1]}', {}),
        (b'{"keys": [{"x": 1}]}', {}),
        (b"[" * 60_000, {}),
        (b" " * 65_537 + key_set(KEY), {}),
        (key_set(KEY), {"kind": "text/html"}),
        (key_set(KEY), {"status": 404}),
        (key_set(KEY), {"status": 302, "Location": "https://elsewhere.example/"}),
    ],
    ids=range(11),
)
def test_what_is_no_directory_holds_no_key(
    directory: Directory, web: responses.RequestsMock, body: bytes, more: dict[str, Any]
) -> None:
    put(web, body, **more)

    assert (has(directory), asked(web)) == (False, 1)


@pytest.mark.parametrize(
    "key",
    [
        {**jwk(KEY), "kty": "EC"},
        {**jwk(KEY), "crv": "X25519"},
        {**jwk(KEY), "x": jwk(KEY)["x"] + "="},
        {**jwk(KEY), "x": jwk(KEY)["x"][:-1] + "!"},
        {**jwk(KEY), "x": "AAAA"},
        {**jwk(KEY), "x": "\u00e9"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    ],
)
def test_other_keys_are_passed_over(
    directory: Directory, web: responses.RequestsMock, key: dict[str, str]
) -> None:
    put(web, orjson.dumps({"keys": [key, jwk(OTHER)]}))

    assert has(directory, OTHER)
    assert directory.key(ORIGIN, thumbprint_of(key.get("x", ""))) is None


def test_a_name_that_a_key_gives_itself_is_not_believed(
    directory: Directory, web: responses.RequestsMock
) -> None:
    put(web, orjson.dumps({"keys": [{**jwk(OTHER), "kid": keyid(KEY)}]}))

    assert not has(directory)


@pytest.mark.parametrize(
    "origin",
    [
        "http://agent.example",
        "https://127.0.0.1",
        "https://[::1]",
        "https://169.254.169.254",
        "https://agent.example:8443",
        "https://10.0.0.1",
        "https://0x7f000001",
        "https://localhost",
    ],
)
def test_no_directory_leads_into_our_own_network(origin: str, clock: Clock) -> None:
    transport = Transport(resolver=lambda *_: ["127.0.0.1"])

    assert Directory(transport, clock).key(origin, keyid(KEY)) is None
