"""`regie courier`: who brings goods to the door, and how they come in."""

import click

from regie.cli.common import the_house, the_merchant
from storefront.fulfillment.order.event import Actor
from storefront.fulfillment.store import couriers
from storefront.fulfillment.work import joining

_OPERATOR = Actor("manager", "cli")


@click.group()
def courier() -> None:
    """Invite, approve and list couriers."""


@courier.command("invite")
@click.argument("name")
def invite_courier(name: str) -> None:
    """Enter a courier and print the link by which he joins, once, within a week."""
    with the_house() as house, house.floor.write(the_merchant(house).id) as here:
        found = joining.invite(house.floor, here, name, _OPERATOR)
    click.echo(f"{found.courier.id}  {found.courier.state.value}")
    click.echo(f"{house.settings.public_url.rstrip('/')}{found.path}")


@courier.command("approve")
@click.argument("courier_id")
def approve_courier(courier_id: str) -> None:
    """Let a courier who has joined take deliveries of this merchant."""
    with the_house() as house, house.floor.write(the_merchant(house).id) as here:
        found = joining.approve(here, courier_id, _OPERATOR)
    click.echo(f"{found.id}  {found.state.value}")


@courier.command("suspend")
@click.argument("courier_id")
def suspend_courier(courier_id: str) -> None:
    """Let a courier take no more deliveries, and close his devices, from this moment on."""
    with the_house() as house, house.floor.write(the_merchant(house).id) as here:
        found = joining.suspend(here, courier_id, _OPERATOR)
    click.echo(f"{found.id}  {found.state.value}")


@courier.command("list")
def list_couriers() -> None:
    """List the couriers."""
    with the_house() as house, house.database.read() as connection:
        merchant_id = the_merchant(house).id
        found = couriers.all_of(connection, merchant_id)
    for it in found:
        bond = it.membership(merchant_id)
        click.echo(f"{it.id}  {it.state.value}  {bond.value if bond else '-'}  {it.display_name}")
