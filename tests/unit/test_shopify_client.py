import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import responses
import stamina
from msgspec import Struct

import regie
from connector.model.errors import Conflict, PlatformCredentials, PlatformUnavailable, RegieError
from connector.platforms.errors import NotJson, ServerFault
from connector.platforms.shopify import errors
from connector.platforms.shopify.client import ShopifyClient, connect
from connector.platforms.shopify.document import BadDocument
from connector.platforms.shopify.domain import InvalidShop
from connector.platforms.shopify.throttle import CostBucket
from connector.platforms.shopify.token import FixedToken
from connector.platforms.shopify.version import TARGET, VersionUnsupported
from connector.platforms.transport import Transport

SHOP = "hafen-und-hof.myshopify.com"
URL = f"https://{SHOP}/admin/api/{TARGET}/graphql.json"
RESPONSES = Path(regie.__file__).parent / "demo" / "data" / "hafen-und-hof" / "responses"
CASES: dict[str, Any] = json.loads((RESPONSES / "protocol_errors.json").read_text())["cases"]
QUERY = "{ shop { name } }"
ANSWER = {"data": {"shop": {"name": "Hafen & Hof"}}}
Execute = Callable[..., dict[str, Any]]


class Shop(Struct):
    name: str


class Answer(Struct):
    shop: Shop


class Tokens:
    def __init__(self) -> None:
        self.renewed: list[str] = []

    def token(self) -> str:
        return f"shpat_{len(self.renewed)}"

    def renew(self, rejected: str) -> str:
        self.renewed.append(rejected)
        return self.token()


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def shop() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def client(tokens: Tokens, slept: list[float]) -> Iterator[ShopifyClient]:
    with Transport() as transport:
        bucket = CostBucket(clock=lambda: 0.0, sleep=slept.append)
        yield ShopifyClient(SHOP, tokens, TARGET, transport, bucket=bucket)


def play(shop: responses.RequestsMock, case: str) -> None:
    told = CASES[case]
    body = told["response"]
    headers = {k: v for k, v in told["headers"].items() if k != "content-type"}
    shop.post(
        URL,
        status=told["status"],
        headers=headers,
        body=body if isinstance(body, str) else json.dumps(body),
    )


def run(client: ShopifyClient, operation: str = QUERY, **options: Any) -> dict[str, Any]:
    return client.execute(operation, type=dict[str, Any], **options)


def recorded(shop: responses.RequestsMock, name: str) -> dict[str, Any]:
    exchange: dict[str, Any] = json.loads((RESPONSES / f"{name}.json").read_text())
    shop.post(URL, json=exchange["response"])
    variables: dict[str, Any] = exchange["request"]["variables"]
    return variables


def test_an_answer_is_decoded_into_the_type_asked_for(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=ANSWER)

    assert client.execute(QUERY, type=Answer) == Answer(Shop("Hafen & Hof"))


def test_the_request_carries_token_document_and_variables(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, json=ANSWER)

    run(client, "query A($n: Int) { shop { name } }", variables={"n": 1})

    sent = shop.calls[0].request
    assert sent.headers["X-Shopify-Access-Token"] == "shpat_0"
    assert json.loads(sent.body or "")["variables"] == {"n": 1}


