import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import regie
from connector.model.errors import BadSignature
from connector.platforms.shopify.access.session import bearer, verify_session_token
from connector.platforms.shopify.access.signature import (
    verify_proxy,
    verify_query,
    verify_webhook,
    webhook_signature,
)

DATA = Path(regie.__file__).parent / "demo" / "data" / "hafen-und-hof"
VECTORS: dict[str, Any] = json.loads((DATA / "responses" / "signature_vectors.json").read_text())
SECRET: str = VECTORS["secret"]
OTHER = "another secret that is long enough for HS256"
SIGNED_AT = datetime.fromtimestamp(1763712000, UTC)
WEBHOOKS = sorted((DATA / "webhooks").glob("*.json"))


def pairs_of(params: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in params.items()
        for value in (values if isinstance(values, list) else [values])
    ]


OAUTH = [*pairs_of(VECTORS["oauth_query"]["params"]), ("hmac", VECTORS["oauth_query"]["hmac_hex"])]
LISTED = [
    *pairs_of(VECTORS["oauth_query_array"]["params"]),
    ("hmac", VECTORS["oauth_query_array"]["hmac_hex"]),
]
PROXY = [
    *pairs_of(VECTORS["app_proxy"]["params"]),
    ("signature", VECTORS["app_proxy"]["signature_hex"]),
]


@pytest.mark.parametrize("file", WEBHOOKS, ids=lambda file: file.stem)
def test_recorded_webhooks_are_accepted_or_refused_as_expected(file: Path) -> None:
    told = json.loads(file.read_text())
    body = (file.parent / told["body_file"]).read_bytes()
    header = told["headers"]["X-Shopify-Hmac-Sha256"]

    if told["expect"] == "2xx":
        verify_webhook(body, header, [SECRET])
    else:
        with pytest.raises(BadSignature):
            verify_webhook(body, header, [SECRET])


@pytest.mark.parametrize("header", [None, "", "not base64!", "ä", "AAAA"])
def test_a_webhook_without_a_readable_signature_is_refused(header: str | None) -> None:
    with pytest.raises(BadSignature):
        verify_webhook(b"{}", header, [SECRET])


def test_a_webhook_is_refused_when_no_secret_is_known() -> None:
    with pytest.raises(BadSignature):
        verify_webhook(b"{}", webhook_signature(b"{}", SECRET), [])


def test_during_a_rotation_old_and_new_secret_are_accepted() -> None:
    for secret in (SECRET, OTHER):
        verify_webhook(b"{}", webhook_signature(b"{}", secret), [OTHER, SECRET])


@given(body=st.binary(min_size=1), bit=st.integers(min_value=0))
def test_one_changed_bit_breaks_a_webhook(body: bytes, bit: int) -> None:
    changed = bytearray(body)
    changed[bit // 8 % len(body)] ^= 1 << bit % 8

    with pytest.raises(BadSignature):
        verify_webhook(bytes(changed), webhook_signature(body, SECRET), [SECRET])


def test_an_install_link_is_verified_and_names_its_shop() -> None:
    found = verify_query(OAUTH, [OTHER, SECRET], SIGNED_AT)

    assert found.shop == "hafen-und-hof.myshopify.com"
    assert found.parameters["state"] == "0.6784241404160823"


def test_a_list_parameter_is_signed_as_a_whole() -> None:
    assert verify_query(LISTED, [SECRET], SIGNED_AT).lists == {"ids[]": ["1", "2"]}
    with pytest.raises(BadSignature):
        verify_query([*LISTED, ("ids[]", "3")], [SECRET], SIGNED_AT)


@pytest.mark.parametrize("seconds", [-90, 0, 90])
def test_a_link_is_good_for_ninety_seconds(seconds: int) -> None:
    assert verify_query(OAUTH, [SECRET], SIGNED_AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-91, 91, 86_000])
def test_a_link_cannot_be_replayed_later(seconds: int) -> None:
    for verify, pairs in ((verify_query, OAUTH), (verify_proxy, PROXY)):
        with pytest.raises(BadSignature, match="too old"):
            verify(pairs, [SECRET], SIGNED_AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("name", ["shop", "hmac", "timestamp", "code"])
def test_a_repeated_parameter_is_refused(name: str) -> None:
    with pytest.raises(BadSignature):
        verify_query([*OAUTH, (name, dict(OAUTH)[name])], [SECRET], SIGNED_AT)


def resigned(**changes: str) -> list[tuple[str, str]]:
    from connector.platforms.shopify.access.signature import _query_hmac  # noqa: PLC0415

    params = {**dict(OAUTH), **changes}
    params.pop("hmac")
    return [*params.items(), ("hmac", _query_hmac(params, SECRET))]


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "-1", "²"])
def test_a_signed_link_with_an_odd_time_is_refused(timestamp: str) -> None:
    with pytest.raises(BadSignature):
        verify_query(resigned(timestamp=timestamp), [SECRET], SIGNED_AT)


