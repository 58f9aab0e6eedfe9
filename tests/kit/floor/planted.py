"""Marks that nobody could write by chance, planted into everything that tells of a person."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from connector.store.database import Database
from regie.database import METADATA
from storefront.fulfillment.person.visibility import Field, Sight, Viewer, When, sight

GIVEN_WAY: Mapping[Viewer, frozenset[Field]] = {
    Viewer.STORE: frozenset(Field),
    Viewer.HOLDER: frozenset(Field),
    Viewer.CUSTOMER: frozenset({Field.NAME, Field.ALTERNATE}),
}
"""What each surface needs of what its viewer may see: the customer's page greets, no more."""


class Planted(Struct, frozen=True):
    """One invented person; `tag` makes his marks his own, and `number` his telephone and door."""

    tag: str
    number: int

    @property
    def first(self) -> str:
        return f"Zyx{self.tag}anna"

    @property
    def last(self) -> str:
        return f"Qwer{self.tag}mann"

    @property
    def email(self) -> str:
        return f"post{self.tag}amt@planted.example"

    @property
    def phone(self) -> str:
        return f"+491715559{self.number}7"

    @property
    def street(self) -> str:
        return f"Vex{self.tag}gasse 7{self.number}"

    @property
    def behind(self) -> str:
        return f"Hinter{self.tag}haus"

    @property
    def note(self) -> str:
        return f"Klopf{self.tag}zweimal, Code 8{self.number}#"

    @property
    def alternate(self) -> str:
        return f"Ulf{self.tag}rich Stell{self.tag}vertreter"

    @property
    def marks(self) -> Mapping[str, tuple[Field, Sight]]:
        """Return each mark with its field, and how much of the field must be open to show it."""
        full, part = Sight.FULL, Sight.PART
        stand_in = self.alternate.split()
        return {
            self.first: (Field.NAME, part),
            self.last: (Field.NAME, full),
            f"post{self.tag}amt": (Field.EMAIL, full),
            self.phone[-7:]: (Field.PHONE, full),
            f"Vex{self.tag}gasse": (Field.STREET, part),
            self.street: (Field.STREET, full),
            self.behind: (Field.STREET, full),
            f"Klopf{self.tag}zweimal": (Field.NOTES, full),
            stand_in[0]: (Field.ALTERNATE, part),
            stand_in[1]: (Field.ALTERNATE, full),
        }

    def open_to(self, viewer: Viewer, when: When, now: int) -> set[str]:
        """Return the marks that the table of visibility opens to a viewer at a moment."""
        shown = GIVEN_WAY.get(viewer, frozenset())
        return {
            mark
            for mark, (field, least) in self.marks.items()
            if field in shown and sight(field, viewer, when, now) in {least, Sight.FULL}
        }


def found(marks: Iterable[str], told: str) -> set[str]:
    """Return those of the marks that occur; six digits count only where they stand alone."""
    return {mark for mark in marks if (_alone(mark, told) if _is_pin(mark) else mark in told)}


def _is_pin(mark: str) -> bool:
    return len(mark) == 6 and mark.isdecimal()


def _alone(pin: str, told: str) -> bool:
    spaced = f"{pin[:3]}[ \u00a0\u202f]?{pin[3:]}"
    return re.search(rf"(?<![0-9a-f]){spaced}(?![0-9a-f])", told) is not None


def lines(database: Database) -> list[str]:
    """Return every row of every table of a database, column by column, bytes as they are."""
    tables = [table for each in METADATA for table in each.sorted_tables]
    with database.read() as connection:
        return [
            f"{table.name} {_plain(tuple(row))}"
            for table in tables
            for row in connection.execute(select(table))
        ]


def rows(database: Database) -> str:
    """Return `lines` as one text; sealed bytes may break a line in it wherever they like."""
    return "\n".join(lines(database))


def _plain(row: tuple[Any, ...]) -> str:
    texts = (
        bytes(it).decode("latin-1") if isinstance(it, bytes | memoryview) else str(it) for it in row
    )
    return " | ".join(texts)


def files(folder: Path) -> str:
    """Return all files below a folder as they lie: databases, their logs, indexes, keys."""
    return "\n".join(
        path.read_bytes().decode("latin-1") for path in sorted(folder.rglob("*")) if path.is_file()
    )
