"""Agents that sign their requests, over HTTP: what a proven name opens, and when it stops."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from msgspec import structs
from werkzeug.test import Client, TestResponse

from connector.platforms.transport import Transport
from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.secrets import SecretBox
from gateway import Desk
from regie.app import create_app
from regie.house import House
from regie.reading import services
from regie.settings import Settings
from storefront.disclosure.agent import Agent, Kind, Tier
from storefront.disclosure.directory import Directory
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Grant, ProductSet
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.reception import Reception
from storefront.disclosure.signature import Signatures
from storefront.disclosure.store import agents, grants, ledger, terms
from tests.kit.catalogue import code, seed
from tests.kit.disclosure.signing import key_of, key_set, keyid, signed
from tests.kit.shops.loopback import Asked, Reply, loopback

NOW = 1_795_000_000.0
KEY, NEXT = key_of(1), key_of(2)
QUERY = {"query": "{products {totalCount}}"}
WELL_KNOWN = "/.well-known/http-message-signatures-directory"
JSON = "application/http-message-signatures-directory+json"
SHOW = Grant(
    "grt_1", "agt_1", frozenset({Group.IDENTITY}), ProductSet(all=True), tier=Tier.VERIFIED
)


class Web:
    """The agent's own server, which can change its mind."""

    def __init__(self) -> None:
        self.body = key_set(KEY)
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return Reply(self.body, self.status, {"Content-Type": JSON, **self.headers})


class Stage:
    """The application as it is served, a shop in it, and an agent with a directory."""

    def __init__(self, database: Database, folder: Path, port: int, web: Web) -> None:
        self.database, self.web = database, web
        self.now = NOW
        self.origin = f"http://127.0.0.1:{port}"
        self.turn = 0
        seed(database)
        agent = Agent("agt_1", "Finder", Kind.ASSISTANT, "a@b.example", directory=self.origin)
        with database.write() as connection:
            agents.add(connection, "mer_1", agent)
        settings = Settings(home=str(folder), public_url="https://shop.example")
        box = SecretBox(["k" * 32])
        house = House(settings, database, database, box, system_clock, "test")
        directory = Directory(Transport(allow_private=True), self.clock)
        verifier = Signatures(settings.public_url, directory, self.clock)
        reception = Reception(database, lambda: int(self.now * 1000), verifier)
        desk = Desk(structs.replace(services(house), reception=reception))
        self.client = Client(create_app(house, desk))

    def clock(self) -> float:
        return self.now

    def grant(self, grant: Grant) -> None:
        with self.database.write() as connection:
            grants.add(connection, "mer_1", grant, 0)

    def signed(self, key: Any = KEY, **parameters: Any) -> dict[str, str]:
        self.turn += 1
        given = {"nonce": str(self.turn), **parameters}
        return signed(key, self.origin, "shop.example", self.now, **given)

    def post(self, headers: dict[str, str], body: object = QUERY) -> TestResponse:
        sent = {"Content-Type": "application/json", **headers}
        return self.client.post("/graphql", data=orjson.dumps(body), headers=sent)

    def statuses(self, *keys: Any) -> list[int]:
        return [self.post(self.signed(it)).status_code for it in keys]

    def entries(self) -> list[Entry]:
        with self.database.read() as connection:
            found = ledger.newest(connection, "mer_1", limit=100)
        return sorted((it for it in found if it.decision != "opened"), key=lambda it: it.seq)


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def stage(
    sqlite_url: str, open_at: Callable[[str], Database], tmp_path: Path, web: Web
) -> Iterator[Stage]:
    with loopback(web) as port:
        yield Stage(open_at(sqlite_url), tmp_path, port, web)


def test_a_signature_opens_what_is_granted_to_proven_agents(stage: Stage) -> None:
    stage.grant(SHOW)

    found = stage.post(stage.signed())

    assert (found.status_code, found.json) == (200, {"data": {"products": {"totalCount": 2}}})
    (entry,) = stage.entries()
    assert (entry.agent, entry.tier, entry.key_id) == ("agt_1", Tier.VERIFIED, keyid(KEY))
    assert [it.path for it in stage.web.asked] == [WELL_KNOWN]


def test_a_signature_opens_nothing_that_needs_a_contract(stage: Stage) -> None:
    stage.grant(structs.replace(SHOW, tier=Tier.CONTRACT))

    found = stage.post(stage.signed())

    assert (found.status_code, code(found.json)) == (403, "agent_not_admitted")


def test_a_signed_get_is_answered(stage: Stage) -> None:
    stage.grant(SHOW)

    found = stage.client.get("/graphql", query_string=QUERY, headers=stage.signed())

    assert found.status_code == 200


def test_a_signed_query_in_the_address_cannot_be_changed(stage: Stage) -> None:
    stage.grant(SHOW)
    parts = ("@authority", "signature-agent", "@query")
    values = {"@query": "?query=%7B__typename%7D"}

    def ask(query: str) -> int:
        headers = stage.signed(components=parts, values=values)
        return stage.client.get("/graphql", query_string=query, headers=headers).status_code

    assert (ask("query=%7B__typename%7D"), ask("query=%7Bmerchant%7Bid%7D%7D")) == (200, 401)


