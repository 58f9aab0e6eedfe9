"""A product on its way out: bytes for compiled plans, a concealed document for graphql-core."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from msgspec import structs

from gateway.catalogue.veiling import veil_of
from gateway.compiler import CLEAR, EntityList, Veil
from storefront.disclosure.view import Shown

Read = Callable[[Sequence[str]], Mapping[str, bytes | None]]


class Shelf:
    """Products that were found together; documents that were left unread are fetched together."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._wanted: list[str] = []
        self._held: dict[str, bytes | None] = {}
        self.opened = 0

    def want(self, product_id: str) -> None:
        """Be told that a document will be read."""
        self._wanted.append(product_id)

    def documents(self, shown: Sequence[Shown]) -> list[bytes]:
        """Return several documents."""
        unread = [it.id for it in shown if it.unread]
        if not unread:
            self.opened += len(shown)
            return [it.document or b"" for it in shown]
        self._wanted += unread
        return [self.document(it) for it in shown]

    def document(self, shown: Shown) -> bytes:
        """Return a document."""
        self.opened += 1
        if not shown.unread:
            return shown.document or b""
        if shown.id not in self._held:
            self._held |= self._read(self._wanted or [shown.id])
            self._wanted = []
        found = self._held.get(shown.id)
        if found is None:
            raise LookupError(shown.id)
        return found


class ShownProduct:
    """One product under its mask; whoever reads it puts it on the list of what was shown."""

    __slots__ = ("_document", "_merchant", "_note", "_shelf", "_shown", "veil")

    def __init__(
        self,
        merchant_id: str,
        shown: Shown,
        veil: Veil,
        note: Callable[[Shown], None],
        shelf: Shelf,
    ) -> None:
        self._merchant = merchant_id
        self._shown = shown
        self._note = note
        self._shelf = shelf
        self._document: dict[str, Any] | None = None
        self.veil = veil

    @property
    def key(self) -> Hashable:
        """Identity and version."""
        shown = self._shown
        self._note(shown)
        return (self._merchant, shown.id, shown.seq)

    @property
    def data(self) -> bytes:
        """The canonical document."""
        self._note(self._shown)
        return self._shelf.document(self._shown)

    def expect(self) -> None:
        """Be told that `data` will be read."""
        if self._shown.unread:
            self._shelf.want(self._shown.id)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what the asker may see under a key."""
        if self._document is None:
            self._note(self._shown)
            whole = self._shelf.document(self._shown)
            self._document = structs.replace(self._shown, document=whole).opened()
        return self._document.get(name, default)


class ShownProducts(EntityList):
    """The products of a page, none of them deleted; each is wrapped only where somebody looks."""

    def __init__(
        self, merchant_id: str, found: Sequence[Shown], noted: list[Shown], shelf: Shelf
    ) -> None:
        self._merchant = merchant_id
        self._found = found
        self._noted = noted
        self._shelf = shelf

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, place: Any) -> Any:
        found = self._found[place]
        return ShownProduct(
            self._merchant, found, veil_of(found.mask), self._noted.append, self._shelf
        )

    @property
    def veil(self) -> Veil | None:
        """The veil that all share."""
        masks = [it.mask for it in self._found]
        if not masks:
            return CLEAR
        return veil_of(masks[0]) if masks.count(masks[0]) == len(masks) else None

    def identities(self) -> Sequence[Hashable]:
        """Return identity and version of each."""
        self._noted += self._found
        merchant = self._merchant
        return [(merchant, it.id, it.seq) for it in self._found]

    def documents(self) -> Sequence[bytes]:
        """Return the canonical document of each."""
        self._noted += self._found
        return self._shelf.documents(self._found)


def veils_of(shown: Sequence[Shown]) -> Sequence[Veil]:
    """Return the veil of each product; neighbours mostly share theirs."""
    found: list[Veil] = []
    mask = None
    for it in shown:
        if it.mask is not mask:
            mask = it.mask
            veil = veil_of(mask)
        found.append(veil)
    return found
