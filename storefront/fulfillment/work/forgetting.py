"""What is known of people ends: by the clock, or because somebody asks; the numbers stay."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct, structs

from storefront.fulfillment.courier.courier import Courier
from storefront.fulfillment.order.event import TIMER, record
from storefront.fulfillment.order.life import OVER
from storefront.fulfillment.person.retention import ROWS, What
from storefront.fulfillment.store import (
    ageing,
    attempts,
    couriers,
    jobs,
    links,
    once,
    orders,
    people,
    proofs,
    quotes,
    troubles,
)
from storefront.fulfillment.store import floor as floors
from storefront.fulfillment.store.floor import Floor, ShopFloor
from storefront.fulfillment.work import contacts

DAY_MS = 86_400_000
_WRITTEN = (contacts.REASON, contacts.REASON_TOLD, "arrive_note", "fail_note")


class Forgotten(Struct, frozen=True):
    """How many rows of each kind were erased, reduced or dropped."""

    counts: Mapping[str, int]


def sweep(floor: ShopFloor, merchant_id: str) -> Forgotten:
    """Carry out the table of retention for one merchant; to be called often, it costs little."""
    with floor.write(merchant_id) as here:
        day_ago = here.now - DAY_MS
        _give_ends(here)
        counts = {
            "contacts": people.purge(here),
            "proofs": proofs.purge(here),
            "places": couriers.forget_presence(here, here.now - _term(What.COURIER_TRACK)),
            "ages": ageing.forget_ages(here, here.now - _term(What.AGE_RESULT)),
            "audits": ageing.digest_stories(here, here.now - _term(What.AUDIT)),
            "checks": _forget_checks(here),
            "links": links.forget(here, day_ago),
            "attempts": attempts.forget(here, day_ago),
            "answers": once.forget(here),
            "quotes": quotes.forget(here, day_ago),
            "troubles": troubles.forget(here, day_ago),
            "changes": floors.forget(here),
        }
    return Forgotten(counts)


def _give_ends(here: Floor) -> None:
    """Give an end to what is kept without one of orders that are over."""
    for order_id, ended_at in ageing.endless(here.connection, here.merchant_id):
        contacts.set_end(here, order_id, ended_at)


def _term(what: What) -> int:
    return ROWS[what].after_ms


def _forget_checks(here: Floor) -> int:
    """Take off couriers what was checked and is long out of date."""
    over = here.now - _term(What.COURIER_CHECK)
    done = 0
    for courier in couriers.all_of(here.connection, here.merchant_id):
        kept = tuple(check for check in courier.checks if check.valid_until > over)
        if len(kept) < len(courier.checks):
            _without(here, courier, kept)
            done += 1
    return done


def _without(here: Floor, courier: Courier, kept: tuple[object, ...]) -> None:
    after = structs.replace(courier, checks=kept)
    told, event = record(courier, after, "courier.checksForgotten", here.now, TIMER)
    couriers.save(here, courier, told, (event,))


class Person(Struct, frozen=True):
    """Somebody who asks about himself, by what the shops know him under."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()


class Erased(Struct, frozen=True):
    """Orders whose customer is forgotten now, and those that are open and will be at their end."""

    erased: tuple[str, ...]
    open: tuple[str, ...]


def erase(floor: ShopFloor, merchant_id: str, person: Person) -> Erased:
    """Forget a person: contacts, pictures, links and codes; orders and their totals stay.

    What is still owed to him keeps his contact until it ends, and is erased then.
    """
    with floor.write(merchant_id) as here:
        done: list[str] = []
        later: list[str] = []
        for order_id in _orders_of(floor, here, person):
            order = orders.get(here.connection, merchant_id, order_id)
            ended = order.state in OVER
            (done if ended else later).append(order_id)
            if ended:
                ageing.erase_order(here, order_id)
                links.end(here, links.TRACK, order_id, here.now)
            else:
                ageing.erase_at_end(here, order_id)
        here.note("person.erased", "", detail={"erased": len(done), "open": len(later)})
    return Erased(tuple(done), tuple(later))


def _orders_of(floor: ShopFloor, here: Floor, person: Person) -> Sequence[str]:
    key = people.sealer(floor, here)
    marks = [key.mark(contacts.EMAIL, it) for it in person.emails]
    marks += [key.mark(contacts.PHONE, it) for it in person.phones]
    found = people.subjects_of(here.connection, here.merchant_id, marks)
    named = ageing.by_platform_ids(here.connection, here.merchant_id, person.orders)
    mine = [subject.removeprefix("order:") for subject in found if subject.startswith("order:")]
    return sorted({*mine, *named})


def erase_shop(floor: ShopFloor, merchant_id: str, connection_id: str) -> int:
    """Forget the customers of all orders that came from one shop; return how many orders."""
    with floor.write(merchant_id) as here:
        ids = ageing.of_connection(here.connection, merchant_id, connection_id)
        for order_id in ids:
            ageing.erase_order(here, order_id)
            links.end(here, links.TRACK, order_id, here.now)
    return len(ids)


def export(floor: ShopFloor, merchant_id: str, person: Person) -> bytes:
    """Return everything that is known of a person, as JSON (GDPR article 15)."""
    with floor.write(merchant_id) as here:
        ids = _orders_of(floor, here, person)
        known = contacts.of_orders(here.connection, merchant_id, floor.box, ids)
        found = [
            {
                "order": msgspec.to_builtins(orders.get(here.connection, merchant_id, order_id)),
                "contact": msgspec.to_builtins(known[order_id]),
                "written": _written(floor, here, order_id),
                "story": [
                    {"at": event.at, "type": event.type, "by": event.actor.role}
                    for event in orders.story(here.connection, merchant_id, order_id)
                ],
            }
            for order_id in ids
        ]
    return msgspec.json.encode({"orders": found})


def _written(floor: ShopFloor, here: Floor, order_id: str) -> Sequence[str]:
    """Return what staff and couriers wrote of an order, while it is kept.

    What was written of a delivery of several orders may be about another customer: it is left out.
    """
    found = jobs.of_order(here.connection, here.merchant_id, order_id)
    alone = [f"job:{job.id}" for job in found if job.order_ids == (order_id,)]
    subjects = [contacts.subject(order_id), *alone]
    known = people.get(here.connection, here.merchant_id, floor.box, subjects)
    return [known[it][name].decode() for it in subjects for name in _WRITTEN if name in known[it]]
