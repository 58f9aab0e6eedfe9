"""What could not be told to a platform or a webhook, however often it was tried."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, select, update

from connector.model.errors import NotFound
from connector.store import tables
from connector.store.work import queue
from storefront.fulfillment.store.floor import Floor

_outbox = tables.outbox


class MessageNotFound(NotFound):
    """No message of this merchant is given up under that id."""

    code = "message_not_found"
    remedy = "See the list of messages that were given up; it may have been sent since."


class Undelivered(Struct, frozen=True):
    """One message that was given up; its content is not shown, it may tell of an order."""

    id: str
    target: str
    kind: str
    attempts: int
    created_at: int


def dead(connection: Connection, merchant_id: str, limit: int = 100) -> Sequence[Undelivered]:
    """Return the messages that were given up, the oldest first."""
    columns = [_outbox.c[name] for name in Undelivered.__struct_fields__]
    query = (
        select(*columns)
        .where(_outbox.c.merchant_id == merchant_id, _outbox.c.state == queue.DEAD)
        .order_by(_outbox.c.created_at, _outbox.c.id)
        .limit(limit)
    )
    return [Undelivered(*row) for row in connection.execute(query)]


def again(here: Floor, message_id: str) -> None:
    """Let a message be tried anew from the beginning; raises MessageNotFound."""
    done = here.connection.execute(
        update(_outbox)
        .where(
            _outbox.c.merchant_id == here.merchant_id,
            _outbox.c.id == message_id,
            _outbox.c.state == queue.DEAD,
        )
        .values(state=queue.WAITING, run_at=here.now, attempts=0, error=None)
    )
    if done.rowcount != 1:
        raise MessageNotFound("There is no such message.", outbox=message_id)
