import gzip
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from threading import Thread

import pytest
import stamina
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connector.platforms.errors import (
    BadEncoding,
    BlockedAddress,
    BodyTooLarge,
    CertificateRefused,
    DownloadRefused,
    TimedOut,
    Truncated,
    Unreachable,
)
from connector.platforms.transport import Limits, Transport
from tests.kit.shops.loopback import Asked, Reply, loopback


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport(allow_private=True) as made:
        yield made


def test_a_body_shorter_than_announced_is_truncated_and_asked_again(transport: Transport) -> None:
    replies = iter([Reply(b"half", length=8), Reply(b"wholly!!", length=8)])

    with loopback(lambda _: next(replies)) as port:
        answer = transport.get(f"http://127.0.0.1:{port}/")

    assert answer.content == b"wholly!!"


def test_a_body_that_never_comes_whole_is_told_as_truncated(transport: Transport) -> None:
    with loopback(lambda _: Reply(b"half", length=8)) as port, pytest.raises(Truncated):
        transport.get(f"http://127.0.0.1:{port}/")


def test_no_url_reaches_a_log_at_any_level(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    with loopback(lambda _: Reply()) as port:
        transport.get(f"http://127.0.0.1:{port}/?consumer_secret=cs_0123456789")

    assert "cs_0123456789" not in caplog.text


def test_a_closed_port_is_unreachable(transport: Transport) -> None:
    with loopback(lambda _: Reply()) as port:
        pass

    with pytest.raises(Unreachable):
        transport.get(f"http://127.0.0.1:{port}/")


def test_a_silent_shop_is_given_up(transport: Transport) -> None:
    def silent(_: Asked) -> Reply:
        time.sleep(0.2)
        return Reply()

    with loopback(silent) as port, pytest.raises(TimedOut):
        transport.get(f"http://127.0.0.1:{port}/", limits=Limits(read=0.05, attempts=1))


def test_a_body_that_trickles_past_the_deadline_is_given_up(transport: Transport) -> None:
    with loopback(lambda _: Reply(b"x" * 200_000)) as port, pytest.raises(TimedOut):
        transport.get(f"http://127.0.0.1:{port}/", limits=Limits(total=-1, attempts=1))


def test_a_redirect_is_shown_and_its_target_never_called(transport: Transport) -> None:
    paths: list[str] = []

    def answer(asked: Asked) -> Reply:
        paths.append(asked.path)
        return Reply(status=302, headers={"Location": "/inside"})

    with loopback(answer) as port:
        status = transport.get(f"http://127.0.0.1:{port}/").status

    assert (status, paths) == (302, ["/"])


def test_a_name_that_turns_private_after_the_first_connection_is_refused() -> None:
    answers = cycle([["93.184.215.14"], ["127.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    transport = Transport(resolver=rebinding)

    transport.guard.addresses("shop.example", 443, plain=False)
    with pytest.raises(BlockedAddress):
        transport.get("https://shop.example/")

    assert asked == ["shop.example", "shop.example"]
    transport.close()


def test_without_permission_no_loopback_server_is_reached() -> None:
    reached: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        reached.append(asked)
        return Reply()

    with loopback(answer) as port, Transport(resolver=lambda _h, _p: ["127.0.0.1"]) as transport:
        for url in (f"http://127.0.0.1:{port}/", f"https://shop.example:{port}/"):
            with pytest.raises(BlockedAddress):
                transport.get(url)

    assert reached == []


def test_the_next_checked_address_is_tried_when_the_first_is_silent(transport: Transport) -> None:
    transport.guard.resolver = lambda _host, _port: ["::1", "127.0.0.1"]

    with loopback(lambda _: Reply(b'"here"')) as port:
        assert transport.get(f"http://shop.example:{port}/").json() == "here"


def test_the_host_header_names_the_shop_and_not_the_address(transport: Transport) -> None:
    hosts: list[str] = []
    transport.guard.resolver = lambda _host, _port: ["127.0.0.1"]

    def answer(asked: Asked) -> Reply:
        hosts.append(asked.headers["Host"])
        return Reply()

    with loopback(answer) as port:
        transport.get(f"http://shop.example:{port}/")

    assert hosts == [f"shop.example:{port}"]


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, private


@pytest.mark.parametrize(("name", "good"), [("shop.example", True), ("other.example", False)])
def test_the_pinned_connection_asks_for_and_checks_the_certificate_by_name(
    tmp_path: Path, name: str, *, good: bool
) -> None:
    pem, private = certificate(tmp_path, "shop.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    wanted: list[str | None] = []
    context.sni_callback = lambda _sock, asked, _context: wanted.append(asked)
    transport = Transport(
        allow_private=True, resolver=lambda _h, _p: ["127.0.0.1"], ca_file=str(pem)
    )

    def wrap(sock: socket.socket) -> socket.socket:
        return context.wrap_socket(sock, server_side=True)

    with loopback(lambda _: Reply(b'"tls"'), wrap) as port, transport:
        url = f"https://{name}:{port}/"
        if good:
            assert transport.get(url).json() == "tls"
        else:
            with pytest.raises(CertificateRefused):
                transport.get(url)

    assert wanted == [name]


def test_a_download_appears_whole_with_its_size_and_digest(
    transport: Transport, tmp_path: Path
) -> None:
    with loopback(lambda _: Reply(b"line\n" * 100_000)) as port:
        done = transport.download(f"http://127.0.0.1:{port}/f", tmp_path / "f.jsonl")

    assert done.path.read_bytes() == b"line\n" * 100_000
    assert done.size == 500_000
    assert [p.name for p in tmp_path.iterdir()] == ["f.jsonl"]


FAULTS = {
    "shorter than announced": (Reply(b"half", length=8), Truncated),
    "compressed transfer without end": (
        Reply(gzip.compress(b"x" * 99)[:-3], headers={"Content-Encoding": "gzip"}),
        Truncated,
    ),
    "gzip file without end": (Reply(gzip.compress(b"x" * 99)[:-3]), Truncated),
    "damaged gzip file": (Reply(b"\x1f\x8bdamaged"), BadEncoding),
    "too large": (Reply(b"x" * 1001), BodyTooLarge),
    "expired": (Reply(status=403), DownloadRefused),
    "moved": (Reply(status=302, headers={"Location": "http://127.0.0.1/"}), DownloadRefused),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_download_leaves_no_file_and_keeps_the_old_one(
    transport: Transport, tmp_path: Path, fault: str
) -> None:
    reply, kind = FAULTS[fault]
    target = tmp_path / "f.jsonl"
    target.write_bytes(b"old")

    with loopback(lambda _: reply) as port, pytest.raises(kind) as error:
        transport.download(
            f"http://127.0.0.1:{port}/f?Signature=opaque", target, limits=Limits(max_bytes=1000)
        )

    assert "opaque" not in str(error.value)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"f.jsonl": b"old"}


def test_threads_share_one_transport_and_get_their_own_answers(transport: Transport) -> None:
    seen: dict[int, bytes] = {}

    with loopback(lambda asked: Reply(asked.body)) as port:

        def ask(number: int) -> None:
            url = f"http://127.0.0.1:{port}/"
            seen[number] = transport.post(url, body=str(number).encode()).content

        threads = [Thread(target=ask, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert seen == {n: str(n).encode() for n in range(20)}
