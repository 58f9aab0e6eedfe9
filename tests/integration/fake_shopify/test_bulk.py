"""The fake shop's exports: checked, run on the clock, kept for seven days."""

import json

import pytest

from regie.demo.shopify import Faults
from regie.demo.shopify.testing import Practice

QUERY = "{ products { edges { node { id title variants { edges { node { id } } } } } } }"
DAY = 86_400


def started(practice: Practice) -> str:
    return str(practice.start_bulk(QUERY)["bulkOperation"]["id"])


def codes(practice: Practice, query: str) -> list[str]:
    return [error["code"] for error in practice.start_bulk(query)["userErrors"]]


def finished(practice: Practice) -> dict[str, str]:
    wanted = started(practice)
    practice.shop.clock.advance(60)
    return practice.poll_bulk(wanted)


def test_an_export_is_created_then_runs_then_completes() -> None:
    practice = Practice(bulk_seconds=40)
    wanted = started(practice)

    seen = []
    for _ in range(3):
        seen.append(practice.poll_bulk(wanted)["status"])
        practice.shop.clock.advance(20)

    assert seen == ["CREATED", "RUNNING", "COMPLETED"]


def test_counts_and_size_are_strings() -> None:
    done = finished(Practice())

    assert (done["objectCount"], done["rootObjectCount"]) == ("179", "60")
    assert done["fileSize"].isdigit()


def test_children_name_their_parent() -> None:
    lines = [json.loads(line) for line in Practice().export(QUERY).splitlines()]

    parents = {line["id"] for line in lines if "__parentId" not in line}
    assert {line["__parentId"] for line in lines if "__parentId" in line} == parents


def test_ungrouped_lines_are_mixed() -> None:
    practice = Practice()

    assert practice.export(QUERY) != practice.export(QUERY, grouped=True)


def test_the_same_seed_mixes_the_same_way() -> None:
    assert Practice(seed=5).export(QUERY) == Practice(seed=5).export(QUERY)


def test_an_empty_export_has_no_file() -> None:
    practice = Practice()
    query = "{ products(query: \"updated_at:>'2030-01-01T00:00:00Z'\") { edges { node { id } } } }"
    wanted = practice.start_bulk(query)["bulkOperation"]["id"]
    practice.shop.clock.advance(60)

    done = practice.poll_bulk(wanted)

    assert (done["status"], done["url"], done["objectCount"]) == ("COMPLETED", None, "0")


@pytest.mark.parametrize(
    "query",
    [
        "{ products { edges { node { nonsense } } } }",
        "{ products { edges { node { title variants { edges { node { id } } } } } } }",
        "{ products { edges { node { key: id variants { edges { node { id } } } } } } }",
        "{ shop { name } }",
        '{ nodes(ids: ["gid://shopify/Product/1"]) { id } }',
        "query($q: String) { products(query: $q) { edges { node { id } } } }",
        'mutation { bulkOperationCancel(id: "gid://shopify/X/1") { userErrors { message } } }',
        "{ products {",
    ],
)
def test_a_query_that_cannot_be_exported_is_invalid(query: str) -> None:
    assert codes(Practice(), query) == ["INVALID"]


def test_six_connections_are_too_many() -> None:
    inner = " ".join(f"v{n}: variants {{ edges {{ node {{ id }} }} }}" for n in range(5))

    assert codes(Practice(), f"{{ products {{ edges {{ node {{ id {inner} }} }} }} }}") == [
        "INVALID"
    ]


def test_three_levels_below_the_root_are_too_deep() -> None:
    query = "id"
    for name in ("metafields", "variants", "products", "collections"):
        query = f"{name} {{ edges {{ node {{ id {query} }} }} }}"

    assert codes(Practice(), f"{{ {query} }}") == ["INVALID"]


def test_a_sixth_export_at_once_is_refused() -> None:
    practice = Practice()
    for _ in range(5):
        started(practice)

    assert codes(practice, QUERY) == ["LIMIT_REACHED"]


def test_a_place_is_free_again_after_an_export() -> None:
    practice = Practice()
    for _ in range(5):
        started(practice)
    practice.shop.clock.advance(60)

    assert codes(practice, QUERY) == []


