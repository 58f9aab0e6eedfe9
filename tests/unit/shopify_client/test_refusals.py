"""A refusal of Shopify is typed, and repeated only where that can help."""

from typing import Any

import pytest
import responses

from connector.model.errors import Conflict, PlatformCredentials, RegieError
from connector.platforms.shopify import errors
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.document import BadDocument
from tests.kit.shops.shopify_calls import (
    ANSWER,
    CASES,
    DONE,
    MUTATION,
    URL,
    Tokens,
    play,
    recorded,
    run,
)

DESTINATION = "fulfillmentOrders.nodes.destination"
LASTING = [
    ("max_cost_exceeded", errors.QueryTooCostly, {"cost": 3204, "max_cost": 1000}),
    ("access_denied", errors.MissingScope, {"place": "locations"}),
    ("protected_customer_data", errors.ProtectedData, {"place": DESTINATION}),
    ("undefined_field", errors.QueryRefused, {"field_name": "totalVariantsX"}),
    ("variable_invalid", errors.QueryRefused, {}),
    ("idempotency_missing", errors.QueryRefused, {"reason": "BAD_REQUEST"}),
    ("http_402_frozen", errors.ShopFrozen, {"status_seen": 402}),
    ("http_403_nonexpiring", errors.ShopForbidden, {"status_seen": 403}),
    ("http_404_shop", errors.ShopNotFound, {"status_seen": 404}),
    ("http_423_locked", errors.ShopLocked, {"status_seen": 423}),
    ("http_430", errors.SecurityRejection, {"status_seen": 430}),
]  # fmt: skip  # a table


@pytest.mark.parametrize(("case", "kind", "facts"), LASTING, ids=[case for case, *_ in LASTING])
def test_a_lasting_refusal_is_typed_and_never_repeated(
    client: ShopifyClient,
    shop: responses.RequestsMock,
    case: str,
    kind: type[RegieError],
    facts: dict[str, Any],
) -> None:
    play(shop, case)

    with pytest.raises(kind) as error:
        run(client)

    assert facts.items() <= error.value.details().items()
    assert len(shop.calls) == 1


def test_a_missing_scope_is_named(client: ShopifyClient, shop: responses.RequestsMock) -> None:
    play(shop, "access_denied")

    with pytest.raises(errors.MissingScope, match="read_locations"):
        run(client)


def test_a_keyed_document_without_a_key_is_never_sent(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    with pytest.raises(BadDocument):
        run(client, "inventory_move", variables={"input": {}})
    with pytest.raises(BadDocument):
        run(client, MUTATION, idempotency_key="k")

    assert len(shop.calls) == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("inventory_move_stale", errors.StaleWrite),
        ("metafields_set_stale", errors.StaleWrite),
        ("inventory_move_idem_mismatch", errors.KeyReused),
        ("inventory_move_missing_document", errors.WriteRefused),
        ("draft_order_create_error", errors.WriteRefused),
        ("bulk_run_user_error_in_progress", errors.WriteRefused),
        ("webhook_create_error_taken", errors.WriteRefused),
    ],
)
def test_user_errors_are_typed_and_not_repeated(
    client: ShopifyClient, shop: responses.RequestsMock, name: str, kind: type[errors.UserErrors]
) -> None:
    recorded(shop, name)
    keyed = {"idempotency_key": "k"} if name.startswith("inventory") else {}

    with pytest.raises(kind) as error:
        run(client, "inventory_move" if keyed else MUTATION, **keyed)

    assert error.value.errors
    assert len(shop.calls) == 1


def test_a_stale_write_is_a_conflict_that_names_code_and_field(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    recorded(shop, "inventory_move_stale")

    with pytest.raises(Conflict) as error:
        run(client, "inventory_move", idempotency_key="k")

    assert error.value.details() == {
        "mutation": "inventoryMoveQuantities",
        "codes": ["CHANGE_FROM_QUANTITY_STALE"],
        "fields": ["input.changes.0.from.changeFromQuantity"],
    }


def test_errors_beside_data_are_still_errors(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json={**ANSWER, **CASES["access_denied"]["response"], "data": ANSWER["data"]})

    with pytest.raises(errors.MissingScope):
        run(client)


def test_what_will_not_pass_by_itself_is_told_before_what_may(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    both = [CASES[case]["response"]["errors"][0] for case in ("internal_error", "access_denied")]
    shop.post(URL, json={"errors": both})

    with pytest.raises(errors.MissingScope):
        run(client)


def test_a_refused_token_is_renewed_once_and_the_call_repeated(
    client: ShopifyClient, shop: responses.RequestsMock, tokens: Tokens
) -> None:
    play(shop, "http_401_invalid_token")
    shop.post(URL, json=DONE)

    run(client, MUTATION)

    assert tokens.renewed == ["shpat_0"]
    assert shop.calls[1].request.headers["X-Shopify-Access-Token"] == "shpat_1"


def test_a_token_that_is_refused_twice_is_the_merchants_to_mend(
    client: ShopifyClient, shop: responses.RequestsMock, tokens: Tokens
) -> None:
    play(shop, "http_401_invalid_token")

    with pytest.raises(PlatformCredentials):
        run(client)

    assert (len(tokens.renewed), len(shop.calls)) == (1, 2)
