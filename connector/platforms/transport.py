"""The one door through which Regie speaks to shops: bounded in time and size, patient, discreet."""

import logging
import time
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import requests
from msgspec import Struct
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from connector.platforms.body import ACCEPT_ENCODING, BodyReader
from connector.platforms.deadline import within
from connector.platforms.download import Download, save
from connector.platforms.errors import (
    BlockedAddress,
    CertificateRefused,
    DownloadRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)
from connector.platforms.guard import Guard, Resolver, system_resolver
from connector.platforms.patience import patiently, retry_after_seconds, skew_seconds
from connector.platforms.pinned import PinnedAdapter
from connector.platforms.redact import redact_url
from connector.platforms.response import Response

SAFE_METHODS = frozenset({"GET", "HEAD"})
MEGABYTE = 1024 * 1024


class Limits(Struct, frozen=True, kw_only=True):
    """How long and how much: seconds per phase, bytes per answer, attempts per call."""

    connect: float = 3.0
    read: float = 30.0
    total: float = 120.0
    max_bytes: int = 32 * MEGABYTE
    attempts: int = 4
    retry_after_cap: float = 60.0


DOWNLOAD_LIMITS = Limits(total=3600.0, max_bytes=4096 * MEGABYTE)


class Transport:
    """Sends requests under one policy. Redirects and cookies are never followed or kept.

    Threads may share one instance: it holds no per-call state, its `requests.Session` is never
    changed after construction, and urllib3's pools lock themselves. After a fork make a new one.
    Proxy, netrc and CA settings of the environment are ignored: a proxy would resolve names
    behind the guard's back. `ca_file` names an extra trust store for shops with a private CA.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        ports: frozenset[int] = frozenset({443}),
        limits: Limits = Limits(),  # noqa: B008  # frozen
        resolver: Resolver = system_resolver,
        clock: Callable[[], float] = time.time,
        user_agent: str = "Regie",
        ca_file: str | None = None,
    ) -> None:
        self.guard = Guard(allow_private=allow_private, ports=ports, resolver=resolver)
        self.limits = limits
        self._clock = clock
        self._session = _session(PinnedAdapter(self.guard), user_agent, ca_file)
        _keep_urls_out_of_logs()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        json: Any = None,
        auth: AuthBase | tuple[str, str] | None = None,
        safe: bool | None = None,
        limits: Limits | None = None,
    ) -> Response:
        """Send and return the answer; only safe calls (GET, HEAD or `safe=True`) are repeated.

        `json` is encoded by msgspec. Raises BlockedAddress, Unreachable, TimedOut,
        CertificateRefused, ServerFault (429, 5xx; all PlatformUnavailable but the first), and
        BodyTooLarge, Truncated, BadEncoding (PlatformMalformed). Other statuses are answers.
        """
        limits = limits or self.limits
        extra = dict(headers or {})
        if json is not None:
            body = msgspec.json.encode(json)
            extra.setdefault("Content-Type", "application/json")
        request = requests.Request(
            method.upper(), url, params=params, headers=extra, data=body, auth=auth
        )
        repeat = method.upper() in SAFE_METHODS if safe is None else safe
        if not repeat:
            return self._answer(request, limits)
        return patiently(
            lambda: self._answer(request, limits), attempts=limits.attempts, total=limits.total
        )

    def get(self, url: str, **options: Any) -> Response:
        """GET; see `request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Response:
        """POST; repeated only with `safe=True`; see `request`."""
        return self.request("POST", url, **options)

    def download(
        self,
        url: str,
        target: Path,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = DOWNLOAD_LIMITS,
    ) -> Download:
        """Stream a file to `target`, which appears complete or not at all.

        Raises as `request` does, and DownloadRefused for any status but 200.
        """
        request = requests.Request("GET", url, headers=dict(headers or {}))
        return patiently(
            lambda: self._file(request, target, limits),
            attempts=limits.attempts,
            total=limits.total,
        )

    def close(self) -> None:
        """Close all pooled connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, request: requests.Request, limits: Limits) -> Response:
        with within(limits.total) as deadline, self._send(request, limits) as raw:
            reader = _reader(raw, limits.max_bytes, deadline)
            return Response(
                status=raw.status_code,
                headers=CaseInsensitiveDict(raw.headers),
                content=b"".join(reader),
                url=redact_url(raw.request.url or ""),
                skew_seconds=skew_seconds(raw.headers.get("Date"), self._clock()),
            )

    def _file(self, request: requests.Request, target: Path, limits: Limits) -> Download:
        with within(limits.total) as deadline, self._send(request, limits) as raw:
            if raw.status_code != requests.codes.ok:
                raise DownloadRefused(redact_url(request.url), raw.status_code)
            return save(_reader(raw, limits.max_bytes, deadline), target, _host(raw))

    def _send(self, request: requests.Request, limits: Limits) -> requests.Response:
        """Send once. Errors are raised outside `except`, so no foreign text hangs on them."""
        prepared = self._prepare(request)
        host = self.guard.check_url(prepared.url or "").hostname or ""
        try:
            raw = self._session.send(
                prepared,
                timeout=(limits.connect, limits.read),
                stream=True,
                allow_redirects=False,
                verify=self._session.verify,
            )
        except requests.RequestException as error:
            failure: Exception = _translated(error, host)
        else:
            fault = _fault(raw, host, limits, self._clock())
            if fault is None:
                return raw
            raw.close()
            failure = fault
        raise failure

    def _prepare(self, request: requests.Request) -> requests.PreparedRequest:
        try:
            return self._session.prepare_request(request)
        except (requests.RequestException, UnicodeError, ValueError):
            pass
        raise BlockedAddress("The URL", "it cannot be read")


class _StraightSession(requests.Session):
    """Sees no redirect at all: requests would read its body, unbounded, to prepare the next."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return nothing, whatever `Location` says."""


def _session(adapter: PinnedAdapter, user_agent: str, ca_file: str | None) -> requests.Session:
    session = _StraightSession()
    session.trust_env = False
    session.verify = ca_file or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update({"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING})
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _keep_urls_out_of_logs() -> None:
    """Silence urllib3's DEBUG lines: they quote whole URLs, and some shops want the key there."""
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


def _reader(raw: requests.Response, cap: int, deadline: float) -> BodyReader:
    return BodyReader(raw, _host(raw), cap=cap, deadline=deadline, clock=time.monotonic)


def _host(raw: requests.Response) -> str:
    return urlsplit(raw.request.url or "").hostname or ""


def _fault(raw: requests.Response, host: str, limits: Limits, now: float) -> ServerFault | None:
    status = raw.status_code
    if status != requests.codes.too_many_requests and status < requests.codes.server_error:
        return None
    wait = retry_after_seconds(raw.headers.get("Retry-After"), now, limits.retry_after_cap)
    return ServerFault(host, status, wait)


def _translated(error: requests.RequestException, host: str) -> Exception:
    if isinstance(error, requests.exceptions.SSLError):
        return CertificateRefused(host)
    if isinstance(error, requests.ConnectTimeout):
        return TimedOut(host, "connect")
    if isinstance(error, requests.Timeout):
        return TimedOut(host, "answer")
    return Unreachable(host, "no connection")
