"""What comes back from a shop is read only if it is whole, small enough and what it says."""

import gzip

import pytest
import responses
from msgspec import Struct

from connector.model.errors import PlatformMalformed
from connector.platforms.errors import BadEncoding, BodyTooLarge, NotJson, Truncated
from connector.platforms.transport import Limits, Transport
from tests.kit.shops.web import URL

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_a_body_over_the_cap_is_refused(transport: Transport, shop: responses.RequestsMock) -> None:
    shop.get(URL, body=b"x" * 1001)

    with pytest.raises(BodyTooLarge):
        transport.get(URL, limits=Limits(max_bytes=1000))


def test_the_cap_counts_bytes_after_decompression(
    transport: Transport, shop: responses.RequestsMock
) -> None:
    shop.get(URL, body=gzip.compress(bytes(10_000_000)), headers={"Content-Encoding": "gzip"})

    with pytest.raises(BodyTooLarge):
        transport.get(URL, limits=Limits(max_bytes=1_000_000))


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 300_000])
def test_a_compressed_body_arrives_as_it_was(
    transport: Transport, shop: responses.RequestsMock, size: int
) -> None:
    members = gzip.compress(bytes(size)) + gzip.compress(b"end")
    shop.get(URL, body=members, headers={"Content-Encoding": "gzip"})

    assert transport.get(URL).content == bytes(size) + b"end"


def test_a_compressed_body_without_its_end_is_truncated(
    transport: Transport, shop: responses.RequestsMock
) -> None:
    shop.get(URL, body=gzip.compress(b"x" * 999)[:-4], headers={"Content-Encoding": "gzip"})

    with pytest.raises(Truncated):
        transport.get(URL)

    assert len(shop.calls) == 4


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_unreadable_compression_is_malformed(
    transport: Transport, shop: responses.RequestsMock, encoding: str
) -> None:
    shop.get(URL, body=b"not compressed", headers={"Content-Encoding": encoding})

    with pytest.raises(BadEncoding):
        transport.get(URL)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>blocked</html>", "HTML"),
        (b"\n <!doctype html>", "HTML"),
        (b'{"id": 1', "broken"),
        (b"", "empty"),
        (b"\xff", "broken"),
    ],
)
def test_what_is_not_json_is_malformed(
    transport: Transport, shop: responses.RequestsMock, body: bytes, reason: str
) -> None:
    shop.get(URL, body=body)

    with pytest.raises(NotJson, match=reason):
        transport.get(URL).json()


class Product(Struct):
    id: int


def test_json_of_another_shape_names_the_place_and_not_the_value(
    transport: Transport, shop: responses.RequestsMock
) -> None:
    shop.get(URL, json=[{"id": "Mara Testfrau"}])

    with pytest.raises(PlatformMalformed, match=r"\$\[0\]\.id") as error:
        transport.get(URL).decode(list[Product])

    assert "Mara" not in str(error.value)


def test_a_byte_order_mark_before_json_is_forgiven(
    transport: Transport, shop: responses.RequestsMock
) -> None:
    shop.get(URL, body=b'\xef\xbb\xbf{"id": 1}')

    assert transport.get(URL).decode(Product) == Product(1)
