"""The fake shop's keys: who gets one, how long it lasts, how it is renewed."""

from typing import Any

import pytest

from regie.demo.shopify.oauth import EXCHANGE, ID_TOKEN, OFFLINE, ONLINE
from regie.demo.shopify.query.answers import Answer
from regie.demo.shopify.testing import Practice

SHOP = "{ shop { name } }"
HOUR = 3600
DAY = 24 * HOUR


def granted(practice: Practice, **body: Any) -> Answer:
    shop = practice.shop
    return shop.token({"client_id": shop.client_id, "client_secret": shop.client_secret, **body})


def told(answer: Answer) -> dict[str, Any]:
    assert isinstance(answer.body, dict)
    return answer.body


def exchanged(practice: Practice, **more: Any) -> Answer:
    body = {
        "grant_type": EXCHANGE,
        "subject_token": practice.shop.session_token(),
        "subject_token_type": ID_TOKEN,
        "requested_token_type": OFFLINE,
        "expiring": "1",
    }
    return granted(practice, **(body | more))


def refreshed(practice: Practice, token: str) -> Answer:
    return granted(practice, grant_type="refresh_token", refresh_token=token)


def public() -> Practice:
    return Practice(public_app=True)


def test_client_credentials_open_the_shop_for_a_day() -> None:
    practice = Practice()

    answer = told(granted(practice, grant_type="client_credentials"))

    assert answer["expires_in"] == DAY - 1
    assert practice.ask(SHOP, token=answer["access_token"]).status == 200


def test_a_days_token_ends_after_a_day() -> None:
    practice = Practice()
    token = told(granted(practice, grant_type="client_credentials"))["access_token"]

    practice.shop.clock.advance(DAY)

    assert practice.ask(SHOP, token=token).status == 401


def test_a_public_app_gets_no_client_credentials() -> None:
    answer = granted(public(), grant_type="client_credentials")

    assert (answer.status, told(answer)["error"]) == (400, "shop_not_permitted")


def test_a_wrong_secret_is_refused() -> None:
    answer = granted(Practice(), grant_type="client_credentials", client_secret="shpss_wrong")

    assert (answer.status, told(answer)["error"]) == (400, "invalid_client")


def test_a_session_token_is_traded_for_an_hours_token() -> None:
    practice = public()

    answer = told(exchanged(practice))

    assert (answer["expires_in"], answer["refresh_token_expires_in"]) == (HOUR, 90 * DAY)
    assert practice.ask(SHOP, token=answer["access_token"]).status == 200


def test_without_expiring_a_public_app_gets_a_useless_token() -> None:
    practice = public()

    token = told(exchanged(practice, expiring="0"))["access_token"]

    assert practice.ask(SHOP, token=token).status == 403


def test_an_endless_token_can_be_traded_for_one_that_ends() -> None:
    practice = public()
    endless = told(exchanged(practice, expiring="0"))["access_token"]

    answer = exchanged(practice, subject_token=endless, subject_token_type=OFFLINE)

    assert told(answer)["refresh_token"]


def test_an_online_token_names_its_user() -> None:
    answer = told(exchanged(public(), requested_token_type=ONLINE))

    assert answer["associated_user"]["email"] == "mara@example.com"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"dest": "https://other.myshopify.com"},
        {"iss": "https://other.myshopify.com/admin"},
        {"exp": 1},
        {"nbf": 4_102_444_800},
    ],
)
def test_a_bad_session_token_is_refused(claims: dict[str, Any]) -> None:
    practice = public()

    answer = exchanged(practice, subject_token=practice.shop.session_token(**claims))

    assert (answer.status, told(answer)["error"]) == (400, "invalid_subject_token")


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "é.é.é"])
def test_what_is_no_session_token_is_refused(token: str) -> None:
    assert exchanged(public(), subject_token=token).status == 400


def test_a_session_token_with_a_forged_signature_is_refused() -> None:
    practice = public()
    head, body, _ = practice.shop.session_token().split(".")

    assert exchanged(practice, subject_token=f"{head}.{body}.AAAA").status == 400


def test_a_refresh_gives_a_new_pair() -> None:
    practice = public()
    first = told(exchanged(practice))

    second = told(refreshed(practice, first["refresh_token"]))

    assert second["refresh_token"] != first["refresh_token"]
    assert practice.ask(SHOP, token=second["access_token"]).status == 200


def test_an_old_refresh_token_is_good_until_the_new_one_is_used() -> None:
    practice = public()
    first = told(exchanged(practice))["refresh_token"]
    refreshed(practice, first)

    assert refreshed(practice, first).status == 200


def test_an_old_refresh_token_is_dead_once_the_new_one_was_used() -> None:
    practice = public()
    first = told(exchanged(practice))["refresh_token"]
    second = told(refreshed(practice, first))["refresh_token"]
    refreshed(practice, second)

    assert told(refreshed(practice, first))["error"] == "invalid_grant"


def test_a_used_refresh_token_ends_after_thirty_days() -> None:
    practice = public()
    first = told(exchanged(practice))["refresh_token"]
    refreshed(practice, first)
    practice.shop.clock.advance(30 * DAY)

    assert refreshed(practice, first).status == 400


def test_an_unused_refresh_token_ends_after_ninety_days() -> None:
    practice = public()
    first = told(exchanged(practice))["refresh_token"]
    practice.shop.clock.advance(90 * DAY)

    assert refreshed(practice, first).status == 400


def test_an_unknown_refresh_token_is_refused() -> None:
    assert told(refreshed(public(), "shprt_x"))["error"] == "invalid_grant"


def test_an_unknown_grant_is_refused() -> None:
    assert told(granted(public(), grant_type="password"))["error"] == "unsupported_grant_type"
