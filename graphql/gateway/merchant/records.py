"""What the merchant's surface reads, in the form of its schema."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from connector.model.errors import NotFound
from connector.store.database import Database
from gateway.merchant.deed import Merchant
from storefront.disclosure.agent import Agent
from storefront.disclosure.exposure import Exposure
from storefront.disclosure.grant import Grant, ProductSet
from storefront.disclosure.ledger.entry import OPENED, Entry, Shown
from storefront.disclosure.preview import Eyes, Preview, caller
from storefront.disclosure.reception import purpose_in, region_in
from storefront.disclosure.store import agents, exposures, grants, ledger

_POSITION = re.compile(r"([\w-]{1,80}):(\d{1,18})")


class UnknownPosition(NotFound):
    """A place of the ledger where nothing stands."""

    code = "unknown_position"
    remedy = "Pass the `position` of an entry that the ledger gave."


class Records:
    """One merchant's register and ledger; the register of exposure is folded when asked."""

    def __init__(self, database: Database, ledger_database: Database, merchant: Merchant) -> None:
        self.merchant = merchant
        self.floor = merchant.records
        merchant_id = merchant.records.merchant_id
        self._database = database
        self._ledger = ledger_database
        self._merchant_id = merchant_id

    def agents(self) -> Sequence[dict[str, Any]]:
        """Return the register."""
        with self._database.read() as connection:
            return [_agent(it) for it in agents.all_of(connection, self._merchant_id)]

    def grants(self) -> Sequence[dict[str, Any]]:
        """Return the grants that stand."""
        with self._database.read() as connection:
            return [_grant(it) for it in grants.standing(connection, self._merchant_id)]

    def exposure_of_product(self, product_id: str) -> Sequence[dict[str, Any]]:
        """Return who saw a product."""
        with self._ledger.write() as connection:
            exposures.follow(connection, self._merchant_id)
            found = exposures.of_product(connection, self._merchant_id, product_id)
        return [_exposure(it) for it in found]

    def exposure_of_agent(self, agent: str, first: int, after: str) -> Sequence[dict[str, Any]]:
        """Return what an agent saw."""
        with self._ledger.write() as connection:
            exposures.follow(connection, self._merchant_id)
            found = exposures.of_agent(connection, self._merchant_id, agent, after, first)
        return [_exposure(it) for it in found]

    def preview(
        self, agent: str, purpose: str | None, region: str | None, product_id: str | None
    ) -> dict[str, Any]:
        """Return what an agent would see now."""
        what_for, where = purpose_in(purpose, "purpose"), region_in(region, "region")
        with self._database.snapshot() as connection:
            now = self.merchant.records.floor.now()
            who = caller(connection, self._merchant_id, agent, what_for, where, now)
            eyes = Eyes(self._database, connection, self._merchant_id, who, now)
            told = eyes.preview()
            shown = product_id is not None and told.reason is None
            product = eyes.seen(str(product_id)) if shown else None
        return _preview(told, product)

    def ledger(self, agent: str | None, first: int, before: str | None) -> Sequence[dict[str, Any]]:
        """Return the newest entries, or the next behind a position, with what they showed."""
        with self._ledger.read() as connection:
            place = None if before is None else self._entry_at(connection, before)
            found = ledger.newest(connection, self._merchant_id, agent, first, place)
            digests = sorted({it.detail for it in found if it.detail})
            shown = ledger.shown(connection, self._merchant_id, digests)
        return [_entry(it, shown.get(it.detail or b"")) for it in found]

    def _entry_at(self, connection: Connection, position: str) -> Entry:
        found = _POSITION.fullmatch(position)
        if found is not None:
            writer, seq = found[1], int(found[2])
            for it in ledger.entries(connection, self._merchant_id, writer, seq - 1, 1):
                if it.seq == seq:
                    return it
        raise UnknownPosition("The ledger has no such entry.", field="before")


def _agent(it: Agent) -> dict[str, Any]:
    return {
        "id": it.id,
        "name": it.name,
        "kind": it.kind.value,
        "contact": it.contact,
        "purpose": it.purpose.value,
        "terms": it.terms,
        "createdAt": _moment(it.created_at),
        "revokedAt": _moment(it.revoked_at),
    }


def _grant(it: Grant) -> dict[str, Any]:
    return {
        "id": it.id,
        "agentId": it.agent_id,
        "fields": sorted(group.value for group in it.fields),
        "price": it.price.value,
        "stock": it.stock.value,
        "purposes": sorted(purpose.value for purpose in it.purposes),
        "regions": sorted(it.regions),
        "tier": it.tier.name.lower(),
        "validFrom": _moment(it.valid_from),
        "validTo": _moment(it.valid_to),
        "products": _product_set(it.include),
        "except": _product_set(it.exclude),
        "stores": None if it.stores is None else sorted(it.stores),
        "requestsPerMinute": it.budget.requests,
        "costPerMinute": it.budget.cost,
        "operations": sorted(it.operations),
    }


def _product_set(it: ProductSet) -> dict[str, Any]:
    return {name: getattr(it, name) for name in ProductSet.__struct_fields__}


def _exposure(it: Exposure) -> dict[str, Any]:
    return {
        "agentId": it.agent,
        "productId": it.product_id,
        "firstAt": _moment(it.first_at),
        "lastAt": _moment(it.last_at),
        "answers": it.answers,
        "fields": sorted(it.fields),
        "terms": it.terms,
    }


def _preview(told: Preview, product: dict[str, object] | None) -> dict[str, Any]:
    parts = [
        {
            "products": it.products,
            "withheld": it.withheld,
            "price": it.price,
            "stock": it.stock,
            "stores": _places(it.stores),
        }
        for it in told.parts
    ]
    return {
        "tier": told.tier,
        "purpose": told.purpose,
        "region": told.region,
        "products": told.products,
        "of": told.of,
        "parts": parts,
        "onlyListedQueries": told.only_listed_queries,
        "until": _moment(told.until),
        "code": told.code,
        "reason": told.reason,
        "product": product,
    }


def _places(stores: str | list[str]) -> list[str] | None:
    if isinstance(stores, list):
        return stores
    return None if stores == "all" else []


def _entry(it: Entry, kept: Shown | None) -> dict[str, Any]:
    shown = None if it.decision == OPENED else kept
    return {
        "position": f"{it.writer}:{it.seq}",
        "hash": it.hash.hex(),
        "at": _moment(it.at),
        "agentId": it.agent,
        "tier": it.tier,
        "purpose": it.purpose,
        "region": it.region,
        "operation": it.operation,
        "decision": it.decision,
        "code": it.code,
        "status": it.status,
        "terms": it.terms,
        "size": it.size,
        "fields": list(shown.fields) if shown else None,
        "products": list(shown.products) if shown else None,
    }


def _moment(at: int | None) -> str | None:
    if at is None:
        return None
    text = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
