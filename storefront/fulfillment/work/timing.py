"""When the clock next has something to say about an order or a job."""

from storefront.fulfillment.job.claiming import publish_at
from storefront.fulfillment.job.job import HELD, UNDER_WAY, DeliveryJob, JobState
from storefront.fulfillment.order.closing import HOUR_MS
from storefront.fulfillment.order.order import FulfillmentOrder, Method, OrderState
from storefront.fulfillment.place.store import Store

PUBLISH_LEAD_MIN = 20
_WAITING = frozenset({OrderState.READY, OrderState.READY_PARTIAL})
_OFFERS = frozenset({JobState.OFFERED, JobState.AVAILABLE})


def order_timer(order: FulfillmentOrder, store: Store) -> int | None:
    """Return when a question, a reminder or the end of keeping is due; None: nothing is."""
    moments = [line.question.until for line in order.lines if line.question is not None]
    if order.state is OrderState.PLACED and store.auto_accept_min is not None and not order.flags:
        moments.append((order.placed_at or 0) + store.auto_accept_min * 60_000)
    if order.state in _WAITING and order.method is Method.PICKUP:
        moments += _keeping(order, store)
    return min(moments, default=None)


def _keeping(order: FulfillmentOrder, store: Store) -> list[int]:
    ready = order.ready_at or 0
    left = set(store.pickup.remind_after_hours) - set(order.reminded)
    found = [ready + hours * HOUR_MS for hours in left]
    return found if order.hold_until is None else [*found, order.hold_until]


def job_timer(job: DeliveryJob) -> int | None:
    """Return when a job is to be shown, its claim lapses, or its window ends; None: nothing."""
    moments = []
    if job.state is JobState.OFFERED:
        moments.append(publish_at(job, PUBLISH_LEAD_MIN))
    if job.state in _OFFERS:
        moments.append(job.expires_at)
    if job.state in HELD and job.lease_until is not None and not job.overdue:
        moments.append(job.lease_until)
    if job.state in UNDER_WAY and not job.late:
        moments.append(job.dropoff.window.end_at)
    return min(moments, default=None)
