"""A whole house with both shops, staff, couriers, agents and a webhook, seen from all sides."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import structlog
from flask import Flask, request
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import select

from connector.model.ids import new_id
from connector.store import keys as operators
from connector.store import tables
from gateway.courier import live
from regie.rooms import depot, rooms
from storefront.disclosure.store import agents, grants
from storefront.disclosure.store import keys as agent_keys
from storefront.fulfillment.courier.courier import CheckKind, Skill, Vehicle, VehicleType
from storefront.fulfillment.store import couriers, devices, handovers, hooks, jobs, links, people
from storefront.fulfillment.store import staff as crew
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import codes, joining
from storefront.pages.shell import COOKIE
from tests.kit.courier.world import OFFERS, Phone, Yard
from tests.kit.disclosure.many_processes import Redis as RedisServer
from tests.kit.disclosure.shop import AGENT, FULL
from tests.kit.floor.orders import MANAGER
from tests.kit.shops.loopback import Asked, Reply, loopback
from tests.kit.shops.orders_street import Scene, scene

AGENTS_ASK = """{ products(first: 20) { nodes { id title } } stores { id name }
  slots(storeId: "sto_twijn") { id startAt room } }"""
BOARD = """{ board { id number state customer { name phone email street postcode city notes }
  lines { title } events } deliveries { id state courierId parcels { code } }
  finishedOrders { nodes { id number customer { name phone email street notes } } }
  couriers { id displayName state } stores { id store } }"""
ORDER = """query($id: ID!) { order(id: $id) { id state
  customer { name phone email street postcode city notes } } }"""
STAFF_PAGES = (
    *("/board", "/orders", "/pick", "/handover", "/stores", "/stores/sto_ott", "/stores/sto_twijn"),
    *("/stores/sto_twijn/hours", "/stores/sto_twijn/slots", "/stores/sto_twijn/zones"),
    *("/stores/sto_twijn/fees", "/console", "/console/couriers", "/console/staff"),
    *("/console/webhooks", "/account"),
)
PUBLIC_PAGES = ("/", "/courier", "/sign-in", "/healthz", "/readyz", "/t/nothing", "/graphql")


class Town(Yard):
    """Everybody who may look into the house, each with his own way in."""

    def __init__(self, play: Scene, posted: list[Asked], port: int, commands: list[str]) -> None:
        self.play, self.posted, self.commands = play, posted, commands
        house = play.home.house
        self.floor: ShopFloor = house.floor
        self.database = house.database
        self.merchant = play.merchant
        self.app: Flask = play.home.client.application
        self.depot = depot(house, rooms(house))
        with self.floor.write(self.merchant) as here:
            url = f"http://127.0.0.1:{port}/hook"
            hooks.add(self.floor, here, "whk_1", url, ("*",), b"s" * 32)
        self.session = self._hired("stf_9", "stafzqlogin", "Stafzq Personzq", Role.OWNER)
        self.plain = self._hired("stf_8", "stafyqlogin", "Stafyq Helferyq", Role.STAFF)
        with self.database.write() as connection:
            self.operator = operators.create(
                connection, self.merchant, operators.OPERATOR, "test", 0
            )
            agents.add(connection, self.merchant, AGENT)
            self.agent = agent_keys.add(connection, self.merchant, "agt_1", None, 0)
            grants.add(connection, self.merchant, FULL, 0)

    def _hired(self, staff_id: str, login: str, name: str, role: Role) -> str:
        """Let somebody work here; return what his browser shows."""
        with self.floor.write(self.merchant) as here:
            crew.add(self.floor, here, staff_id, login, role, name=name, stores=())
            chance = [self.floor.random(24), self.floor.random(24)]
            return devices.sign_in(here, new_id("dev"), devices.STAFF, staff_id, chance).access

    def code(self, subject: str) -> str:
        with self.floor.write(self.merchant) as here:
            known = handovers.of_subject(here.connection, self.merchant, subject)
            assert known
            return handovers.codes(people.sealer(self.floor, here), known[0].id, known[1])[0]

    def square(self, subject: str) -> str:
        """Return the text of the square that the customer shows, without what it begins with."""
        with self.floor.write(self.merchant) as here:
            known = handovers.of_subject(here.connection, self.merchant, subject)
            assert known
            key = people.sealer(self.floor, here)
            return handovers.square(key, known[0].id, known[1]).rpartition(".")[2]

    def track(self, order_id: str) -> str:
        with self.floor.write(self.merchant) as here:
            return links.token_text(codes.track_token(self.floor, here, order_id))

    def labels(self, job_id: str) -> list[str]:
        with self.database.read() as connection:
            return [it.code for it in jobs.get(connection, self.merchant, job_id).parcels]

    def invitation(self, name: str = "Jan") -> str:
        with self.floor.write(self.merchant) as here:
            return joining.invite(self.floor, here, name, MANAGER).token

    def approve(self, courier_id: str) -> None:
        with self.floor.write(self.merchant) as here:
            for kind in CheckKind:
                joining.check(here, courier_id, kind, here.now + 10**11, MANAGER)
            first = couriers.get(here.connection, self.merchant, courier_id).vehicles[0].id
            roomy = Vehicle(first, VehicleType.BIKE, 500_000, 90_000, cold=True)
            joining.add_vehicle(here, courier_id, roomy, MANAGER)
            joining.permit(here, courier_id, tuple(Skill), MANAGER)
            joining.approve(here, courier_id, MANAGER)

    def client(self, session: str = "") -> FlaskClient:
        """Return the browser of the owner, or of who has this session."""
        found = self.app.test_client()
        found.set_cookie(COOKIE, session or self.session)
        return found

    def ask(self, path: str, query: str, key: str, variables: Mapping[str, object]) -> str:
        body = {"query": query, "variables": variables}
        headers = {"Authorization": f"Bearer {key}"}
        return self.app.test_client().post(path, json=body, headers=headers).text

    def staff_sees(self, order_ids: list[str], session: str = "") -> str:
        """Return all pages of the staff, and what the merchant's own programs read."""
        client = self.client(session)
        paths = [*STAFF_PAGES]
        for one in order_ids:
            paths += [f"/orders/{one}", f"/orders/{one}/labels", f"/handover?order={one}"]
            paths += [f"/pick?order={one}"]
        told = [client.get(path).text for path in paths]
        told.append(self.ask("/graphql/merchant", BOARD, self.operator, {}))
        told += [
            self.ask("/graphql/merchant", ORDER, self.operator, {"id": one}) for one in order_ids
        ]
        return "\n".join(told)

    def customer_sees(self, order_id: str) -> str:
        return self.app.test_client().get(f"/t/{self.track(order_id)}").text

    def courier_sees(self, phone: Phone, near: Mapping[str, object]) -> str:
        """Return offers, own jobs of all states, and the events of a courier's phone."""
        states = ("CLAIMED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF", "FAILED", "DELIVERED")
        told = [json.dumps(phone.data(OFFERS, {"near": near})), json.dumps(phone.mine(*states))]
        return "\n".join([*told, self.heard(phone)])

    def heard(self, phone: Phone) -> str:
        headers = {**phone.headers, "Last-Event-ID": "0"}
        with self.app.test_request_context("/courier/events", headers=headers):
            answer = live.events(self.depot, request._get_current_object(), 0.0)  # type: ignore[attr-defined]  # werkzeug's own
            told = b"".join(answer.iter_encoded()).decode()
            answer.close()
            return told

    def world_sees(self) -> str:
        """Return what agents with the widest grant, and people who come by, are told."""
        client = self.app.test_client()
        told = [client.get(path).text for path in PUBLIC_PAGES]
        told.append(self.ask("/graphql", AGENTS_ASK, self.agent, {}))
        told.append(self.ask("/graphql/merchant", BOARD, self.agent, {}))
        told.append(self.ask("/graphql/courier", "{me {id}}", self.agent, {}))
        return "\n".join(told)

    def hooks_got(self) -> str:
        posts = [f"{it.path} {dict(it.headers)} {it.body!r}" for it in self.posted]
        with self.database.read() as connection:
            outbox = connection.execute(select(tables.outbox)).all()
        return "\n".join([*posts, *map(repr, outbox)])

    def shops_have(self, *bought: tuple[Any, str]) -> str:
        return "\n".join(json.dumps(side.picture(order), default=str) for side, order in bought)


