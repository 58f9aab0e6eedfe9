"""Who is at the door: from what a request shows to a caller and to what he may see."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from msgspec import Struct

from connector.model.errors import InvalidInput, NotAllowed
from connector.store import keys as operator_keys
from connector.store import merchants
from connector.store.database import Database
from connector.store.merchants import NoMerchant
from storefront.disclosure.agent import Agent, Caller, Purpose, Tier
from storefront.disclosure.asker import Admitted as Admitted
from storefront.disclosure.asker import Asker as Asker
from storefront.disclosure.decision import (
    Admission,
    NotAdmitted,
    decide,
    may_ask,
)
from storefront.disclosure.sight import Sight, operator
from storefront.disclosure.store import keys, register
from storefront.disclosure.store.pulse import Pulse, Pulses
from storefront.disclosure.store.register import Register

_REGION = re.compile("[A-Z]{2}")
_MOST = 10_000
_LONGEST = 1000
_MOST_LISTED = 100
_T = TypeVar("_T")


class KeyRequired(NotAllowed):
    """No key, or one that opens nothing: the catalogue is closed by default."""

    code = "key_required"
    status = 401
    remedy = "Send `Authorization: Bearer <key>`; the merchant makes one with `regie agent add`."

    def __init__(self) -> None:
        super().__init__("The catalogue is closed to those without a key that opens it.")


class BadPurpose(InvalidInput):
    """A purpose that we do not know."""

    code = "bad_purpose"
    remedy = "Send `Regie-Purpose: search`, compare, checkout or training."


class BadRegion(InvalidInput):
    """A region that is no country."""

    code = "bad_region"
    remedy = "Send `Regie-Region` with two capitals, such as NL (ISO 3166-1)."


class Credentials(Struct, frozen=True):
    """What a request shows of its sender.

    `target` is its path with the query, as sent; `headers` are lower-case and only there if signed.
    """

    authorization: str | None = None
    user_agent: str = ""
    purpose: str | None = None
    region: str | None = None
    host: str = ""
    method: str = "POST"
    target: str = ""
    headers: Mapping[str, str] = {}

    @property
    def is_signed(self) -> bool:
        """Whether it claims to carry a message signature (RFC 9421)."""
        return "signature-input" in self.headers


class Verifier(Protocol):
    """Finds out by a signature which agent of the register sent a request."""

    def agent_of(self, credentials: Credentials, agents: Mapping[str, Agent]) -> Agent:
        """Return the agent, or raise BadSignature."""
        ...


class Reception:
    """Receives the callers of one process; what it remembers never outlives a revocation."""

    def __init__(
        self,
        database: Database,
        now_ms: Callable[[], int],
        verifier: Verifier | None = None,
    ) -> None:
        self._database = database
        self._now_ms = now_ms
        self._verifier = verifier
        self._pulses = Pulses(database)
        self._askers: OrderedDict[object, Asker] = OrderedDict()
        self._admitted: OrderedDict[object, Admitted] = OrderedDict()
        self._registers: dict[str, Register] = {}
        self._lock = threading.Lock()

    def receive(self, shown: Credentials) -> tuple[Asker, Pulse]:
        """Return who asks and the state that this rests on.

        Raises KeyRequired, BadSignature, BadPurpose, BadRegion, or NoMerchant.
        """
        key = _key_of(shown)
        known = self._askers.get(key) if key is not None else None
        if known is not None:
            pulse = self._pulses.read(known.merchant_id)
            if pulse.revision == known.register.revision and _lasts(known.until, self._now_ms()):
                return known, pulse
        asker = self._identify(shown)
        if key is not None and not asker.is_operator:
            self._remember(self._askers, key, asker)
        return asker, self._pulses.read(asker.merchant_id)

    def admit(self, asker: Asker, operation: str) -> Admitted:
        """Return what the asker may see by an operation, or raise what keeps him out."""
        if asker.is_operator:
            return Admitted(operator(asker.merchant_id, asker.name), None, None)
        listed = operation if asker.names_operations else ""
        known = asker.admitted.get(listed)
        if known is not None and _lasts(known.until, self._now_ms()):
            return known
        found = asker.admitted[listed] = self._admit(asker, operation, listed)
        return found

    def _admit(self, asker: Asker, operation: str, listed: str) -> Admitted:
        """Decide, unless it was decided for the same caller before."""
        if len(asker.admitted) >= _MOST_LISTED:
            asker.admitted.clear()
        key = (asker.merchant_id, asker.register.revision, asker.caller, listed)
        found = self._admitted.get(key)
        if found is None or not _lasts(found.until, self._now_ms()):
            found = _seen(asker, self._decide(asker, operation))
            self._remember(self._admitted, key, found)
        return found

    def merchant_of(self, host: str) -> str:
        """Return the merchant that a host speaks for, or raise NoMerchant."""
        with self._database.read() as connection:
            return merchants.of_host(connection, host).id

    def _decide(self, asker: Asker, operation: str) -> Admission:
        register_, now = asker.register, self._now_ms()
        try:
            return decide(asker.caller, register_.grants, register_.terms, now, operation)
        except NotAdmitted:
            if asker.caller.tier <= Tier.CLAIMED:
                raise KeyRequired from None
            raise

    def _identify(self, shown: Credentials) -> Asker:
        purpose, region = purpose_in(shown.purpose), region_in(shown.region)
        if shown.authorization is not None:
            return self._by_key(shown.authorization, purpose, region)
        merchant_id = self._merchant_at(shown.host)
        found = self._register(merchant_id)
        agent, tier = self._by_appearance(shown, found)
        asked_for = purpose or (agent.purpose if agent else Purpose.SEARCH)
        terms = agent.terms if agent else None
        caller = Caller(agent, tier, asked_for, None, terms, region)
        if tier <= Tier.CLAIMED and not may_ask(caller, found.grants):
            raise KeyRequired
        return Asker(merchant_id, caller, found)

    def _merchant_at(self, host: str) -> str:
        """Return whose door it is; one that nobody lives behind looks like a closed one."""
        try:
            return self.merchant_of(host)
        except NoMerchant:
            raise KeyRequired from None

    def _by_appearance(self, shown: Credentials, found: Register) -> tuple[Agent | None, Tier]:
        """Tell a signed agent from one that only says its name, and from a stranger."""
        if shown.is_signed and self._verifier is not None:
            return self._verifier.agent_of(shown, found.agents), Tier.VERIFIED
        for agent in found.agents.values():
            if any(claim in shown.user_agent for claim in agent.claims):
                return agent, Tier.CLAIMED
        return None, Tier.ANONYMOUS

    def _by_key(self, authorization: str, purpose: Purpose | None, region: str | None) -> Asker:
        scheme, _, text = authorization.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise KeyRequired
        with self._database.read() as connection:
            own = operator_keys.find(connection, text.strip())
            theirs = None if own else keys.find(connection, text.strip())
        if own is not None and own.role == operator_keys.OPERATOR:
            caller = Caller(None, Tier.CONTRACT, purpose or Purpose.SEARCH, own.id, None, region)
            return Asker(own.merchant_id, caller, self._register(own.merchant_id), is_operator=True)
        if theirs is None:
            raise KeyRequired
        found = self._register(theirs.merchant_id)
        theirs = self._still(text.strip())
        agent = found.agents.get(theirs.agent_id)
        if agent is None:
            raise KeyRequired
        caller = Caller(
            agent, Tier.CONTRACT, purpose or agent.purpose, theirs.id, theirs.terms, region
        )
        return Asker(theirs.merchant_id, caller, found, until=theirs.expires_at)

    def _still(self, text: str) -> keys.AgentKey:
        """Read a key behind the register: what ends it from now on moves the register's number."""
        with self._database.read() as connection:
            found = keys.find(connection, text)
        if found is None or not _lasts(found.expires_at, self._now_ms()):
            raise KeyRequired
        return found

    def _register(self, merchant_id: str) -> Register:
        """Return the register as it stands; read anew only when its number moved."""
        known = self._registers.get(merchant_id)
        if known and known.revision == self._pulses.read(merchant_id).revision:
            return known
        with self._database.snapshot() as connection:
            found = register.read(connection, merchant_id)
        self._registers[merchant_id] = found
        return found

    def _remember(self, cache: "OrderedDict[object, _T]", key: object, value: _T) -> None:
        with self._lock:
            cache[key] = value
            while len(cache) > _MOST:
                cache.popitem(last=False)


