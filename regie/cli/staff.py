"""`regie staff`: who works in the stores, and how they come in the first time."""

import click

from connector.model.ids import new_id
from regie.cli.common import the_house, the_merchant
from regie.house import House
from storefront.fulfillment.store import links, places
from storefront.fulfillment.store import people as sealed
from storefront.fulfillment.store import staff as people
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.staff import Role
from storefront.fulfillment.work import welcoming

_LINK_MS = 24 * 3_600_000


@click.group()
def staff() -> None:
    """Enter staff, list them, and let them in."""


@staff.command("add")
@click.argument("login")
@click.option("--name", default="", help="What the board calls them.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.STAFF.value,
    show_default=True,
)
@click.option("--store", "stores", multiple=True, help="Only these stores (ids); default: all.")
def add_staff(login: str, name: str, role: str, stores: tuple[str, ...]) -> None:
    """Enter somebody and print a link that lets them in once, for a day."""
    with the_house() as house, house.floor.write(the_merchant(house).id) as here:
        for store_id in stores:
            places.get(here.connection, here.merchant_id, store_id)
        staff_id = new_id("stf", lambda: here.now)
        found = people.add(house.floor, here, staff_id, login, Role(role), name=name, stores=stores)
        link = sign_in_link(house, here, found.id)
    click.echo(f"{found.id}  {found.role.value}")
    click.echo(link)


@staff.command("link")
@click.argument("staff_id")
def make_link(staff_id: str) -> None:
    """Print a fresh link that lets somebody in once, for a day."""
    with the_house() as house, house.floor.write(the_merchant(house).id) as here:
        people.require(here.connection, here.merchant_id, staff_id)
        link = sign_in_link(house, here, staff_id)
    click.echo(link)


def sign_in_link(house: House, here: Floor, staff_id: str) -> str:
    """Return an address that signs one of the staff in, once."""
    token = links.make(
        here, links.SIGN_IN, staff_id, house.floor.random(links.BYTES), here.now + _LINK_MS
    )
    return f"{house.settings.public_url.rstrip('/')}/sign-in/{token}"


@staff.command("list")
def list_staff() -> None:
    """List who works here, each with the name that lies sealed."""
    with the_house() as house, house.database.read() as connection:
        merchant_id = the_merchant(house).id
        found = people.all_of(connection, merchant_id)
        subjects = [f"staff:{it.id}" for it in found]
        known = sealed.get(connection, merchant_id, house.floor.box, subjects)
    for it in found:
        state = "open" if it.active else "closed"
        stores = ", ".join(it.stores) or "all stores"
        name = known[f"staff:{it.id}"].get("name", b"").decode()
        click.echo(f"{it.id}  {it.role.value}  {state}  {stores}  {name}")


@staff.command("close")
@click.argument("staff_id")
def close_staff(staff_id: str) -> None:
    """Let somebody in no more, from this moment on."""
    with the_house() as house, house.floor.write(the_merchant(house).id) as here:
        welcoming.close(here, staff_id)
    click.echo(f"{staff_id} closed")