def test_an_operation_is_read_from_its_file(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    recorded(shop, "shop")

    assert run(client, "shop")["shop"]["myshopifyDomain"] == SHOP


@pytest.mark.parametrize("name", ["evil.com", "127.0.0.1:9", "a.myshopify.com.evil.com", "", "a"])
def test_no_client_is_made_for_a_foreign_shop(name: str) -> None:
    with Transport() as transport, pytest.raises(InvalidShop):
        ShopifyClient(name, FixedToken("x"), TARGET, transport)


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


@pytest.mark.parametrize(
    "case", ["throttled", "internal_error", "http_429", "http_502_html", "http_503_retry_after"]
)
def test_a_query_is_repeated_after_a_passing_fault(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    play(shop, case)
    shop.post(URL, json=ANSWER)

    assert run(client) == ANSWER["data"]


@pytest.mark.parametrize("case", ["throttled", "internal_error", "http_429", "http_502_html"])
def test_a_passing_fault_that_stays_is_told_after_some_attempts(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    play(shop, case)

    with pytest.raises(PlatformUnavailable):
        run(client)

    assert len(shop.calls) == 4


def test_throttled_waits_as_long_as_the_missing_points_take(
    client: ShopifyClient, shop: responses.RequestsMock, slept: list[float]
) -> None:
    play(shop, "throttled")
    shop.post(URL, json=ANSWER)

    run(client)

    assert slept == [pytest.approx((246 - 31) / 100)]


MUTATION = 'mutation { tagsAdd(id: "1", tags: []) { userErrors { message } } }'
DONE: dict[str, Any] = {"data": {"tagsAdd": {"userErrors": []}}}


@pytest.mark.parametrize("case", ["internal_error", "http_502_html", "http_429"])
def test_a_mutation_is_not_repeated_unless_twice_is_once(
    client: ShopifyClient, shop: responses.RequestsMock, case: str
) -> None:
    play(shop, case)
    shop.post(URL, json=DONE)

    with pytest.raises((errors.ShopifyFault, ServerFault)):
        run(client, MUTATION)

    assert run(client, MUTATION, idempotent=True)
    assert len(shop.calls) == 2


def test_a_throttled_mutation_is_repeated_for_it_was_not_executed(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    play(shop, "throttled")
    shop.post(URL, json=DONE)

    assert run(client, MUTATION)


def test_a_keyed_mutation_is_repeated_with_the_same_key(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    play(shop, "http_503_retry_after")
    play(shop, "internal_error")
    variables = recorded(shop, "inventory_move_ok")

    run(client, "inventory_move", variables={"input": variables["input"]}, idempotency_key="k-1")

    keys = [json.loads(call.request.body or "")["variables"]["key"] for call in shop.calls]
    assert keys == ["k-1"] * 3


def test_a_request_that_is_still_running_is_repeated_with_the_same_key(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    running = {"code": "IDEMPOTENCY_CONCURRENT_REQUEST", "field": None, "message": "wait"}
    shop.post(URL, json={"data": {"inventoryMoveQuantities": {"userErrors": [running]}}})
    recorded(shop, "inventory_move_ok")

    assert run(client, "inventory_move", variables={"input": {}}, idempotency_key="k")


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


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"{}", b"[]", b'{"data": {"shop": 1}}', b'{"data": null}', b"{"]
)
def test_an_unknown_answer_is_malformed(
    client: ShopifyClient, shop: responses.RequestsMock, body: bytes
) -> None:
    shop.post(URL, body=body)

    with pytest.raises((NotJson, errors.UnknownShape)):
        client.execute(QUERY, type=Answer)


def test_a_redirect_is_an_error_and_the_token_goes_nowhere_else(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    shop.post(URL, status=301, headers={"Location": "https://evil.com/"})

    with pytest.raises(errors.UnexpectedStatus):
        run(client)

    assert len(shop.calls) == 1


def test_another_version_in_the_answer_is_accepted_down_to_the_oldest(
    client: ShopifyClient, shop: responses.RequestsMock, capsys: pytest.CaptureFixture[str]
) -> None:
    for served in ("2026-07", "2026-07", "2026-04"):
        shop.post(URL, json=ANSWER, headers={"X-Shopify-API-Version": served})

    run(client)
    run(client)
    assert capsys.readouterr().out.count("shopify.version_differs") == 1
    with pytest.raises(VersionUnsupported):
        run(client)


@pytest.mark.parametrize(
    ("handles", "chosen"),
    [(["2026-07", "2026-10"], "2026-10"), (["2026-04", "2026-07"], "2026-07")],
)
def test_the_newest_version_that_both_know_is_spoken(
    shop: responses.RequestsMock, handles: list[str], chosen: str
) -> None:
    known = [{"handle": handle, "supported": True} for handle in handles]
    shop.post(URL, json={"data": {"publicApiVersions": known}})

    with Transport() as transport:
        assert connect(SHOP, FixedToken("x"), transport).version == chosen


def test_a_shop_without_a_common_version_is_refused(shop: responses.RequestsMock) -> None:
    known = [{"handle": "2026-10", "supported": False}, {"handle": "2025-10", "supported": True}]
    shop.post(URL, json={"data": {"publicApiVersions": known}})

    with Transport() as transport, pytest.raises(VersionUnsupported):
        connect(SHOP, FixedToken("x"), transport)


def test_the_clock_difference_of_the_last_answer_is_kept(shop: responses.RequestsMock) -> None:
    shop.post(URL, json=ANSWER, headers={"Date": "Sat, 21 Nov 2026 12:00:30 GMT"})

    with Transport(clock=lambda: 1795262400.0) as transport:
        client = ShopifyClient(SHOP, FixedToken("x"), TARGET, transport)
        run(client)

    assert client.skew_seconds == 30


def test_no_error_shows_a_token_or_a_variable(
    client: ShopifyClient, shop: responses.RequestsMock
) -> None:
    leak = "no shpat_TEST_1234 with Bearer opaque-opaque"
    shop.post(URL, json={"errors": [{"message": leak, "extensions": {"value": "Mara"}}]})

    with pytest.raises(errors.QueryRefused) as error:
        run(client)

    told = str(error.value) + str(error.value.details())
    assert not any(word in told for word in ("shpat", "opaque", "Mara"))


@pytest.mark.parametrize(
    "text", ["nonsense {", "{ a } { b }", "no_such_file", "fragment F on A { b }"]
)
def test_a_document_that_is_not_one_operation_is_our_fault(
    client: ShopifyClient, text: str
) -> None:
    with pytest.raises(BadDocument):
        run(client, text)
