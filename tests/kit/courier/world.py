"""Couriers with phones of their own before a running courier surface, to test with."""

import base64
import json
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from werkzeug.test import TestResponse

from connector.model.money import Money
from connector.model.order import HandingOver, PaymentState
from connector.store.database import Database
from gateway.courier import Depot, courier_gateway
from storefront.disclosure.meter import Meter
from storefront.fulfillment.courier.courier import CheckKind, Skill, Vehicle, VehicleType
from storefront.fulfillment.store import couriers, handovers, jobs, people
from storefront.fulfillment.store.floor import ShopFloor
from storefront.fulfillment.work import intake, joining, preparing
from storefront.fulfillment.work.following import Waiters
from tests.kit.floor.orders import MANAGER, SHOP, STAFF, an_order, bought
from tests.kit.floor.world import MERCHANT, SetClock, a_floor, a_store, stock

STORE_AT = {"lat": 52.3731, "lng": 4.8926, "accuracyM": 10}
DOOR_AT = {"lat": 52.3694, "lng": 4.9012, "accuracyM": 10}
PLANTED = ("Saskia", "Uylenburgh", "saskia@", "612345678", "Jodenbreestraat", "4711", "zijdeur")


class NoWaker:
    """Wakes nobody, and lets nobody sleep."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.meanwhile = meanwhile

    def wait(self, merchant_id: str, seconds: float) -> None:
        del merchant_id, seconds
        self.meanwhile()


class Yard:
    """A shop floor with one store, and the courier surface before it."""

    def __init__(
        self, database: Database, *, most: int = 32, floor: ShopFloor | None = None
    ) -> None:
        self.clock = SetClock()
        own = a_floor(database, self.clock)
        self.floor = floor or own
        self.database = database
        stock(database, {1: 50, 2: 50})
        self.store = a_store(self.floor)
        self.waker = NoWaker()
        self.depot = Depot(
            self.floor, self.waker, Waiters(most), Meter(), lambda _host: MERCHANT, secure=False
        )
        app = Flask("regie")
        app.register_blueprint(courier_gateway(self.depot))
        self.app = app
        self._numbers = count(2000)

    def job(self, **changes: Any) -> str:
        """Return the id of a delivery job that is on offer."""
        number = next(self._numbers)
        placed = an_order(bought(2), number=number, how=HandingOver.DELIVERY, **changes)
        (order_id,) = intake.take(self.floor, SHOP, placed)
        with self.floor.write(MERCHANT) as here:
            order = preparing.start(here, order_id, STAFF)
            preparing.pick(here, order_id, order.lines[0].id, 1, STAFF)
            packed = preparing.pack(self.floor, here, order_id, STAFF)
        assert packed.job_id
        return packed.job_id

    def cash_job(self) -> str:
        return self.job(payment=PaymentState.CASH_ON_DELIVERY, cash_due=Money(2500, "EUR"))

    def code(self, subject: str) -> str:
        """Return the PIN of a hand-over, such as job:ID at the counter and door:ID at the door."""
        with self.floor.write(MERCHANT) as here:
            found = handovers.of_subject(here.connection, MERCHANT, subject)
            assert found
            return handovers.codes(people.sealer(self.floor, here), found[0].id, found[1])[0]

    def labels(self, job_id: str) -> list[str]:
        with self.database.read() as connection:
            return [it.code for it in jobs.get(connection, MERCHANT, job_id).parcels]

    def state(self, job_id: str) -> str:
        with self.database.read() as connection:
            return jobs.get(connection, MERCHANT, job_id).state.value

    def invitation(self, name: str = "Jan") -> str:
        with self.floor.write(MERCHANT) as here:
            return joining.invite(self.floor, here, name, MANAGER).token

    def phone(self, name: str = "Jan", seed: int = 1) -> "Phone":
        """Return the phone of a courier who may work, and is at work beside the store."""
        phone = Phone(self, seed)
        phone.join(self.invitation(name), name)
        self.approve(phone.courier_id)
        phone.go_online()
        return phone

    def approve(self, courier_id: str) -> None:
        with self.floor.write(MERCHANT) as here:
            for kind in CheckKind:
                joining.check(here, courier_id, kind, here.now + 10**11, MANAGER)
            found = couriers.get(here.connection, MERCHANT, courier_id)
            roomy = Vehicle(found.vehicles[0].id, VehicleType.BIKE, 500_000, 90_000, cold=True)
            joining.add_vehicle(here, courier_id, roomy, MANAGER)
            joining.permit(here, courier_id, tuple(Skill), MANAGER)
            joining.approve(here, courier_id, MANAGER)


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


class Phone:
    """A courier's phone: it signs as browsers do."""

    def __init__(self, yard: Yard, seed: int = 1) -> None:
        self.yard = yard
        self.key = derive_private_key(10**20 + seed, SECP256R1())
        self.client = yard.app.test_client()
        self.access = self.refresh = self.device_id = self.courier_id = ""
        self._seq = count(1)

    @property
    def public(self) -> str:
        told = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return text(told)

    def sign(self, message: bytes) -> str:
        r, s = decode_dss_signature(self.key.sign(message, ECDSA(SHA256())))
        return text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def proof(self, purpose: str) -> dict[str, str]:
        """Return a fresh challenge with the device's answer."""
        found = self.client.post("/courier/challenge").json
        assert found
        message = b"regie-" + purpose.encode() + b"\0" + raw(found["challenge"])
        return {"challenge": found["challenge"], "signature": self.sign(message)}

    def look_at(self, invitation: str) -> TestResponse:
        return self.client.post("/courier/invitation", json={"invitation": invitation})

    def ask_to_join(self, invitation: str, name: str = "Jan", **changes: object) -> TestResponse:
        body = {
            "invitation": invitation,
            "name": name,
            "publicKey": self.public,
            "vehicle": "BIKE",
            **self.proof("join"),
            **changes,
        }
        return self.client.post("/courier/join", json=body)

    def join(self, invitation: str, name: str = "Jan") -> None:
        self.take(self.ask_to_join(invitation, name))
        self.courier_id = self.data("{me {id}}")["me"]["id"]

    def take(self, answer: TestResponse) -> None:
        assert answer.status_code == 200, answer.data
        found = answer.json
        assert found
        self.device_id, self.access = found["deviceId"], found["access"]
        self.refresh = found.get("refresh", self.refresh)

    def renew(self) -> TestResponse:
        body = {"refresh": self.refresh, **self.proof("renew")}
        return self.client.post("/courier/renew", json=body)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def post(self, query: str, variables: Mapping[str, object] | None = None) -> TestResponse:
        body = {"query": query, "variables": variables}
        return self.client.post("/graphql/courier", json=body, headers=self.headers)

    def data(self, query: str, variables: Mapping[str, object] | None = None) -> Any:
        answer = self.post(query, variables)
        found = answer.json
        assert found, answer.data
        assert "errors" not in found, found
        return found["data"]

    def code(self, query: str, variables: Mapping[str, object] | None = None) -> str:
        found = self.post(query, variables).json
        assert found
        return str(found["errors"][0]["extensions"]["code"])

    def go_online(self) -> Any:
        vehicle = self.data("{me {vehicles {id}}}")["me"]["vehicles"][0]["id"]
        return self.data(ONLINE, {"vehicle": vehicle, "near": STORE_AT})["goOnline"]

    def offers(self) -> Any:
        return self.data(OFFERS, {"near": STORE_AT})["availableJobs"]

    def mine(self, *states: str) -> Any:
        return self.data(MINE, {"states": list(states) or None})["myJobs"]

    def do(self, step: str, job_id: str, key: str, fence: int = 1, **arguments: Any) -> Any:
        """Take a step; return its payload."""
        types, given = STEPS[step]
        head = "".join(f", ${name}: {kind}" for name, kind in types.items())
        call = "".join(f", {name}: ${name}" for name in types)
        query = (
            f"mutation($job: ID!, $fence: Int!, $key: ID!{head}) "
            f"{{{step}(jobId: $job, fence: $fence, key: $key{call}) "
            f"{{job {{{FULL}}} {ERRORS}}}}}"
        )
        variables = {"job": job_id, "fence": fence, "key": key, **given, **arguments}
        return self.data(query, variables)[step]

    def claim(self, job_id: str, key: str | None = None) -> Any:
        return self.data(CLAIM, {"job": job_id, "key": key or f"claim-{job_id}"})["claimJob"]

    def carry(self, job_id: str) -> None:
        """Claim a job and take its parcels along."""
        assert self.claim(job_id)["userErrors"] == []
        code, labels = self.yard.code(f"job:{job_id}"), self.yard.labels(job_id)
        done = self.do("pickUp", job_id, f"pick-{job_id}", code=code, parcels=labels)
        assert done["userErrors"] == [], done

    def queued(self, op: str, job_id: str, body: Mapping[str, object], **changes: Any) -> Any:
        """Return a step as the phone queues it, signed; `changes` are made before the signature."""
        seq = next(self._seq)
        told: dict[str, Any] = {
            "opId": f"op-{self.device_id}-{seq}",
            "deviceId": self.device_id,
            "jobId": job_id,
            "fence": 1,
            "op": op,
            "capturedAt": self.yard.floor.now(),
            "seq": seq,
            **changes,
        }
        signed = json.dumps(
            {**told, "body": body}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return {**told, "body": json.dumps(body), "signature": self.sign(signed.encode())}

    def submit(self, *ops: Any) -> Any:
        return self.data(SUBMIT, {"ops": list(ops)})["submitOffline"]


ERRORS = "userErrors {code field message retryAfterMs current left reason missing}"
STORE = "store {id name address point {lat lng} phone instructions}"
WINDOWS = "pickup {startAt endAt} dropoff {startAt endAt}"
MONEY = "fee {amount currency} tip {amount currency} cash {amount currency}"
FULL = f"""id state fence rev {STORE} {WINDOWS} {MONEY} toDropoffM leaveAtDoor cold ageCheck
recipient {{name alternate phone street street2 postcode city point {{lat lng}} notes doorCode}}
parcels {{id code weightG volumeMl temp upright ageMin fate}} pickupProofs dropoffProofs bundleId
lease {{fence until latest renewals}} overdue attempts failure cancelReason arrivedAt undoUntil
actions cashCollected {{amount currency}}"""
ONLINE = f"""mutation($vehicle: ID!, $near: GeoIn!) {{goOnline(vehicleId: $vehicle, near: $near)
{{courier {{id onlineVehicleId}} {ERRORS}}}}}"""
OFFERS = f"""query($near: GeoIn!, $after: String, $wait: Int = 0, $first: Int = 20) {{
availableJobs(near: $near, after: $after, waitSeconds: $wait, first: $first) {{nodes {{jobId {STORE}
bundleId {MONEY} toStoreM toDropoffM areaCell {WINDOWS} parcels {{weightG volumeMl temp upright}}
vehicles skills cold ageCheck proofs expiresAt reason}} endCursor hasNextPage}}}}"""
MINE = f"query($states: [JobState!]) {{myJobs(states: $states) {{{FULL}}}}}"
CLAIM = f"""mutation($job: ID!, $key: ID!) {{claimJob(jobId: $job, key: $key)
{{jobs {{{FULL}}} lease {{fence until}} {ERRORS}}}}}"""
SUBMIT = f"""mutation($ops: [OfflineOp!]!) {{submitOffline(ops: $ops)
{{opId outcome at late flags skewMs job {{id state fence}} {ERRORS}}}}}"""
STEPS: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "arrive": ({"stage": "Stage!", "near": "GeoIn", "reason": "String"}, {}),
    "pickUp": ({"code": "String!", "parcels": "[String!]!"}, {}),
    "deliver": ({"proof": "ProofIn!", "codCollected": "MoneyIn"}, {"proof": {}}),
    "fail": ({"reason": "FailReason!", "note": "String", "proof": "ProofIn"}, {}),
    "startReturn": ({}, {}),
    "release": ({"reason": "ReleaseReason!"}, {"reason": "OTHER"}),
    "reopen": ({}, {}),
    "retry": ({}, {}),
    "loseParcel": ({"parcel": "String!"}, {}),
}
