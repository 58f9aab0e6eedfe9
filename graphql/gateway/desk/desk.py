"""The read path of one process: who asks, what he may see, the answer, the record, the receipt."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from graphql import GraphQLError
from msgspec import Struct, structs

from connector.model.errors import RateLimited, RegieError
from connector.store.bounded import Bounded
from connector.store.database import Database
from connector.store.listing.kept import Pages
from connector.store.search.index import SearchIndex
from gateway.catalogue.asking import Asking, Stores
from gateway.compiler import FragmentCache
from gateway.desk.answer import Answer
from gateway.desk.execution import Ready, refusal, run
from gateway.desk.operation import Invalid
from gateway.desk.queries import Queries
from gateway.desk.record import SURFACE as SURFACE
from gateway.desk.record import headers_of, note_of, note_of_turned_away, unseen
from gateway.desk.request import Asked
from gateway.desk.responses import Responses
from gateway.errors import SchemaClosed
from gateway.weight import Weight
from storefront.disclosure.agent import Tier
from storefront.disclosure.courtesy import Courtesy
from storefront.disclosure.ledger.book import Book, LedgerUnavailable
from storefront.disclosure.ledger.entry import ANSWERED, FAILED, NOT_MODIFIED, REFUSED
from storefront.disclosure.ledger.receipt import HEADER, receipt_text
from storefront.disclosure.meter import Meter, Standing
from storefront.disclosure.reception import Admitted, Asker, Credentials, Reception, TurnedAway
from storefront.disclosure.sight import Sight
from storefront.disclosure.store.pulse import Pulse
from storefront.disclosure.turns import Turns
from storefront.disclosure.view import PATIENCE, CatalogView, Seen

_MOST_HABITS = 2000
_LONG = 2000
_MOST_STORES = 100
_RESPONSE_BYTES = 32 * 1024 * 1024
_FRAGMENT_BYTES = 48 * 1024 * 1024


def _own_index(_merchant_id: str) -> SearchIndex | None:
    return None


class Services(Struct, frozen=True):
    """What the read path needs; `seen` tells by sight which products went out before.

    `index` gives what searches a merchant's products, None for the database's own.
    """

    database: Database
    reception: Reception
    book: Book
    meter: Meter
    seen: Callable[[Sight], Seen]
    index: Callable[[str], SearchIndex | None] = _own_index


_NO_PEN = nullcontext()


class Visit(Struct, frozen=True):
    """An asker at the desk, and the state of catalogue and register that he came to.

    `wants_body` False is a HEAD: of its answer nothing leaves but the headers.
    """

    asker: Asker
    pulse: Pulse
    wants_body: bool = True


class Reply(Struct, frozen=True):
    """An answer that is on record; `status` is as for application/graphql-response+json.

    `well_formed` says that the request was one, whatever became of its query.
    """

    answer: Answer
    status: int
    headers: Sequence[tuple[str, str]]
    well_formed: bool = True


class Desk:
    """Answers queries. Nothing leaves without a grant and a ledger entry, hits and errors too."""

    def __init__(
        self,
        services: Services,
        *,
        response_bytes: int = _RESPONSE_BYTES,
        fragment_bytes: int = _FRAGMENT_BYTES,
        patience: float = PATIENCE,
        turns: Turns | None = None,
    ) -> None:
        self._services = services
        self._patience = patience
        self._turns = turns or Turns()
        self._courtesy = Courtesy()
        # Beside a server of the database, others compute while one waits for it.
        self._computes = services.database.is_sqlite
        self._queries = Queries(services.database, self._courtesy)
        self._stores: Bounded[Stores] = Bounded(_MOST_STORES)
        self._responses = Responses(response_bytes)
        self._fragments = FragmentCache(fragment_bytes) if fragment_bytes else None
        self._pages = Pages() if fragment_bytes else None
        self._lean: Bounded[bool] = Bounded(_MOST_HABITS)

    def welcome(self, shown: Credentials) -> Visit | Reply:
        """Let somebody come to the desk, or tell him why not, which is on record too."""
        try:
            asker, pulse = self._services.reception.receive(shown)
        except TurnedAway as turned:
            return self._turned_away(shown, turned)
        return Visit(asker, pulse, shown.method != "HEAD")

    def reject(self, visit: Visit, error: RegieError, status: int | None = None) -> Reply:
        """Answer a request that cannot even be read; it counts as well."""
        standing = None
        answer = structs.replace(refusal(error), status=status or error.status)
        try:
            standing = self._counted(visit.asker)
        except RateLimited as limited:
            answer, standing = refusal(limited), _left(visit.asker, standing, limited)
        reply = self._recorded(visit, answer, REFUSED, None, standing)
        return structs.replace(reply, well_formed=False)

    def answer(self, visit: Visit, asked: Asked) -> Reply:
        """Answer a request."""
        asker = visit.asker
        with self._courtesy.visit((asker.merchant_id, asker.seat)) as courteous:
            reply = self._answered(visit, asked)
            courteous.refused = reply.answer.code == RateLimited.code
        return reply

    def _answered(self, visit: Visit, asked: Asked) -> Reply:
        digest = None
        standing = None
        try:
            standing = self._counted(visit.asker)
            query = self._queries.find(visit.asker.merchant_id, asked)
            digest = query.digest
            admitted = self._services.reception.admit(visit.asker, digest)
            ready = query.ready or self._queries.ready(visit.asker, query, asked)
            _require_known(visit.asker, ready.weight)
            standing = self._charged(visit.asker, standing, ready.weight.cost)
            found = self._found(visit, admitted, ready)
        except (RegieError, GraphQLError, Invalid) as error:
            left = _left(visit.asker, standing, error)
            return self._recorded(visit, refusal(error), REFUSED, digest, left)
        except Exception as error:  # noqa: BLE001 - nothing of an unknown error may leave
            return self._recorded(visit, refusal(error), FAILED, digest, standing)
        decision = NOT_MODIFIED if _is_same(found, asked.validators) else ANSWERED
        return self._recorded(visit, found, decision, digest, standing)

    def _counted(self, asker: Asker) -> Standing | None:
        """Count a request before it is read: also one that cannot be read makes work."""
        if asker.budget is None:
            return None
        return self._services.meter.count(asker.merchant_id, asker.seat, asker.budget)

    def _charged(self, asker: Asker, counted: Standing | None, cost: int) -> Standing | None:
        if asker.budget is None or counted is None:
            return None
        meter = self._services.meter
        return meter.charge(asker.merchant_id, asker.seat, asker.budget, cost, counted)

    def _found(self, visit: Visit, admitted: Admitted, ready: Ready) -> Answer:
        """Return a kept answer where nothing that shapes it has changed, else execute."""
        sight, pulse, operation = admitted.sight, visit.pulse, ready.operation
        if not operation.can_be_kept or len(ready.told) > _LONG:
            return self._executed(visit, sight, ready)
        state = (pulse.sequence, pulse.revision)
        key = (sight.merchant_id, sight.digest, operation.key, ready.told, *state)
        found = self._responses.get(key)
        return found or self._kept(key, self._executed(visit, sight, ready))

    def _kept(self, key: tuple[object, ...], found: Answer) -> Answer:
        """Keep an answer without errors under all that shapes it, if the key says all.

        The catalogue may have moved on since its version was read: then the answer is newer than
        its key says, and nobody asks for that key again.
        """
        if found.code is not None or not found.lasting:
            return found
        kept = structs.replace(found, key=key)
        self._responses.put(key, kept)
        return kept

    def _executed(self, visit: Visit, sight: Sight, ready: Ready) -> Answer:
        """Execute on one consistent picture of the catalogue."""
        services = self._services
        index = services.index(sight.merchant_id)
        view = CatalogView(
            services.database, sight, services.seen(sight), index, self._patience, self._pages
        )
        places = (sight.merchant_id, sight.widest.stores, visit.pulse.sequence)
        habit = (ready.operation.key, sight.digest)
        turn = self._turns.one((sight.merchant_id, visit.asker.seat))
        self._courtesy.pause()
        pen = self._courtesy.computing() if self._computes else _NO_PEN
        with turn, pen, view.snapshot():
            lean = self._lean.get(habit) or False
            asking = Asking(view, self._stores.get(places), lean=lean)
            found = run(ready, asking, self._fragments)
        self._notice(habit, asking, lean=lean)
        if asking.looked_at_stores:
            self._stores.put(places, asking.stores)
        moving = view.searched or view.remembered or asking.rests_on_floor
        return structs.replace(found, lasting=not moving)

    def _notice(self, habit: object, asking: Asking, *, lean: bool) -> None:
        """Leave documents unread next time where fragments made most of them needless."""
        wise = 2 * asking.opened < asking.read
        if wise is not lean:
            self._lean.put(habit, wise)

    def _recorded(
        self,
        visit: Visit,
        answer: Answer,
        decision: str,
        operation: str | None,
        standing: Standing | None,
    ) -> Reply:
        """Put the answer on record; only then may it leave, and nothing of it if that fails."""
        status = 304 if decision == NOT_MODIFIED else answer.status
        note = note_of(visit.asker, answer, decision, operation, status)
        try:
            entry = self._services.book.append(note if visit.wants_body else unseen(note))
        except LedgerUnavailable as error:
            left = standing.headers() if standing else ()
            return Reply(refusal(error), error.status, left, well_formed=False)
        return Reply(answer, status, headers_of(visit.asker, entry, answer, standing))

    def _turned_away(self, shown: Credentials, turned: TurnedAway) -> Reply:
        """Tell somebody why he stays outside; on record where it is known whose door it was."""
        answer, sender = refusal(turned.error), turned.sender
        headers = []
        if sender is not None:
            entry = self._services.book.append(note_of_turned_away(sender, shown, answer))
            headers.append((HEADER, receipt_text(entry, sender.register.terms)))
        return Reply(answer, answer.status, headers, well_formed=False)


def _left(asker: Asker, counted: Standing | None, error: Exception) -> Standing | None:
    """Return what is left of a budget after an error; where it is used up, the error tells."""
    if asker.budget is None or not isinstance(error, RateLimited):
        return counted
    return (counted or Standing(asker.budget)).after(error)


def _is_same(found: Answer, validators: str) -> bool:
    """Tell whether the asker has this very answer already."""
    return bool(validators and found.etag and found.etag in validators)


def _require_known(asker: Asker, weight: Weight) -> None:
    """Let only those look at the schema who proved who they are."""
    if weight.introspection and asker.caller.tier < Tier.VERIFIED:
        raise SchemaClosed("The schema is not shown to strangers.")
