"""A process that commits one revision after another, until it is killed."""

import sys
from itertools import count
from pathlib import Path

from sqlalchemy import text

from connector.store.database import Database

SETTING = text("UPDATE disclosure SET revision = :to WHERE merchant_id = 'mer_1'")


def set_revision(database: Database, to: int) -> None:
    """Commit a revision of the merchant's register."""
    with database.write() as connection:
        connection.execute(SETTING, {"to": to})


def commit_on(path: Path, start: int) -> None:
    """Commit rising numbers, and write each down when it is committed."""
    database = Database(f"sqlite:///{path}")
    for number in count(start):
        set_revision(database, number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
