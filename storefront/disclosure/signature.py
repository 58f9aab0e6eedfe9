"""Proves by a signature which agent sent a request (Web Bot Auth: RFC 9421 with a directory)."""

import heapq
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

import http_sf
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import InvalidSignature
from msgspec import Struct

from connector.model.errors import BadSignature
from storefront.disclosure.agent import Agent
from storefront.disclosure.directory import Directory
from storefront.disclosure.origin import origin_of
from storefront.disclosure.reception import Credentials

TAG = "web-bot-auth"
_LONGEST = {"signature-input": 4096, "signature": 4096, "signature-agent": 512}
_AHEAD = 60
_LIFE = 86_400
_MOST_LIVE = 50_000
_NOT_PROVEN = "No registered agent has signed this."


class BadAgentSignature(BadSignature):
    """A request that claims to be signed by an agent, and is not proven to be."""

    code = "bad_agent_signature"
    remedy = (
        "Sign as Web Bot Auth says: Ed25519, tag `web-bot-auth`, a fresh nonce, created and expires"
        " at most a day apart, over @authority and signature-agent."
    )


class Replays:
    """Remembers the nonces of signatures that still live; each agent has room of its own."""

    def __init__(self, most: int = _MOST_LIVE) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._live: dict[str, set[bytes]] = {}
        self._ends: dict[str, list[tuple[int, bytes]]] = {}

    def remember(self, origin: str, nonce: str, expires: int, now: float) -> None:
        """Keep a nonce until its signature expires; raise BadAgentSignature if it is kept."""
        key = blake2b(nonce.encode(), digest_size=16).digest()
        with self._lock:
            live, ends = self._live.setdefault(origin, set()), self._ends.setdefault(origin, [])
            while ends and ends[0][0] <= now:
                live.discard(heapq.heappop(ends)[1])
            if key in live:
                raise BadAgentSignature("This signature was used before.")
            if len(live) >= self._most:
                raise BadAgentSignature("Too many of your signatures live; let them expire sooner.")
            live.add(key)
            heapq.heappush(ends, (expires, key))


class Signatures:
    """Tells a signed agent from its register; see `reception.Verifier`.

    `public_url` is where agents reach this server: a signature for another authority is worth
    nothing here, whatever the Host header says.
    """

    def __init__(self, public_url: str, directory: Directory, now: Callable[[], float]) -> None:
        parts = urlsplit(public_url)
        authority = parts.netloc.rpartition("@")[2]
        self._root = f"{parts.scheme}://{authority}{parts.path.rstrip('/')}"
        self._directory = directory
        self._now = now
        self._replays = Replays()

    def agent_of(self, credentials: Credentials, agents: Mapping[str, Agent]) -> tuple[Agent, str]:
        """Return the agent that signed and its key's thumbprint, or raise BadAgentSignature."""
        _require_short(credentials.headers)
        origin = _origin_of(credentials.headers)
        agent = _registered(agents, origin)
        parameters = self._verified(credentials, origin)
        replayed = str(parameters.get("nonce") or credentials.headers["signature"])
        self._replays.remember(origin, replayed, int(parameters["expires"]), self._now())
        return agent, str(parameters["keyid"])

    def _verified(self, credentials: Credentials, origin: str) -> Mapping[str, Any]:
        """Return the signed parameters of the one signature that counts."""
        verifier = _Verifier(_Resolver(self._directory, origin), self._now)
        try:
            found = verifier.verify(
                _Message(credentials.method, self._url(credentials), credentials.headers),
                max_age=None,
                expect_tag=TAG,
                require_components=("@authority", "signature-agent"),
            )
        except HTTPMessageSignaturesException as error:
            raise BadAgentSignature(_reason(error)) from None
        if len(found) != 1:
            raise BadAgentSignature("One signature is wanted.")
        return found[0].parameters

    def _url(self, credentials: Credentials) -> str:
        """Return the address as agents know it: proxies and Host headers have no say in it.

        A bare `#` is part of the query for Flask, so it must be part of what is signed.
        """
        return self._root + credentials.target.replace("#", "%23")


class _Message(Struct, frozen=True):
    """A request in the form that the library reads."""

    method: str
    url: str
    headers: Mapping[str, str]


class _Refused(InvalidSignature):
    """A reason of ours that may be told to the sender."""


class _Resolver(HTTPSignatureKeyResolver):
    def __init__(self, directory: Directory, origin: str) -> None:
        self._directory = directory
        self._origin = origin

    def resolve_public_key(self, key_id: str) -> Any:
        return self._directory.key(self._origin, key_id)


class _Verifier(HTTPMessageVerifier):
    """The library's verifier, with our rules for time; these come before any key is looked up."""

    def __init__(self, resolver: _Resolver, now: Callable[[], float]) -> None:
        super().__init__(signature_algorithm=ED25519, key_resolver=resolver)
        self._now = now

    def validate_created_and_expires(
        self, sig_input: Any, max_age: timedelta | None = None
    ) -> None:
        del max_age
        _require_plain(sig_input)
        created, expires = (sig_input.params.get(name) for name in ("created", "expires"))
        if type(created) is not int or type(expires) is not int:
            raise _Refused("`created` and `expires` are wanted.")
        now = self._now()
        if created > now + _AHEAD:
            raise _Refused("`created` lies in the future.")
        if not created < expires <= created + _LIFE:
            raise _Refused("`expires` is not within a day of `created`.")
        if expires <= now:
            raise _Refused("The signature has expired.")


def _require_plain(sig_input: Any) -> None:
    """Require the two components as they are: with a parameter they would mean something else."""
    plain = {str(it.value) for it in sig_input if not it.params}
    if not {"@authority", "signature-agent"} <= plain:
        raise _Refused("@authority and signature-agent are not signed.")
    nonce = sig_input.params.get("nonce")
    if nonce is not None and not isinstance(nonce, str):
        raise _Refused("`nonce` is not text.")


def _require_short(headers: Mapping[str, str]) -> None:
    for name, most in _LONGEST.items():
        if not 0 < len(headers.get(name, "")) <= most:
            raise BadAgentSignature(f"The header {name} is missing or too long.")


def _origin_of(headers: Mapping[str, str]) -> str:
    """Return the origin that the header names as a quoted text."""
    try:
        item: Any = http_sf.parse(headers["signature-agent"].encode(), tltype="item")
    except (ValueError, TypeError):
        item = (None, {})
    value, parameters = item
    if type(value) is not str or parameters:
        raise BadAgentSignature("The header signature-agent is no text in quotes.")
    return origin_of(value)


def _registered(agents: Mapping[str, Agent], origin: str) -> Agent:
    for agent in agents.values():
        if origin and agent.directory and origin_of(agent.directory) == origin:
            return agent
    raise BadAgentSignature(_NOT_PROVEN)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, _Refused) else _NOT_PROVEN
