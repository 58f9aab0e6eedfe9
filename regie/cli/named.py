"""What people call things: agents, products, shops, stores and countries by name or by id."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection

from connector.model.errors import Conflict, InvalidInput, NotFound
from connector.store import connections
from connector.store.connections import NoConnection
from connector.store.listing import reader
from storefront.disclosure.agent import Agent
from storefront.disclosure.ledger.entry import ANONYMOUS, OPERATOR
from storefront.disclosure.preview import AgentRevoked
from storefront.disclosure.reception import BadRegion
from storefront.disclosure.store import agents

RESERVED = frozenset({ANONYMOUS, OPERATOR})
# Codes that ISO 3166-1 keeps for other uses; the tables of the language data list them all.
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)


class NoProduct(NotFound):
    """There is no such product."""

    code = "no_product"
    remedy = "Give its id or its handle; `regie export catalog` lists all."


class NoStore(NotFound):
    """There is no such store."""

    code = "no_store"
    remedy = "Give the store's id or its name as the shop writes it."


class AmbiguousName(Conflict):
    """Several things carry the name."""

    code = "ambiguous_name"
    remedy = "Give one of these ids instead."


class UnreadableText(InvalidInput):
    """A file that is no text in UTF-8."""

    code = "unreadable_text"
    remedy = "Save the file as plain text in UTF-8."


def open_agent(connection: Connection, merchant_id: str, name: str) -> Agent:
    """Return the agent with this name or id, or raise NoAgent or AgentRevoked."""
    found = agents.named(connection, merchant_id, name)
    if found.revoked_at is not None:
        raise AgentRevoked(f"{found.name} is revoked.", agent=found.id)
    return found


def in_ledger(connection: Connection, merchant_id: str, name: str) -> str:
    """Return what the ledger calls whoever has this name, or raise NoAgent."""
    return name if name in RESERVED else agents.named(connection, merchant_id, name).id


def product_id(connection: Connection, merchant_id: str, name: str) -> str:
    """Return the id of a product by id or handle, or raise NoProduct or AmbiguousName."""
    if reader.product_by_id(connection, merchant_id, name):
        return name
    found = reader.ids_by_handle(connection, merchant_id, name)
    if not found:
        raise NoProduct(f"There is no product {name}.", product=name)
    return _only(name, "product", found)


def shop_id(connection: Connection, merchant_id: str, name: str) -> str:
    """Return the id of a connection by id or the shop's address, or raise NoConnection."""
    known = connections.all_of(connection, merchant_id)
    found = [it.id for it in known if name in (it.id, it.shop)]
    if not found:
        raise NoConnection(f"There is no connection {name}.", connection=name)
    return _only(name, "connection", found)


def store_id(connection: Connection, merchant_id: str, name: str) -> str:
    """Return the id of a store by id or name, or raise NoStore or AmbiguousName."""
    known = [it.location for it in reader.locations(connection, merchant_id)]
    found = [it.id for it in known if name in (it.id, it.name)]
    if not found:
        raise NoStore(f"There is no store {name}.", store=name)
    return _only(name, "store", found)


def _only(name: str, kind: str, found: Iterable[str]) -> str:
    first, *more = found
    if more:
        ids = ", ".join((first, *more))
        raise AmbiguousName(f"More than one {kind} is called {name}: {ids}.", name=name)
    return first


def country(text: str) -> str:
    """Return a country code in capitals, or raise BadRegion."""
    from babel import Locale  # noqa: PLC0415 - slow to import, seldom needed

    code = text.strip().upper()
    known = Locale("en").territories
    if len(code) != 2 or code not in known or code in _NO_COUNTRIES:
        raise BadRegion(f"{text!r} is no country code.", field="region")
    return code


def text_of(file: Path) -> str:
    """Return the text of a file byte for byte, or raise UnreadableText."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError:
        raise UnreadableText(f"{file} holds no text.", path=str(file)) from None
