"""How Regie asks a shop: which faults are tried again, and what is never asked or kept."""

from typing import Any

import pytest
import requests
import responses

from connector.model.errors import PlatformUnavailable
from connector.platforms.errors import (
    BlockedAddress,
    CertificateRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)
from connector.platforms.patience import backoff, retry_after_seconds
from connector.platforms.transport import Limits, Transport
from tests.kit.shops.web import NOW, URL

SECRET = "ck_0123456789abcdef0123456789abcdef01234567"
pytestmark = pytest.mark.usefixtures("no_waiting")


def options(request: requests.PreparedRequest) -> dict[str, Any]:
    """Return what the session passed on, which the library `responses` hangs on the request."""
    found: dict[str, Any] = request.req_kwargs  # type: ignore[attr-defined]  # see above
    return found


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_repeated_after_a_passing_fault(
    transport: Transport, shop: responses.RequestsMock, status: int
) -> None:
    shop.get(URL, status=status)
    shop.get(URL, json={"id": 1})

    assert transport.get(URL).json() == {"id": 1}


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (requests.ConnectionError(SECRET), Unreachable),
        (requests.ConnectTimeout(SECRET), TimedOut),
        (requests.ReadTimeout(SECRET), TimedOut),
    ],
)
def test_a_read_is_tried_four_times_and_then_told_without_the_libraries_words(
    transport: Transport,
    shop: responses.RequestsMock,
    raised: Exception,
    told: type[PlatformUnavailable],
) -> None:
    shop.get(URL, body=raised)

    with pytest.raises(told) as error:
        transport.get(URL, params={"consumer_key": SECRET})

    assert len(shop.calls) == 4
    assert error.value.__context__ is None
    assert SECRET not in str(error.value) + repr(error.value.details())


def test_a_write_is_not_repeated(transport: Transport, shop: responses.RequestsMock) -> None:
    shop.post(URL, status=503)

    with pytest.raises(ServerFault):
        transport.post(URL, json={})

    assert len(shop.calls) == 1


def test_a_write_that_the_caller_calls_safe_is_repeated(
    transport: Transport, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=503)
    shop.post(URL, json={})

    assert transport.post(URL, json={"a": 1}, safe=True).ok


def test_a_read_that_the_caller_calls_unsafe_is_not_repeated(
    transport: Transport, shop: responses.RequestsMock
) -> None:
    shop.get(URL, status=503)

    with pytest.raises(ServerFault):
        transport.get(URL, safe=False)

    assert len(shop.calls) == 1


@pytest.mark.parametrize("status", [501, 505])
def test_a_lasting_server_fault_is_told_at_once(
    transport: Transport, shop: responses.RequestsMock, status: int
) -> None:
    shop.get(URL, status=status)

    with pytest.raises(ServerFault):
        transport.get(URL)

    assert len(shop.calls) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410])
def test_other_statuses_are_answers_and_redirects_are_not_followed(
    transport: Transport, shop: responses.RequestsMock, status: int
) -> None:
    shop.get(URL, status=status, headers={"Location": "https://127.0.0.1/"})

    assert transport.get(URL).status == status
    assert len(shop.calls) == 1


def test_a_bad_certificate_is_told_as_such_and_not_repeated(
    transport: Transport, shop: responses.RequestsMock
) -> None:
    shop.get(URL, body=requests.exceptions.SSLError(SECRET))

    with pytest.raises(CertificateRefused):
        transport.get(URL)

    assert len(shop.calls) == 1


@pytest.mark.parametrize(
    "url", ["http://shop.example", "https://127.0.0.1", "not a url", "https://ⅷ.①27"]
)
def test_a_forbidden_url_is_refused_before_any_request(
    transport: Transport, shop: responses.RequestsMock, url: str
) -> None:
    with pytest.raises(BlockedAddress):
        transport.get(url)

    assert len(shop.calls) == 0


def test_digits_in_other_scripts_do_not_hide_an_address(transport: Transport) -> None:
    with pytest.raises(BlockedAddress):
        transport.get("https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/")


def test_every_call_has_both_timeouts(transport: Transport, shop: responses.RequestsMock) -> None:
    shop.get(URL, json={})
    shop.get(URL, json={})

    transport.get(URL)
    transport.get(URL, limits=Limits(connect=1, read=2))

    assert [options(call.request)["timeout"] for call in shop.calls] == [(3.0, 30.0), (1, 2)]


def test_the_clock_difference_is_shown(transport: Transport, shop: responses.RequestsMock) -> None:
    shop.get(URL, json={}, headers={"Date": "Sat, 21 Nov 2026 12:00:30 GMT"})
    shop.head(URL, headers={"Date": "yesterday"})

    assert transport.get(URL).skew_seconds == 30
    assert transport.request("HEAD", URL).skew_seconds is None


def test_the_answers_url_shows_no_key(transport: Transport, shop: responses.RequestsMock) -> None:
    shop.get(URL, json={})

    answer = transport.get(URL, params={"page": 2, "consumer_key": SECRET})

    assert answer.url == f"{URL}?page=2&consumer_key=***"


def test_cookies_are_not_kept(transport: Transport, shop: responses.RequestsMock) -> None:
    shop.get(URL, json={}, headers={"Set-Cookie": "a=b"})

    transport.get(URL)
    transport.get(URL)

    assert "Cookie" not in shop.calls[1].request.headers


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("2.0", 2),
        ("0", 0),
        ("-5", 0),
        ("86400", 60),
        ("inf", 60),
        ("nan", None),
        ("Sat, 21 Nov 2026 12:00:07 GMT", 7),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 21 Nov 2099 12:00:00 GMT", 60),
        ("soon", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after_seconds(header, NOW, 60) == seconds


def test_the_shops_wish_to_wait_is_the_backoff() -> None:
    wait = backoff(ServerFault("shop.example", 429, retry_after=7))

    assert 7 <= wait <= 8
    assert backoff(ServerFault("shop.example", 429)) is True
    assert backoff(ServerFault("shop.example", 501)) is False
    assert backoff(ValueError()) is False


def test_the_environments_proxies_are_ignored(
    transport: Transport, shop: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    shop.get(URL, json={})

    transport.get(URL)

    assert not options(shop.calls[0].request).get("proxies")
