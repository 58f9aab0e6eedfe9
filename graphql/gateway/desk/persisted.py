"""Queries asked for by their hash alone (the convention of automatic persisted queries)."""

import re
from collections.abc import Mapping

from connector.store.bounded import Bounded
from connector.store.database import Database
from gateway.desk.operation import digest_of
from gateway.desk.request import Asked
from gateway.errors import BadPersistedQuery, PersistedQueryNotFound
from storefront.disclosure.store import operations

_MOST_CHARACTERS = 4_000_000
_HASH = re.compile("[0-9a-f]{64}")


class Persisted:
    """Texts by merchant and hash: those that the merchant keeps, and what was sent here lately."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts: Bounded[str] = Bounded(_MOST_CHARACTERS, _characters_of_value)
        self._digests: Bounded[str] = Bounded(_MOST_CHARACTERS, _characters_of_key)

    def resolve(self, merchant_id: str, asked: Asked) -> tuple[str, str]:
        """Return the text and its hash, or raise PersistedQueryNotFound or BadPersistedQuery."""
        wanted = _wanted(asked.extensions)
        if asked.query is None:
            return self._text(merchant_id, wanted or ""), wanted or ""
        digest = self._digest(asked.query)
        if wanted is not None:
            if wanted != digest:
                raise BadPersistedQuery("The hash is not that of the query.", field="sha256Hash")
            self._texts.put((merchant_id, digest), asked.query)
        return asked.query, digest

    def _digest(self, text: str) -> str:
        return self._digests.get(text) or self._digests.put(text, digest_of(text))

    def _text(self, merchant_id: str, digest: str) -> str:
        found = self._texts.get((merchant_id, digest))
        if found is not None:
            return found
        with self._database.read() as connection:
            kept = operations.text_of(connection, merchant_id, digest)
        if kept is None:
            raise PersistedQueryNotFound("PersistedQueryNotFound.", hash=digest)
        return self._texts.put((merchant_id, digest), kept)


def _wanted(extensions: Mapping[str, object]) -> str | None:
    asked = extensions.get("persistedQuery")
    if asked is None:
        return None
    digest = asked.get("sha256Hash") if isinstance(asked, dict) else None
    if not isinstance(digest, str) or not _HASH.fullmatch(digest.lower()):
        raise BadPersistedQuery("`sha256Hash` is no SHA-256 in hex.", field="sha256Hash")
    return digest.lower()


def _characters_of_value(_key: object, text: str) -> int:
    return len(text) + 100


def _characters_of_key(text: str, _digest: object) -> int:
    return len(text) + 100
