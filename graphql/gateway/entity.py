"""A product on its way out: bytes for compiled plans, a concealed document for graphql-core."""

from collections.abc import Callable, Hashable
from typing import Any

from gateway.compiler import Veil
from gateway.veiling import veil_of
from storefront.disclosure.view import Shown


class ShownProduct:
    """One product under its mask; whoever reads it puts it on the list of what was shown."""

    __slots__ = ("_document", "_merchant", "_note", "_shown", "veil")

    def __init__(self, merchant_id: str, shown: Shown, note: Callable[[Shown], None]) -> None:
        self._merchant = merchant_id
        self._shown = shown
        self._note = note
        self._document: dict[str, Any] | None = None
        self.veil: Veil = veil_of(shown.mask)

    @property
    def key(self) -> Hashable:
        """Identity and version."""
        self._note(self._shown)
        return (self._merchant, self._shown.id, self._shown.seq)

    @property
    def data(self) -> bytes:
        """The canonical document."""
        self._note(self._shown)
        return self._shown.document or b""

    def get(self, name: str, default: Any = None) -> Any:
        """Return what the asker may see under a key."""
        if self._document is None:
            self._note(self._shown)
            self._document = self._shown.opened()
        return self._document.get(name, default)
