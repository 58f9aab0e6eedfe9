"""`regie store`: the stores where goods are collected and from which they are delivered."""

import click
import msgspec

from connector.model.location import Geo, Location
from connector.platforms import Shop
from connector.store import connections
from connector.store.listing import reader
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.postcodes import import_postcodes
from regie.cli.rights import no_orders
from regie.house import House
from storefront.fulfillment.errors.place import BadStore
from storefront.fulfillment.place.store import Store
from storefront.fulfillment.store import places
from storefront.fulfillment.work import founding
from storefront.fulfillment.work.founding import Plan


def _point(_context: click.Context, _option: click.Parameter, text: str | None) -> Geo | None:
    """Read degrees as maps show them: 53.55,9.93."""
    if text is None:
        return None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter("Give two numbers, such as 53.55,9.93.") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise click.BadParameter("Latitude is -90 to 90, longitude -180 to 180.")
    return Geo(latitude, longitude)


@click.group()
def store() -> None:
    """Set up and list stores."""


store.add_command(import_postcodes)


@store.command("add")
@click.argument("code")
@click.option(
    "--location", "wanted", help="Name or id of the shop's location; without it, the only one."
)
@click.option("--name", help="What shoppers read; default: the location's name.")
@click.option(
    "--hours",
    default="Mo-Sa 09:00-18:00",
    show_default=True,
    help="Opening hours as OpenStreetMap writes them.",
)
@click.option("--pickup/--no-pickup", default=True, show_default=True, help="Click and collect.")
@click.option("--radius", type=click.IntRange(100, 50_000), help="Deliver so many metres around.")
@click.option("--postcodes", help="Deliver to these, such as 1011*,1012.")
@click.option(
    "--at", callback=_point, metavar="LAT,LON", help="Where it lies, if the shop does not tell."
)
@click.option("--slot-minutes", type=click.IntRange(15, 720), default=120, show_default=True)
@click.option("--orders-per-slot", type=click.IntRange(1, 1000), default=8, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add_store(
    code: str,
    wanted: str | None,
    name: str | None,
    hours: str,
    *,
    pickup: bool,
    radius: int | None,
    postcodes: str | None,
    at: Geo | None,
    slot_minutes: int,
    orders_per_slot: int,
    as_json: bool,
) -> None:
    """Open a store at a location of a connected shop; everything can be changed on its page."""
    with the_house() as house:
        place, shop = _place(house, wanted)
        plan = Plan(
            code=code,
            name=name or place.name,
            hours=hours,
            timezone=shop.timezone,
            currency=shop.currency,
            pickup=pickup,
            radius_m=radius,
            slot_minutes=slot_minutes,
            orders_per_slot=orders_per_slot,
            at=at,
            postcodes=tuple(it.strip() for it in (postcodes or "").split(",") if it.strip()),
        )
        _require_position(place, plan)
        with house.floor.write(the_merchant(house).id) as here:
            found = founding.found(here, place, plan)
    if as_json:
        say_json(found)
    else:
        click.echo(f"{found.id}  {found.code}  open; its page: /stores/{found.id}")
    if warning := no_orders(shop):
        click.echo(f"warning: {warning}", err=True)


def _place(house: House, wanted: str | None) -> tuple[Location, Shop]:
    """Return the location that was meant, and its shop's facts."""
    merchant = the_merchant(house)
    with house.database.read() as connection:
        stored = reader.locations(connection, merchant.id)
        facts = {it.id: it.shop_facts for it in connections.all_of(connection, merchant.id)}
    meant = [
        it
        for it in stored
        if wanted is None or wanted in {it.location.id, it.location.external_id, it.location.name}
    ]
    if len(meant) != 1:
        names = ", ".join(sorted(it.location.name for it in stored)) or "none yet: sync first"
        raise BadStore(f"Say which location: {names}.", field="location")
    (found,) = meant
    raw = facts.get(found.connection_id)
    if raw is None:
        raise BadStore("The shop was not read yet.", field="shop")
    return found.location, msgspec.json.decode(raw, type=Shop)


def _require_position(place: Location, plan: Plan) -> None:
    """Refuse to deliver from a place whose position nobody tells."""
    if place.geo is None and plan.at is None and (plan.radius_m is not None or plan.postcodes):
        raise BadStore(f"The shop does not say where {place.name} lies.", field="geo")


@store.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_stores(*, as_json: bool) -> None:
    """List the stores with what they offer and what is open there."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.read() as connection:
            found = places.all_of(connection, merchant.id, archived=True)
            work = {it.id: places.open_work(connection, merchant.id, it.id) for it in found}
    if as_json:
        say_json(found)
        return
    for it in found:
        offers = [word for word, terms in _offers(it) if terms]
        orders, jobs = work[it.id]
        click.echo(
            f"{it.id}  {it.code}  {it.status.value}  {'+'.join(offers) or 'nothing'}  "
            f"{orders} orders  {jobs} deliveries"
        )


def _offers(it: Store) -> list[tuple[str, bool]]:
    return [("pickup", it.pickup.enabled), ("delivery", it.delivery.enabled)]
