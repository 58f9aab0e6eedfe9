"""`regie exposure`: where product information went, and where it would go."""

from collections.abc import Iterable, Mapping

import click

from regie.cli import named
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.preview import preview
from regie.cli.words import moment, plural
from storefront.disclosure.exposure import Exposure
from storefront.disclosure.store import agents, exposures

_MOST = 10_000


@click.group()
def exposure() -> None:
    """See where product information went, and what an agent would see now."""


exposure.add_command(preview)


@exposure.command()
@click.argument("product")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def product(product: str, *, as_json: bool) -> None:
    """Show who saw a product (id or handle), since when, which fields, under which terms."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.ledger.write() as connection:
            exposures.follow(connection, merchant.id)
            found = exposures.of_product(connection, merchant.id, product)
        with house.database.read() as connection:
            names = {it.id: it.name for it in agents.all_of(connection, merchant.id)}
            key = product if found else named.product_id(connection, merchant.id, product)
        if not found:
            with house.ledger.read() as connection:
                found = exposures.of_product(connection, merchant.id, key)
    _show_lines(found, names, as_json=as_json)


@exposure.command("agent")
@click.argument("name")
@click.option("--after", default="", help="Go on behind this product's id.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def of_agent(name: str, *, after: str, as_json: bool) -> None:
    """Show what an agent saw: NAME is a name, an id, operator or anonymous."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.read() as connection:
            key = named.in_ledger(connection, merchant.id, name)
            names = {it.id: it.name for it in agents.all_of(connection, merchant.id)}
        with house.ledger.write() as connection:
            exposures.follow(connection, merchant.id)
            found = exposures.of_agent(connection, merchant.id, key, after, _MOST + 1)
    _show_lines(found[:_MOST], names, as_json=as_json)
    if len(found) > _MOST:
        last = found[_MOST - 1].product_id
        click.echo(f"there is more: go on with --after {last}", err=True)


def _show_lines(found: Iterable[Exposure], names: Mapping[str, str], *, as_json: bool) -> None:
    lines = list(found)
    if as_json:
        say_json(lines)
        return
    if not lines:
        click.echo("nothing went out", err=True)
    for it in lines:
        click.echo(
            f"{it.product_id}  {names.get(it.agent, it.agent)}  since {moment(it.first_at)}, "
            f"last {moment(it.last_at)}, {plural(it.answers, 'answer')}, "
            f"{plural(len(it.fields), 'field')}, terms {it.terms or '-'}"
        )
