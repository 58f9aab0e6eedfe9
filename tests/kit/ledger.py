"""What is put on record in a ledger of either database, and what a check of it finds."""

from typing import Any

from sqlalchemy import Connection, text

from connector.store.database import Database
from storefront.disclosure.ledger.entry import ANSWERED, Detail, Note, detail_of
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.ledger.verify import Finding, verify
from storefront.disclosure.store import heads

SEAL = Seal(["k" * 40])
MERCHANT = "mer_1"
SHOWN = detail_of(["Product.title"], ["prd_1", "prd_2"], ["loc_1"])


class Clock:
    def __init__(self) -> None:
        self.now = 1_000

    def __call__(self) -> int:
        self.now += 1
        return self.now


def note(agent: str = "agt_1", detail: Detail | None = SHOWN, **more: Any) -> Note:
    known: dict[str, Any] = {
        "merchant_id": MERCHANT,
        "surface": "graphql",
        "agent": agent,
        "tier": 3,
        "key_id": "key_1",
        "purpose": "search",
        "region": None,
        "operation": "a" * 64,
        "decision": ANSWERED,
        "code": None,
        "status": 200,
        "terms": 1,
        "size": 100,
        "detail": detail,
    }
    return Note(**{**known, **more})


def findings(database: Database) -> list[Finding]:
    with database.read() as connection:
        return list(verify(heads.reading(connection, MERCHANT), SEAL))


def drop_guards(connection: Connection) -> None:
    """Take away what in the database itself refuses changes, as somebody may who owns it."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER ledger_entry_no_{verb}"))
    else:
        connection.execute(text("DROP TRIGGER ledger_entry_stands ON ledger_entry"))
