"""An entity: one stored document that stands for an object, decoded only when it must be."""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol

from gateway.compiler.stored import loaded
from gateway.compiler.veil import CLEAR, Veil


class Entity(Protocol):
    """What a root resolver returns in place of a document."""

    @property
    def key(self) -> Hashable:
        """Identity and version: equal keys mean equal data."""
        ...

    @property
    def data(self) -> bytes:
        """An object, JSON or MessagePack; keys: GraphQL field names, all there, in schema order."""
        ...

    @property
    def veil(self) -> Veil:
        """What its asker may not see."""
        ...

    def expect(self) -> None:
        """Be told that `data` will be read, so that it can be fetched with that of others."""
        ...

    def get(self, name: str, default: Any = None) -> Any:
        """Return what the asker may see under a key."""
        ...


class EntityList(Sequence[Entity]):
    """Entities that were found together, whose data and keys can be had in one go."""

    @property
    @abstractmethod
    def veil(self) -> Veil | None:
        """The veil that all share, None where they do not."""

    @abstractmethod
    def identities(self) -> Sequence[Hashable]:
        """Return identity and version of each."""

    @abstractmethod
    def documents(self) -> Sequence[bytes]:
        """Return `data` of each."""


class StoredEntity:
    """An entity that is decoded and veiled at its first `get`, which only graphql-core does."""

    __slots__ = ("_document", "_reveal", "data", "key", "veil")

    def __init__(
        self,
        key: Hashable,
        data: bytes,
        veil: Veil = CLEAR,
        reveal: Callable[[Veil, dict[str, Any]], Mapping[str, Any]] | None = None,
    ) -> None:
        if reveal is None and veil is not CLEAR:
            raise ValueError("a veiled entity needs `reveal`")
        self.key = key
        self.data = data
        self.veil = veil
        self._reveal = reveal
        self._document: Mapping[str, Any] | None = None

    def expect(self) -> None:
        """Change nothing: the data is here."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return what the asker may see under a key."""
        if self._document is None:
            document = loaded(self.data)
            self._document = self._reveal(self.veil, document) if self._reveal else document
        return self._document.get(name, default)