@contextmanager
def town(folder: Path, url: str) -> Iterator[Town]:
    """Open the town; its webhooks are caught, and everything that Redis is told."""
    posted: list[Asked] = []

    def take(asked: Asked) -> Reply:
        posted.append(asked)
        return Reply()

    with (
        watched_redis() as (redis_url, commands),
        loopback(take) as port,
        scene(folder, url, redis_url=redis_url) as play,
    ):
        yield Town(play, posted, port, commands)


@contextmanager
def watched_redis() -> Iterator[tuple[str, list[str]]]:
    """Run a Redis; collect every command that it gets, with all that goes with it."""
    server, commands = RedisServer(), list[str]()
    client = Redis(port=server.port)
    while not answers(client):
        time.sleep(0.05)

    def watch() -> None:
        with suppress(RedisError, OSError, ValueError), client.monitor() as monitor:
            for command in monitor.listen():
                commands.append(str(command["command"]))

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield f"redis://127.0.0.1:{server.port}/0", commands
    finally:
        server.kill()
        watcher.join(5)
        client.close()


def answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect every log event, whatever its level, as it would be written."""
    told: list[str] = []

    def keep(_logger: object, _name: str, event: Mapping[str, Any]) -> Any:
        told.append(str(event))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, keep],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False,
    )
    try:
        yield told
    finally:
        structlog.configure(**before)
