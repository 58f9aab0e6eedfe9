"""Which agent signed a request: what proves it, and all that does not."""

import hashlib
import hmac
import random
from base64 import b64encode
from typing import Any

import pytest

from connector.model.errors import BadSignature, RegieError
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.directory import Directory
from storefront.disclosure.origin import origin_of
from storefront.disclosure.reception import Credentials
from storefront.disclosure.signature import Replays, Signatures
from tests.kit.disclosure.signing import KEY, NOW, ORIGIN, OTHER, Clock, keyid, signed

SHOP = "shop.example"
AGENT = Agent("agt_1", "Finder", Kind.ASSISTANT, "mail@agent.example", directory=ORIGIN + "/x")
AGENTS = {"agt_0": Agent("agt_0", "Mute", Kind.ASSISTANT, "mail@x.example"), "agt_1": AGENT}


@pytest.fixture
def door(clock: Clock, directory: Directory) -> Signatures:
    return Signatures(f"https://{SHOP}", directory, clock)


def shown(headers: dict[str, str], query: str = "", host: str = SHOP) -> Credentials:
    return Credentials(None, "", None, None, host, "POST", f"/graphql{query}", headers)


def good(now: float = NOW, **parameters: Any) -> dict[str, str]:
    return signed(KEY, ORIGIN, SHOP, now, **parameters)


def refused(door: Signatures, headers: dict[str, str], **more: str) -> str:
    with pytest.raises(BadSignature) as error:
        door.agent_of(shown(headers, **more), AGENTS)
    assert error.value.status == 401
    return error.value.message


UNPROVEN = "No registered agent has signed this."


def test_a_good_signature_names_its_agent(door: Signatures) -> None:
    assert door.agent_of(shown(good()), AGENTS) == (AGENT, keyid(KEY))


def test_the_host_header_has_no_say(door: Signatures) -> None:
    assert door.agent_of(shown(good(), host="proxy.internal:8080"), AGENTS) == (AGENT, keyid(KEY))


def test_a_shop_may_lie_below_a_path(directory: Directory, clock: Clock) -> None:
    door = Signatures(f"https://{SHOP}/regie/", directory, clock)
    parts = ("@authority", "signature-agent", "@target-uri")
    headers = good(components=parts, values={"@target-uri": f"https://{SHOP}/regie/graphql"})

    assert door.agent_of(shown(headers), AGENTS) == (AGENT, keyid(KEY))


def test_a_signature_for_another_shop_is_worth_nothing(door: Signatures) -> None:
    elsewhere = signed(KEY, ORIGIN, "other.example", NOW)

    assert refused(door, elsewhere, host="other.example") == UNPROVEN


def test_another_port_is_another_authority(door: Signatures) -> None:
    assert refused(door, signed(KEY, ORIGIN, f"{SHOP}:8443", NOW)) == UNPROVEN


def test_an_agent_that_was_put_on_another_signature_is_refused(door: Signatures) -> None:
    headers = {**good(), "signature-agent": '"https://rich.example"'}

    assert refused(door, headers) == UNPROVEN


def test_the_spelling_of_the_agent_is_signed_too(door: Signatures) -> None:
    assert refused(door, {**good(), "signature-agent": f'"{ORIGIN}/"'}) == UNPROVEN


def test_a_signed_query_cannot_be_changed(door: Signatures) -> None:
    parts = ("@authority", "signature-agent", "@query", "@method", "@path")
    values = {"@query": "?query=a", "@method": "POST", "@path": "/graphql"}
    headers = good(components=parts, values=values)

    assert refused(door, headers, query="?query=b") == UNPROVEN
    assert refused(door, headers, query="?query=a#b") == UNPROVEN
    assert door.agent_of(shown(headers, "?query=a"), AGENTS) == (AGENT, keyid(KEY))


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"created": None}, "`created` and `expires` are wanted."),
        ({"expires": None}, "`created` and `expires` are wanted."),
        ({"created": "1795000000"}, UNPROVEN),
        ({"created": int(NOW) + 61, "expires": int(NOW) + 90}, "`created` lies in the future."),
        ({"created": int(NOW) - 90, "expires": int(NOW)}, "The signature has expired."),
        ({"expires": int(NOW)}, "`expires` is not within a day of `created`."),
        ({"expires": int(NOW) - 1}, "`expires` is not within a day of `created`."),
        ({"expires": int(NOW) + 86_401}, "`expires` is not within a day of `created`."),
        ({"created": 10**14, "expires": 10**14 + 9}, "`created` lies in the future."),
        ({"tag": "web-bot"}, UNPROVEN),
        ({"tag": None}, UNPROVEN),
        ({"keyid": None}, UNPROVEN),
        ({"keyid": keyid(OTHER)}, UNPROVEN),
        ({"keyid": "../../etc/passwd"}, UNPROVEN),
        ({"alg": "hmac-sha256"}, UNPROVEN),
        ({"alg": "rsa-pss-sha512"}, UNPROVEN),
        ({"alg": "none"}, UNPROVEN),
        ({"strange": 1}, UNPROVEN),
        ({"nonce": 7}, UNPROVEN),
    ],
)
def test_wrong_parameters_prove_nothing(
    door: Signatures, parameters: dict[str, Any], told: str
) -> None:
    assert refused(door, good(**parameters)) == told


