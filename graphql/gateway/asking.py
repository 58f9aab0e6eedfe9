"""One request's view of the catalogue, and what it looked up already."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import msgspec
import orjson

from connector.store.reader import StoredProduct
from storefront.disclosure.view import CatalogView


class Asking:
    """The context of an execution: the asker's view, places decoded once."""

    def __init__(self, view: CatalogView) -> None:
        self.view = view

    @cached_property
    def stores(self) -> Mapping[str, dict[str, Any]]:
        """The merchant's places by id, in the form of the schema."""
        return {
            found.location.id: msgspec.to_builtins(found.location, builtin_types=())
            | {"connectionId": found.connection_id}
            for found in self.view.locations()
        }


def decoded(stored: StoredProduct | None) -> dict[str, Any] | None:
    """Open a serving document; a tombstone has none."""
    if stored is None or stored.document is None:
        return None
    document: dict[str, Any] = orjson.loads(stored.document)
    return document
