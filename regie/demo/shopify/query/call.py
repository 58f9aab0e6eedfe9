"""One question in progress, as every part of the shop that answers it sees it."""

from typing import Protocol

from msgspec import Struct

from regie.demo.shopify.query.access import Rights
from regie.demo.shopify.store import Row
from regie.demo.shopify.telling import TellingShop


class Exports(Protocol):
    """Where exports of the whole shop are ordered and called off."""

    def start(self, call: "Call", text: str, *, grouped: bool) -> Row:
        """Take an order for an export."""

    def cancel(self, wanted: str) -> Row:
        """Stop an export that is not finished."""


class Call(Struct, frozen=True):
    """One question: to which shop, to whom for exports, in which version, with which rights."""

    shop: TellingShop
    exports: Exports
    version: str
    rights: Rights
    grouped_by_default: bool = False
