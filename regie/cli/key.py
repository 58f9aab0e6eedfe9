"""`regie key`: who may read as an operator; `regie rotate-secrets`: new key for stored secrets."""

import click

from connector.model.errors import NotFound
from connector.store import connections, keys
from connector.store.clock import ms
from regie.cli.common import say_json, the_house, the_merchant
from storefront.fulfillment.store import hooks, people


class NoKey(NotFound):
    """There is no open key of that id."""

    code = "no_key"
    remedy = "See `regie key list`."


@click.group()
def key() -> None:
    """Make, list and revoke keys of operators, who may read the whole catalogue."""


@key.command("create")
@click.option("--label", default="operator", show_default=True, help="What the key is for.")
def create_key(label: str) -> None:
    """Make a key and print it: it is shown this once."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.write() as connection:
            text = keys.create(connection, merchant.id, keys.OPERATOR, label, ms(house.clock()))
    click.echo(text)


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(*, as_json: bool) -> None:
    """List keys by their visible beginning."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.read() as connection:
            found = keys.all_of(connection, merchant.id)
    if as_json:
        say_json(found)
        return
    for it in found:
        state = "revoked" if it.revoked_at else "open"
        click.echo(f"{it.id}  {it.prefix}...  {it.role}  {state}  {it.label}")


@key.command("revoke")
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Close the door for a key, from the next request on."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.write() as connection:
            done = keys.revoke(connection, merchant.id, key_id, ms(house.clock()))
    if not done:
        raise NoKey(f"{key_id} is no open key.", key=key_id)
    click.echo(f"{key_id} revoked")


@click.command("rotate-secrets")
def rotate_secrets() -> None:
    """Seal all stored credentials anew under the first key of REGIE_SECRET_KEY.

    Put the new key before the old one, separated by a comma; run this; then drop the old key.
    """
    with the_house() as house, house.database.write() as connection:
        moved = connections.rotate(connection, house.box) + people.rotate(connection, house.box)
        moved += hooks.rotate(connection, house.box)
    click.echo(f"{moved} secrets sealed anew")