@pytest.mark.parametrize(
    "shop",
    [
        "",
        "evil.com",
        "hafen.myshopify.com.evil.com",
        "127.0.0.1:9",
        "a.myshopify.com\n",
        "-a.myshopify.com",
    ],
)
def test_a_signed_link_to_a_foreign_shop_is_refused(shop: str) -> None:
    with pytest.raises(BadSignature):
        verify_query(resigned(shop=shop), [SECRET], SIGNED_AT)


@pytest.mark.parametrize("pairs", [[], [("hmac", "")], [("hmac", "ä")], [("hmac", "\ud800")]])
def test_a_link_without_a_signature_is_refused(pairs: list[tuple[str, str]]) -> None:
    for verify in (verify_query, verify_proxy):
        with pytest.raises(BadSignature):
            verify(pairs, [SECRET], SIGNED_AT)


def test_an_app_proxy_request_is_verified() -> None:
    found = verify_proxy(PROXY, [SECRET], SIGNED_AT)

    assert (found.parameters["path_prefix"], found.lists) == ("/apps/regie", {"extra": ["1", "2"]})


@pytest.mark.parametrize("extra", [("extra", "3"), ("shop", "b.myshopify.com"), ("new", "1")])
def test_a_changed_app_proxy_request_is_refused(extra: tuple[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify_proxy([*PROXY, extra], [SECRET], SIGNED_AT)


SESSION = VECTORS["session_token"]


def signed(**changes: Any) -> str:
    claims = {**SESSION["claims"], **changes}
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, SECRET, "HS256")


def test_a_session_token_tells_shop_user_and_session() -> None:
    found = verify_session_token(SESSION["jwt_hs256"], "TEST_CLIENT_ID", [OTHER, SECRET], SIGNED_AT)

    assert (found.shop, found.user_id) == ("hafen-und-hof.myshopify.com", "902541635")
    assert found.jti == SESSION["claims"]["jti"]


@pytest.mark.parametrize("kind", ["bad_aud", "bad_sig", "dest_mismatch", "expired"])
def test_recorded_bad_session_tokens_are_refused(kind: str) -> None:
    with pytest.raises(BadSignature):
        verify_session_token(
            SESSION[kind], "TEST_CLIENT_ID", [SECRET], SIGNED_AT + timedelta(seconds=120)
        )


@pytest.mark.parametrize("claim", ["iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid"])
def test_a_session_token_without_one_of_its_claims_is_refused(claim: str) -> None:
    with pytest.raises(BadSignature):
        verify_session_token(signed(**{claim: None}), "TEST_CLIENT_ID", [SECRET], SIGNED_AT)


ODD_CLAIMS: list[dict[str, Any]] = [
    {"iss": "http://hafen-und-hof.myshopify.com/admin"},
    {"iss": "https://evil.com/admin", "dest": "https://evil.com"},
    {"iss": "https://user@hafen-und-hof.myshopify.com/admin"},
    {"iss": "https://hafen-und-hof.myshopify.com:444/admin"},
    {"dest": "https://hafen-und-hof.myshopify.com/other"},
    {"exp": "soon"},
    {"nbf": SIGNED_AT.timestamp() + 11},
    {"iat": int(SIGNED_AT.timestamp()) + 11},
    {"exp": int(SIGNED_AT.timestamp()) - 10},
    {"sub": 7},
]


@pytest.mark.parametrize("claims", ODD_CLAIMS, ids=str)
def test_a_session_token_with_odd_claims_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        verify_session_token(signed(**claims), "TEST_CLIENT_ID", [SECRET], SIGNED_AT)


def test_ten_seconds_of_clock_difference_are_forgiven() -> None:
    seconds = int(SIGNED_AT.timestamp())
    token = signed(nbf=seconds + 10, iat=seconds + 10, exp=seconds - 9)

    assert verify_session_token(token, "TEST_CLIENT_ID", [SECRET], SIGNED_AT)


def test_an_unsigned_session_token_is_refused() -> None:
    parts = [b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in
             ({"alg": "none", "typ": "JWT"}, SESSION["claims"])]  # fmt: skip  # two parts

    with pytest.raises(BadSignature):
        verify_session_token(".".join([*parts, ""]), "TEST_CLIENT_ID", [SECRET], SIGNED_AT)


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", " Bearer  abc "])
def test_a_bearer_header_gives_its_token(header: str) -> None:
    assert bearer(header) == "abc"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc"])
def test_a_request_without_a_bearer_token_is_refused(header: str | None) -> None:
    with pytest.raises(BadSignature):
        bearer(header)
