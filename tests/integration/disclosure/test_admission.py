"""Who is let in: keys, tiers, purposes, regions, terms, budgets, listed queries."""

from collections.abc import Iterator, Mapping

import orjson
import pytest
from msgspec import structs

from connector.store.database import Database
from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.grant import Budget
from storefront.disclosure.ledger.receipt import read_receipt
from storefront.disclosure.store import agents, keys, operations, terms
from tests.kit.catalogue import Reader
from tests.kit.disclosure.shop import FULL, QUERY, SHOW, Shop, nodes


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def test_a_key_without_a_grant_opens_nothing(shop: Shop) -> None:
    found = shop.agent.post({"query": QUERY})

    assert (found.status_code, shop.agent.code(QUERY)) == (403, "agent_not_admitted")


def test_a_revoked_grant_closes_at_once_cached_answers_too(shop: Shop) -> None:
    shop.grant(FULL)
    assert nodes(shop.agent.ask(QUERY))
    assert nodes(shop.agent.ask(QUERY))

    shop.revoke("grt_1")

    assert shop.agent.code(QUERY) == "agent_not_admitted"


def test_a_revoked_key_closes_at_once(shop: Shop) -> None:
    shop.grant(FULL)
    assert nodes(shop.agent.ask(QUERY))
    with shop.database.write() as connection:
        (key,) = keys.all_of(connection, "mer_1", "agt_1")
        keys.end(connection, "mer_1", key.id, 1, 1)

    assert shop.agent.code(QUERY) == "key_required"


def test_a_revoked_agent_closes_with_all_its_keys(shop: Shop) -> None:
    shop.grant(FULL)
    assert nodes(shop.agent.ask(QUERY))
    with shop.database.write() as connection:
        agents.revoke(connection, "mer_1", "agt_1", 1)

    assert shop.agent.code(QUERY) == "key_required"


def test_a_budget_of_requests_ends(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, budget=Budget(2, 1000)))

    codes = [shop.agent.post({"query": "{merchant {name}}"}) for _ in range(3)]

    assert [it.status_code for it in codes] == [200, 200, 429]
    assert 1 <= int(codes[2].headers["Retry-After"]) <= 60
    assert '"requests";r=0' in codes[1].headers["RateLimit"]


def test_a_budget_of_cost_ends(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, budget=Budget(100, 25)))

    found = [shop.agent.code("{products(first: 20) {totalCount}}") for _ in range(2)]

    assert found == [None, "rate_limited"]


def test_cached_answers_count_as_well(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, budget=Budget(2, 10_000)))

    found = [shop.agent.code(QUERY) for _ in range(3)]

    assert found == [None, None, "rate_limited"]


def test_a_purpose_that_is_not_granted_is_refused(shop: Shop) -> None:
    shop.grant(FULL)

    found = shop.agent.post({"query": QUERY}, **{"Regie-Purpose": "training"})
    odd = shop.agent.post({"query": QUERY}, **{"Regie-Purpose": "fun"})

    assert (found.status_code, odd.status_code) == (403, 400)


def test_a_region_opens_what_is_granted_there(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, regions=frozenset({"NL"})))

    found = [shop.agent.post({"query": QUERY}, **headers) for headers in regions()]

    assert [it.status_code for it in found] == [403, 403, 200, 400]


def regions() -> Iterator[Mapping[str, str]]:
    yield {}
    for name in ("DE", "NL", "Holland"):
        yield {"Regie-Region": name}


def test_terms_must_be_accepted(shop: Shop) -> None:
    shop.grant(FULL)
    with shop.database.write() as connection:
        newest = terms.publish(connection, "mer_1", "Be kind.", 0)
        (key,) = keys.all_of(connection, "mer_1", "agt_1")

    assert shop.agent.code(QUERY) == "terms_required"
    with shop.database.write() as connection:
        keys.accept_terms(connection, "mer_1", key.id, newest.version)
    found = shop.agent.post({"query": QUERY})
    assert read_receipt(found.headers["Regie-Receipt"]).terms_digest == newest.digest


def test_a_grant_to_everyone_needs_no_key(shop: Shop) -> None:
    shop.grant(structs.replace(SHOW, agent_id=None, tier=Tier.ANONYMOUS))

    assert Reader(shop.database, None).data("{products {totalCount}}")


def test_an_agent_that_says_its_name_is_claimed_and_no_more(shop: Shop) -> None:
    shop.grant(structs.replace(SHOW, tier=Tier.CLAIMED))
    stranger = Reader(shop.database, None)

    found = stranger.post({"query": "{__typename}"}, **{"User-Agent": "Mozilla FinderBot/1.0"})

    assert found.status_code == 200
    assert (shop.entries()[-1].agent, shop.entries()[-1].tier) == ("agt_1", 1)
    assert stranger.code("{__typename}") == "key_required"


def test_a_listed_operation_is_asked_for_by_its_hash(shop: Shop) -> None:
    with shop.database.write() as connection:
        digest = operations.keep(connection, "mer_1", "{products {totalCount}}", 0)
    shop.grant(structs.replace(FULL, operations=frozenset({digest})))
    wanted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}

    assert shop.agent.post(wanted).json["data"]["products"]["totalCount"] == 2  # type: ignore[index]
    assert shop.agent.code("{merchant {name}}") == "operation_not_allowed"


def test_a_hash_that_is_not_known_asks_for_the_text(shop: Shop) -> None:
    shop.grant(FULL)
    wanted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a" * 64}}}

    found = orjson.loads(shop.agent.post(wanted).data)

    assert found["errors"][0]["message"].startswith("PersistedQueryNotFound")


def test_training_needs_its_own_word(shop: Shop) -> None:
    shop.grant(structs.replace(FULL, purposes=frozenset({Purpose.TRAINING})))

    assert shop.agent.code(QUERY) == "agent_not_admitted"
    found = shop.agent.post({"query": QUERY}, **{"Regie-Purpose": "training"})
    assert found.status_code == 200