def test_only_a_name_opens_nothing_that_needs_a_proof(stage: Stage) -> None:
    stage.grant(SHOW)
    headers = {"Signature-Agent": f'"{stage.origin}"', "User-Agent": "Finder"}

    assert stage.post(headers).status_code == 401


def test_what_is_not_proven_is_refused_and_on_record(stage: Stage) -> None:
    stage.grant(SHOW)

    found = stage.post(stage.signed(NEXT))

    assert (found.status_code, code(found.json)) == (401, "bad_agent_signature")
    (entry,) = stage.entries()
    assert (entry.agent, entry.decision, entry.code) == (
        "anonymous",
        "refused",
        "bad_agent_signature",
    )


def test_a_signed_request_for_an_odd_purpose_is_on_record_by_its_agent(stage: Stage) -> None:
    stage.grant(SHOW)

    found = stage.post({**stage.signed(), "Regie-Purpose": "fun"})

    (entry,) = stage.entries()
    assert (found.status_code, entry.code) == (400, "bad_purpose")
    assert (entry.agent, entry.tier, entry.key_id) == ("agt_1", Tier.VERIFIED, keyid(KEY))


def test_a_false_signature_is_no_worse_name_either(stage: Stage) -> None:
    stage.grant(structs.replace(SHOW, agent_id=None, tier=Tier.ANONYMOUS))

    assert stage.post(stage.signed(NEXT)).status_code == 401


def test_a_request_cannot_be_sent_twice(stage: Stage) -> None:
    stage.grant(SHOW)
    headers = stage.signed()

    found = [stage.post(headers).status_code for _ in range(2)]

    assert found == [200, 401]


def test_the_host_header_cannot_redirect_a_signature(stage: Stage) -> None:
    stage.grant(SHOW)
    elsewhere = signed(KEY, stage.origin, "other.example", stage.now)

    assert stage.post({**elsewhere, "Host": "other.example"}).status_code == 401


def test_a_signed_agent_is_bound_to_the_terms(stage: Stage) -> None:
    stage.grant(SHOW)
    with stage.database.write() as connection:
        terms.publish(connection, "mer_1", "Be kind.", 0)

    assert code(stage.post(stage.signed()).json) == "terms_required"


def test_a_revoked_agent_signs_in_vain(stage: Stage) -> None:
    stage.grant(SHOW)
    assert stage.statuses(KEY) == [200]
    with stage.database.write() as connection:
        agents.revoke(connection, "mer_1", "agt_1", 1)

    assert stage.statuses(KEY) == [401]


def test_keys_are_changed_without_an_interruption(stage: Stage) -> None:
    stage.grant(SHOW)
    assert stage.statuses(KEY) == [200]

    stage.web.body = key_set(KEY, NEXT)
    stage.now += 31
    assert stage.statuses(KEY, NEXT) == [200, 200]

    stage.web.body = key_set(NEXT)
    stage.now += 3600
    assert stage.statuses(KEY, NEXT) == [401, 200]


def test_a_directory_that_is_down_is_outlived_for_a_day(stage: Stage) -> None:
    stage.grant(SHOW)
    assert stage.statuses(KEY) == [200]
    stage.web.status = 500

    stage.now += 3600 + 86_000
    assert stage.statuses(KEY) == [200]
    stage.now += 500
    assert stage.statuses(KEY) == [401]


def test_a_directory_that_was_never_read_proves_nothing(stage: Stage) -> None:
    stage.grant(SHOW)
    stage.web.status = 503

    assert stage.statuses(*[KEY] * 5) == [401] * 5
    assert len(stage.web.asked) == 1


def test_a_directory_that_leads_elsewhere_is_not_followed(stage: Stage) -> None:
    stage.grant(SHOW)
    stage.web.status, stage.web.headers = 302, {"Location": "/elsewhere"}

    assert stage.statuses(KEY) == [401]
    assert [it.path for it in stage.web.asked] == [WELL_KNOWN]


def at_once(stage: Stage, sent: Sequence[dict[str, str]]) -> list[int]:
    with ThreadPoolExecutor(len(sent)) as pool:
        return [it.status_code for it in pool.map(stage.post, sent)]


def test_many_at_once_read_a_directory_once(stage: Stage) -> None:
    stage.grant(SHOW)

    found = at_once(stage, [stage.signed() for _ in range(8)])

    assert (found, len(stage.web.asked)) == ([200] * 8, 1)


def test_one_signature_sent_by_many_at_once_is_answered_once(stage: Stage) -> None:
    stage.grant(SHOW)

    found = at_once(stage, [stage.signed()] * 8)

    assert sorted(found) == [200] + [401] * 7


def test_the_house_proves_signatures_and_keeps_out_of_its_own_network(
    stage: Stage, tmp_path: Path
) -> None:
    stage.grant(SHOW)
    settings = Settings(home=str(tmp_path), public_url="https://shop.example")
    box = SecretBox(["k" * 32])
    house = House(settings, stage.database, stage.database, box, system_clock, "test")
    stage.client = Client(create_app(house))
    stage.now = system_clock().timestamp()

    assert (stage.statuses(KEY), stage.web.asked) == ([401], [])
