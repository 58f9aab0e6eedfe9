"""From a request to what is to be run: known again by its body, by its text, or read anew."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import orjson
from msgspec import Struct, structs

from connector.store.bounded import Bounded
from connector.store.database import Database
from gateway.desk.execution import Ready, prepared
from gateway.desk.operation import Operation, Operations
from gateway.desk.persisted import Persisted
from gateway.desk.request import Asked
from gateway.errors import BadRequest
from gateway.weight import Weight
from storefront.disclosure.asker import Asker
from storefront.disclosure.courtesy import Courtesy
from storefront.disclosure.turns import Turns

_MOST_READY = 2000
_LONG = 2000
_LONG_BODY = 5000
_MOST_BYTES = 200_000
"""Of all bodies together: each may hold an operation, which takes far more room than its text."""
_Checked = tuple[Mapping[str, Any], Mapping[str, Any], Weight]


class Query(Struct, frozen=True):
    """What a request asks for: the hash of its text, and what is to be run where that is known."""

    text: str
    digest: str
    ready: Ready | None = None


class Queries:
    """The queries that were sent lately; holds nothing of any caller."""

    def __init__(self, database: Database, courtesy: Courtesy) -> None:
        self._courtesy = courtesy
        self._turns = Turns(running=1, waiting=7)
        self._persisted = Persisted(database)
        self._operations = Operations(pause=courtesy.pause)
        self._bodies: Bounded[Query] = Bounded(_MOST_BYTES, _bytes_of_key)
        self._checked: Bounded[_Checked] = Bounded(_MOST_READY)

    def find(self, merchant_id: str, asked: Asked) -> Query:
        """Return what is asked for, or raise PersistedQueryNotFound or BadPersistedQuery."""
        known = self._bodies.get(asked.body) if asked.body else None
        return known or Query(*self._persisted.resolve(merchant_id, asked))

    def ready(self, asker: Asker, query: Query, asked: Asked) -> Ready:
        """Read a query that is not known yet, or raise what is wrong with it."""
        found = self._read(asker, query.text, asked)
        if 0 < len(asked.body) <= _LONG_BODY and not asked.extensions:
            self._bodies.put(asked.body, structs.replace(query, ready=found))
        return found

    def _read(self, asker: Asker, text: str, asked: Asked) -> Ready:
        """Read a query; to read one for the first time is work, and takes a turn."""
        known = self._operations.knows(text, asked.operation_name)
        turn = nullcontext() if known else self._turns.one((asker.merchant_id, asker.seat))
        with turn:
            if not known:
                self._courtesy.rest()
            operation = self._operations.get(text, asked.operation_name, by_get=asked.by_get)
            return self._made_ready(operation, asked.variables)

    def _made_ready(self, operation: Operation, given: Mapping[str, Any]) -> Ready:
        """Remember what was checked, not the operation: what is parsed has its own bound."""
        try:
            told = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        except TypeError:
            raise BadRequest("`variables` cannot be read.", field="variables") from None
        key = (operation.key, told)
        known = self._checked.get(key)
        if known is not None:
            return Ready(operation, told, *known)
        found = prepared(operation, told, given)
        if len(told) <= _LONG:
            self._checked.put(key, (found.given, found.variables, found.weight))
        return found


def _bytes_of_key(body: bytes, _query: Query) -> int:
    return len(body) + 500