@pytest.mark.parametrize(
    "parameters",
    [
        {"created": int(NOW) + 60},
        {"expires": int(NOW) + 86_400},
        {"alg": "ed25519"},
        {"nonce": None},
    ],
)
def test_what_is_just_allowed_is_allowed(door: Signatures, parameters: dict[str, Any]) -> None:
    assert door.agent_of(shown(good(**parameters)), AGENTS) == (AGENT, keyid(KEY))


@pytest.mark.parametrize("components", [(), ("@authority",), ("signature-agent",), ("@method",)])
def test_what_must_be_signed_is_signed(door: Signatures, components: tuple[str, ...]) -> None:
    headers = good(components=components, values={"@method": "POST"})

    assert refused(door, headers) == "@authority and signature-agent are not signed."


def test_a_nonce_serves_once(door: Signatures) -> None:
    headers = good(nonce="once")
    door.agent_of(shown(headers), AGENTS)

    assert refused(door, headers, query="?query=other") == "This signature was used before."
    assert refused(door, good(nonce="once", created=int(NOW) - 5)).endswith("used before.")


def test_without_a_nonce_the_signature_itself_serves_once(door: Signatures) -> None:
    headers = good(nonce=None)
    door.agent_of(shown(headers), AGENTS)

    assert refused(door, headers) == "This signature was used before."


def test_a_false_signature_uses_up_no_nonce(door: Signatures) -> None:
    assert refused(door, signed(OTHER, ORIGIN, SHOP, NOW, keyid=keyid(KEY), nonce="n")) == UNPROVEN
    assert door.agent_of(shown(good(nonce="n")), AGENTS) == (AGENT, keyid(KEY))


def test_a_nonce_is_forgotten_with_its_signature() -> None:
    replays = Replays(most=1)
    replays.remember(ORIGIN, "a", 10, now=0)

    replays.remember(ORIGIN, "b", 20, now=10)

    assert len(replays._live[ORIGIN]) == len(replays._ends[ORIGIN]) == 1


def test_one_agent_cannot_crowd_out_the_nonces_of_another() -> None:
    replays = Replays(most=2)
    for nonce in "ab":
        replays.remember("https://loud.example", nonce, 10, now=0)
    with pytest.raises(BadSignature):
        replays.remember("https://loud.example", "c", 10, now=0)

    replays.remember(ORIGIN, "a", 10, now=0)

    with pytest.raises(BadSignature):
        replays.remember(ORIGIN, "a", 10, now=1)


def test_two_signatures_of_other_tags_leave_one_that_counts(door: Signatures) -> None:
    ours, theirs = good(), good(tag="proxy", label="sig2")
    both = {name: f"{theirs[name]}, {ours[name]}" for name in ("signature", "signature-input")}

    assert door.agent_of(shown({**ours, **both}), AGENTS) == (AGENT, keyid(KEY))


def test_two_signatures_of_our_tag_are_refused(door: Signatures) -> None:
    one, two = good(nonce="1"), good(nonce="2", label="sig2")
    both = {name: f"{one[name]}, {two[name]}" for name in ("signature", "signature-input")}

    assert refused(door, {**one, **both}) == "One signature is wanted."


@pytest.mark.parametrize("name", ["signature", "signature-input", "signature-agent"])
@pytest.mark.parametrize("value", [None, "", "x" * 5000, "sig1", "sig1=", "\xff", "=" * 500, "("])
def test_broken_headers_prove_nothing(door: Signatures, name: str, value: str | None) -> None:
    headers: dict[str, Any] = {**good(), name: value}

    assert refused(door, {k: it for k, it in headers.items() if it is not None})


@pytest.mark.parametrize(
    "agent",
    ["https://agent.example", '"agent.example"', '"https://u@agent.example"', '"https://"', '"";a'],
)
def test_an_agent_that_is_no_origin_in_quotes_is_refused(door: Signatures, agent: str) -> None:
    assert refused(door, {**good(), "signature-agent": agent})


def test_a_random_mutation_never_passes_and_never_crashes(door: Signatures) -> None:
    dice = random.Random(7)
    for turn in range(400):
        headers = good(nonce=f"n{turn}")
        name = dice.choice(list(headers))
        at = dice.randrange(len(headers[name]))
        text = headers[name]
        headers[name] = text[:at] + chr(dice.randrange(32, 256)) + text[at + dice.randint(0, 2) :]
        if headers[name] == text:
            continue
        try:
            door.agent_of(shown(headers), AGENTS)
        except RegieError:
            continue
        # base64 of 64 bytes has unused bits, and a label is signed by nobody
        assert name in {"signature", "signature-input"}
        assert f"n{turn}" in headers["signature-input"]


def test_a_key_of_the_directory_is_no_hmac_secret(door: Signatures) -> None:
    headers = good(alg="hmac-sha256")
    raw = KEY.public_key().public_bytes_raw()
    proof = hmac.new(raw, b"whatever", hashlib.sha256).digest()

    assert refused(door, {**headers, "signature": f"sig1=:{b64encode(proof).decode()}:"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://A.example", "https://a.example"),
        ("https://a.example:443/keys", "https://a.example"),
        ("https://a.example./", "https://a.example"),
    ],
)
def test_origins_are_compared_and_not_their_spelling(one: str, other: str) -> None:
    assert origin_of(one) == origin_of(other)


@pytest.mark.parametrize(
    "text", ["", "x", "ftp://a", "https://", "https://[", "https://a:x", "//a"]
)
def test_what_is_no_origin_is_none(text: str) -> None:
    assert origin_of(text) == ""
