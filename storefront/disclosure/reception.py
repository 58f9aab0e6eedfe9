"""Who is at the door: from what a request shows to a caller and to what he may see."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from msgspec import structs

from connector.model.errors import BadSignature, InvalidInput, NotAllowed, RegieError
from connector.store import keys as operator_keys
from connector.store import merchants
from connector.store.database import Database
from connector.store.merchants import NoMerchant
from storefront.disclosure.agent import Agent, Caller, Purpose, Tier
from storefront.disclosure.asker import Admitted as Admitted
from storefront.disclosure.asker import Asker as Asker
from storefront.disclosure.asker import Sender as Sender
from storefront.disclosure.credentials import BadRegion as BadRegion
from storefront.disclosure.credentials import Credentials as Credentials
from storefront.disclosure.credentials import known_by
from storefront.disclosure.credentials import purpose_in as purpose_in
from storefront.disclosure.credentials import region_in as region_in
from storefront.disclosure.decision import Admission, NotAdmitted, allow, decide, may_ask
from storefront.disclosure.ledger.entry import OPERATOR
from storefront.disclosure.sight import Sight, operator
from storefront.disclosure.store import keys, register
from storefront.disclosure.store.pulse import Pulse, Pulses
from storefront.disclosure.store.register import Register

_MOST = 10_000
_MOST_LISTED = 100
_T = TypeVar("_T")


class KeyRequired(NotAllowed):
    """No key, or one that opens nothing: the catalogue is closed by default."""

    code = "key_required"
    status = 401
    remedy = "Send `Authorization: Bearer <key>`; the merchant makes one with `regie agent add`."

    def __init__(self) -> None:
        super().__init__("The catalogue is closed to those without a key that opens it.")


class TurnedAway(Exception):
    """Somebody stays outside: why, and who it was as far as that is known at this door."""

    def __init__(self, error: RegieError, sender: Sender | None) -> None:
        super().__init__(error)
        self.error = error
        self.sender = sender


class Verifier(Protocol):
    """Finds out by a signature which agent of the register sent a request."""

    def agent_of(self, credentials: Credentials, agents: Mapping[str, Agent]) -> tuple[Agent, str]:
        """Return the agent and the thumbprint of its key, or raise BadSignature."""
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

        Raises TurnedAway for KeyRequired, BadSignature, BadPurpose or BadRegion.
        """
        key = known_by(shown)
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
            return Admitted(operator(asker.merchant_id, asker.name), None)
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
        """Find out who it is before what for: also who is turned away is put on record."""
        sender = None
        try:
            sender = self._sender(shown)
            return self._asker(sender, shown)
        except (NotAllowed, InvalidInput) as error:
            raise TurnedAway(error, sender) from None

    def _asker(self, sender: Sender, shown: Credentials) -> Asker:
        """Read what the request is for, or raise why it stays outside."""
        if sender.refused is not None:
            raise sender.refused
        purpose, region = purpose_in(shown.purpose), region_in(shown.region)
        agent, found = sender.agent, sender.register
        meant = purpose or (agent.purpose if agent else Purpose.SEARCH)
        caller = Caller(agent, sender.tier, meant, sender.key_id, sender.accepted, region)
        if sender.is_operator:
            return Asker(sender.merchant_id, caller, found, is_operator=True)
        if sender.tier <= Tier.CLAIMED and not may_ask(caller, found.grants):
            raise KeyRequired
        allowed = allow(caller, found.grants, self._now_ms())
        until = _sooner(sender.until, allowed.until)
        return Asker(sender.merchant_id, caller, found, until=until, budget=allowed.budget)

    def _sender(self, shown: Credentials) -> Sender:
        """Tell who it is: by a key, by a signature, by a name that is only said, or a stranger."""
        if shown.authorization is not None:
            return self._by_key(shown)
        stranger = self._stranger(shown.host)
        if shown.is_signed and self._verifier is not None:
            return self._by_signature(stranger, shown, self._verifier)
        agent = _by_appearance(shown, stranger.register)
        if agent is None:
            return stranger
        return structs.replace(
            stranger, name=agent.id, agent=agent, tier=Tier.CLAIMED, accepted=agent.terms
        )

    def _stranger(self, host: str, refused: RegieError | None = None) -> Sender:
        """Return somebody of whom nothing is known but whose door he came to.

        A door that nobody lives behind looks like a closed one.
        """
        try:
            merchant_id = self.merchant_of(host)
        except NoMerchant:
            raise KeyRequired from None
        return Sender(merchant_id, self._register(merchant_id), refused=refused)

    def _by_signature(self, stranger: Sender, shown: Credentials, verifier: Verifier) -> Sender:
        try:
            agent, key = verifier.agent_of(shown, stranger.register.agents)
        except BadSignature as error:
            return structs.replace(stranger, refused=error)
        return structs.replace(
            stranger, name=agent.id, agent=agent, tier=Tier.VERIFIED, key_id=key,
            accepted=agent.terms,
        )  # fmt: skip

    def _by_key(self, shown: Credentials) -> Sender:
        scheme, _, text = (shown.authorization or "").partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not text:
            return self._stranger(shown.host, KeyRequired())
        with self._database.read() as connection:
            own = operator_keys.find(connection, text)
            theirs = None if own else keys.find(connection, text)
        if own is not None and own.role == operator_keys.OPERATOR:
            register_ = self._register(own.merchant_id)
            return Sender(own.merchant_id, register_, OPERATOR, None, Tier.CONTRACT, own.id)
        if theirs is None:
            return self._stranger(shown.host, KeyRequired())
        return self._by_agent_key(theirs, text)

    def _by_agent_key(self, known: keys.AgentKey, text: str) -> Sender:
        """Read a key again behind the register: what ends it from now on moves its number.

        A key that has ended names its agent, and proves nothing.
        """
        found = self._register(known.merchant_id)
        with self._database.read() as connection:
            key = keys.find(connection, text) or known
        agent = found.agents.get(key.agent_id)
        is_open = agent is not None and key.is_open(self._now_ms())
        return Sender(
            key.merchant_id, found, key.agent_id, agent,
            Tier.CONTRACT if is_open else Tier.CLAIMED, key.id, key.terms, key.expires_at,
            None if is_open else KeyRequired(),
        )  # fmt: skip

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


def _by_appearance(shown: Credentials, found: Register) -> Agent | None:
    """Return the agent whose name a request says; the longest piece tells most exactly."""
    said = [
        (len(claim), agent)
        for agent in found.agents.values()
        for claim in agent.claims
        if claim in shown.user_agent
    ]
    return max(said, key=lambda it: it[0])[1] if said else None


def _sooner(one: int | None, other: int | None) -> int | None:
    return min((it for it in (one, other) if it is not None), default=None)


def _lasts(until: int | None, now_ms: int) -> bool:
    return until is None or now_ms < until


def _seen(asker: Asker, admission: Admission) -> Admitted:
    sight = Sight(asker.merchant_id, asker.name, admission.scopes, admission.digest)
    return Admitted(sight, admission.until)
