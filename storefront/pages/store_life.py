"""The life of a store on the pages: which steps somebody may take, and who paused it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from storefront.fulfillment.errors.place import BadStore
from storefront.fulfillment.place import store as life
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import people, places
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.pages.staffed import Visit

_RESUME = "resume"


def may(visit: Visit, store: Store) -> Sequence[str]:
    """Return the steps that somebody may take: whoever paused it may take that back at first."""
    usual = life.LIFE.events(store.status, visit.staff.role.value)
    undoes = store.paused_lately_by(visit.staff.id, visit.floor.now())
    return usual if not undoes or _RESUME in usual else (*usual, _RESUME)


def move(visit: Visit, here: Floor, store: Store, event: str) -> Store:
    """Take a step, or raise BadStore, IllegalTransition, RoleRequired or StoreBusy."""
    if not life.LIFE.sources(event):
        raise BadStore("There is no such step.", field="event")
    life.LIFE.next(store.status, event)
    if event not in may(visit, store):
        visit.staff.require(_least(event), store.id)
    return places.save(here, _moved(visit, here, store, event))


def who_paused(visit: Visit, connection: Connection, store: Store) -> str:
    """Return the name of who paused a store; empty where it was no person, or is unknown."""
    subject = f"staff:{store.paused_by}"
    found = people.get(connection, visit.merchant_id, visit.floor.box, [subject])
    return found[subject].get("name", b"").decode()


def _least(event: str) -> Role:
    """Return the lowest role to which the table gives a step."""
    named = {actor for step in life.LIFE.steps if step.event == event for actor in step.actors}
    return next(role for role in reversed(Role) if role.value in named)


def _moved(visit: Visit, here: Floor, store: Store, event: str) -> Store:
    if event == "archive":
        return life.archive(store, *places.open_work(here.connection, here.merchant_id, store.id))
    if event == "pause":
        return life.pause(store, visit.staff.id, here.now)
    return life.activate(store) if event == "activate" else life.resume(store)