def test_a_running_export_can_be_cancelled() -> None:
    practice = Practice(bulk_seconds=40)
    wanted = started(practice)
    query = "mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } } }"

    cancelled = practice.data(query, {"id": wanted})["bulkOperationCancel"]["bulkOperation"]
    practice.shop.clock.advance(20)

    assert (cancelled["status"], practice.poll_bulk(wanted)["status"]) == ("CANCELING", "CANCELED")


def test_a_finished_export_cannot_be_cancelled() -> None:
    practice = Practice()
    wanted = started(practice)
    practice.shop.clock.advance(60)
    query = "mutation($id: ID!) { bulkOperationCancel(id: $id) { userErrors { message } } }"

    assert practice.data(query, {"id": wanted})["bulkOperationCancel"]["userErrors"]


def test_an_export_without_the_scope_fails() -> None:
    practice = Practice(scopes=["read_inventory"])

    done = finished(practice)

    assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "ACCESS_DENIED", None)


def test_the_file_is_gone_after_seven_days() -> None:
    practice = Practice()
    url = finished(practice)["url"]
    practice.shop.clock.advance(7 * DAY)

    assert practice.fetched(url).status == 403


def test_an_old_export_is_expired() -> None:
    practice = Practice()
    wanted = started(practice)
    practice.shop.clock.advance(60)
    practice.poll_bulk(wanted)
    practice.shop.clock.advance(8 * DAY)

    assert practice.poll_bulk(wanted)["status"] == "EXPIRED"


def test_a_file_without_its_signature_is_refused() -> None:
    practice = Practice()
    url = finished(practice)["url"]

    assert practice.fetched(url.replace("Signature=", "Signature=x")).status == 403


def test_a_truncated_file_is_shorter_than_announced() -> None:
    practice = Practice(faults=Faults(bulk_truncated=1.0))
    done = finished(practice)

    content = practice.fetch(done["url"])

    assert len(content) < int(done["fileSize"])
    assert not content.endswith(b"\n")


def test_a_failed_export_has_no_file() -> None:
    done = finished(Practice(faults=Faults(bulk_failed=1.0)))

    assert (done["status"], done["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")


def test_a_timed_out_export_offers_its_first_part() -> None:
    practice = Practice(faults=Faults(bulk_partial=1.0))

    done = finished(practice)

    assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "TIMEOUT", None)
    assert practice.fetch(done["partialDataUrl"])


def test_an_older_version_runs_one_export_at_a_time() -> None:
    practice = Practice()
    run = "mutation($q: String!) { bulkOperationRunQuery(query: $q) { userErrors { code } } }"
    practice.ask(run, {"q": QUERY}, version="2025-10")

    answer = practice.ask(run, {"q": QUERY}, version="2025-10")

    assert isinstance(answer.body, dict)
    errors = answer.body["data"]["bulkOperationRunQuery"]["userErrors"]
    assert errors == [{"code": "OPERATION_IN_PROGRESS"}]


def test_an_export_of_what_is_not_played_fails_and_is_noted() -> None:
    practice = Practice()
    wanted = practice.start_bulk("{ products { edges { node { id templateSuffix } } } }")
    practice.shop.clock.advance(60)

    done = practice.poll_bulk(wanted["bulkOperation"]["id"])

    assert done["errorCode"] == "INTERNAL_SERVER_ERROR"
    assert practice.shop.log.counts["bulk.not_played"]


def test_an_export_may_be_written_with_nodes() -> None:
    assert len(Practice().export("{ products { nodes { id } } }").splitlines()) == 60


def test_a_connection_behind_a_single_object_is_refused() -> None:
    item = "inventoryItem { inventoryLevels { edges { node { id } } } }"

    assert codes(Practice(), f"{{ productVariants {{ nodes {{ id {item} }} }} }}") == ["INVALID"]


def test_the_end_of_an_export_is_told() -> None:
    practice = Practice()
    practice.subscribe("BULK_OPERATIONS_FINISH")
    wanted = started(practice)
    practice.shop.clock.advance(60)

    practice.shop.deliver_due()

    body = practice.sent[0].read()
    assert (body["admin_graphql_api_id"], body["status"]) == (wanted, "completed")
