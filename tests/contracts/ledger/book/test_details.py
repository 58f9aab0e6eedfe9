"""What an answer showed stays on record as long as an entry that showed it has to."""

import pytest

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import ANSWERED, Note, detail_of
from storefront.disclosure.ledger.seal import Seal
from storefront.disclosure.store import exposures, heads, ledger
from storefront.disclosure.store.ledger_file import where

SHOWN = detail_of(["Product.title"], ["prd_1"], [])
DAY = 86_400_000


class Clock:
    now = DAY

    def __call__(self) -> int:
        return self.now


def note() -> Note:
    return Note(
        "mer_1", "graphql", "agt_1", 3, None, "search", None, None, ANSWERED, None, 200, None, 9,
        SHOWN,
    )  # fmt: skip


@pytest.mark.parametrize("is_new_process", [True, False])
def test_what_is_shown_again_after_it_was_forgotten_is_on_record_again(
    database: Database, *, is_new_process: bool
) -> None:
    clock = Clock()
    book = Book(where(database, Seal(["k" * 40])), clock)
    book.append(note())
    clock.now += 400 * DAY
    with database.write() as connection:
        assert heads.forget_details(connection, "mer_1", clock.now - 365 * DAY)

    again = Book(where(database, Seal(["k" * 40])), clock) if is_new_process else book
    again.append(note())

    with database.write() as connection:
        assert ledger.details(connection, "mer_1", [SHOWN.digest])[SHOWN.digest] == SHOWN.payload
        exposures.follow(connection, "mer_1")
        assert exposures.seen_of(connection, "mer_1", "agt_1", ["prd_1"]) == {"prd_1"}