def _key_of(shown: Credentials) -> object | None:
    """Return by what a caller is known again; a signature proves one request only.

    Texts of a length that nobody needs are not remembered: they would fill the memory.
    """
    purpose, region = shown.purpose or "", shown.region or ""
    if shown.authorization is not None:
        size = len(shown.authorization) + len(purpose) + len(region)
        key: object = (shown.authorization, shown.purpose, shown.region)
    elif shown.is_signed:
        return None
    else:
        size = len(shown.user_agent) + len(shown.host) + len(purpose) + len(region)
        key = (shown.user_agent, shown.host, shown.purpose, shown.region)
    return key if size <= _LONGEST else None


def _lasts(until: int | None, now_ms: int) -> bool:
    return until is None or now_ms < until


def _seen(asker: Asker, admission: Admission) -> Admitted:
    sight = Sight(asker.merchant_id, asker.name, admission.scopes, admission.digest)
    return Admitted(sight, admission.budget, admission.until)


def purpose_in(text: str | None, field: str = "Regie-Purpose") -> Purpose | None:
    """Return the purpose that a text names, or raise BadPurpose."""
    if text is None:
        return None
    try:
        return Purpose(text.strip().lower())
    except ValueError:
        raise BadPurpose("The purpose is not known.", field=field) from None


def region_in(text: str | None, field: str = "Regie-Region") -> str | None:
    """Return the country code that a text is, or raise BadRegion."""
    if text is None:
        return None
    if not _REGION.fullmatch(text.strip()):
        raise BadRegion("The region is no country code.", field=field)
    return text.strip()
