"""The register says who saw a product, and since when."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from connector.store.database import Database
from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store import exposures
from tests.kit.ledger import MERCHANT, note


@pytest.fixture
def lines(database: Database, entries: list[Entry]) -> Iterator[Connection]:
    assert entries
    with database.write() as connection:
        exposures.follow(connection, MERCHANT)
        yield connection


def test_the_register_says_who_saw_a_product(lines: Connection) -> None:
    found = exposures.of_product(lines, MERCHANT, "prd_1")

    assert {(it.agent, it.answers) for it in found} == {("agt_0", 7), ("agt_1", 7), ("agt_2", 6)}
    assert {it.fields for it in found} == {frozenset({"Product.title"})}


def test_the_register_says_since_when(lines: Connection, entries: list[Entry]) -> None:
    (found,) = [it for it in exposures.of_product(lines, MERCHANT, "prd_1") if it.agent == "agt_1"]

    assert (found.first_at, found.last_at) == (entries[1].at, entries[19].at)


def test_what_is_folded_twice_counts_once(lines: Connection, book: Book) -> None:
    before = exposures.of_agent(lines, MERCHANT, "agt_1")

    assert exposures.follow(lines, MERCHANT) == 0
    assert exposures.of_agent(lines, MERCHANT, "agt_1") == before
    assert book


def test_a_refused_request_exposes_nothing(database: Database, book: Book) -> None:
    book.append(note(decision="refused"))

    with database.write() as connection:
        exposures.follow(connection, MERCHANT)
        assert exposures.of_product(connection, MERCHANT, "prd_1") == []


def test_only_what_an_agent_saw_is_told_as_seen(lines: Connection) -> None:
    assert exposures.seen_of(lines, MERCHANT, "agt_0", ["prd_1", "prd_7"]) == {"prd_1"}
    assert exposures.seen_of(lines, MERCHANT, "agt_9", ["prd_1"]) == frozenset()
