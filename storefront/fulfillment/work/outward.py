"""What the world is told: stored with the deed in one write, sent later, as often as it takes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from connector.model.ids import new_id
from connector.model.order import News, Reservation, Telling, ToldLine
from connector.store import tables
from connector.store.work import queue
from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.store import hooks, orders
from storefront.fulfillment.store.floor import Floor

PLATFORM, HOOK = "platform:", "hook:"


class Occasion(Struct, frozen=True):
    """A webhook body of ours: thin, in the order of `seq` per subject, and about no person.

    Form: Standard Webhooks (standardwebhooks.com): `type`, `timestamp` (RFC 3339), `data`.
    """

    type: str
    timestamp: str
    data: Mapping[str, object]


def tell(
    here: Floor,
    order: FulfillmentOrder,
    news: News,
    *,
    lines: Sequence[ToldLine] = (),
    note: str | None = None,
    attempt: int | None = None,
) -> None:
    """Let the order's own shop know; an order that no shop knows tells nobody.

    The key is the order's revision, and the attempt where an order is carried more than once: the
    same deed told twice is told once. The address of the buyer's page is not stored here; it is
    added while it is sent.
    """
    source = orders.source_of(here.connection, here.merchant_id, order.id)
    if source is None:
        return
    telling = Telling(
        key=f"{order.id}/{order.rev}/{news.value}" + (f"/{attempt}" if attempt else ""),
        news=news,
        order=source.external_id,
        part=source.part_id,
        at=datetime.fromtimestamp(here.now / 1000, UTC),
        lines=tuple(lines),
        note=note,
    )
    _put_telling(here, source.connection_id, telling)


def reserve(
    here: Floor, connection_id: str, hold_id: str, pieces: Sequence[Reservation], *, keep: bool
) -> None:
    """Let the shop set pieces aside for a hold, or with `keep` false put them back."""
    if not pieces:
        return
    news = News.RESERVED if keep else News.UNRESERVED
    telling = Telling(key=f"{hold_id}/{news.value}", news=news, reservations=tuple(pieces))
    _put_telling(here, connection_id, telling)


def _put_telling(here: Floor, connection_id: str, telling: Telling) -> None:
    values = {
        "merchant_id": here.merchant_id,
        "id": new_id("out"),
        "idempotency_key": f"{connection_id}/{telling.key}",
        "target": f"{PLATFORM}{connection_id}",
        "kind": telling.news.value,
        "payload": msgspec.json.encode(telling),
    }
    queue.put(here.connection, tables.outbox, values, here.now)


def announce(here: Floor, subject: FulfillmentOrder | DeliveryJob, event: str) -> None:
    """Tell the merchant's own webhooks of an event of an order or a job."""
    kind = "job" if isinstance(subject, DeliveryJob) else "order"
    topic = f"{kind}.{event.rpartition('.')[2]}"
    endpoints = hooks.listening(here.connection, here.merchant_id, topic)
    if not endpoints:
        return
    data = {
        "id": subject.id,
        "store": subject.store_id,
        "state": subject.state.value,
        "seq": subject.rev,
    }
    body = msgspec.json.encode(Occasion(topic, _rfc3339(here.now), data))
    for endpoint_id in endpoints:
        values = {
            "merchant_id": here.merchant_id,
            "id": new_id("msg"),
            "idempotency_key": f"{endpoint_id}/{subject.id}/{subject.rev}/{topic}",
            "target": f"{HOOK}{endpoint_id}",
            "kind": topic,
            "payload": body,
        }
        queue.put(here.connection, tables.outbox, values, here.now)


def _rfc3339(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
