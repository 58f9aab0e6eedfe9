"""`regie exposure preview`: what an agent would see now, without asking as that agent."""

from collections.abc import Iterator

import click

from connector.store.clock import ms
from regie.cli import named
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.words import listed, moment, plural
from storefront.disclosure.agent import Purpose
from storefront.disclosure.preview import Eyes, Preview, caller


@click.command()
@click.argument("agent")
@click.option(
    "--purpose", type=click.Choice([it.value for it in Purpose]), help="Default: its own."
)
@click.option("--region", help="Country that the answer would be for, such as NL.")
@click.option("--product", help="Print this product (id or handle) as the agent would see it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def preview(
    agent: str, purpose: str | None, region: str | None, product: str | None, *, as_json: bool
) -> None:
    """Show what AGENT (name, id or anonymous) would see now. Nothing is sent or recorded."""
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        where = None if region is None else named.country(region)
        what_for = None if purpose is None else Purpose(purpose)
        with house.database.snapshot() as connection:
            who = caller(connection, merchant.id, agent, what_for, where, now)
            found = Eyes(house.database, connection, merchant.id, who, now)
            if product is not None:
                key = named.product_id(connection, merchant.id, product)
                say_json(found.document(key))
                return
            told = found.preview()
    if as_json:
        say_json(told)
        return
    for line in _lines(told):
        click.echo(line)


def _lines(told: Preview) -> Iterator[str]:
    where = f" in {told.region}" if told.region else ""
    yield f"{told.agent} ({told.tier}), for {told.purpose}{where}"
    if told.reason is not None:
        yield f"sees nothing: {told.reason} ({told.code})"
        return
    yield f"sees {told.products} of {plural(told.of, 'product')}"
    for part in told.parts:
        stores = part.stores if isinstance(part.stores, str) else ", ".join(part.stores)
        yield (
            f"  {plural(part.products, 'product')}: prices {part.price}, stock {part.stock}, "
            f"stores {stores}"
        )
        yield f"    withheld: {listed(part.withheld)}"
    if len(told.parts) > 1:
        yield "  a product of several of these shows what any of them shows"
    if told.only_listed_queries:
        yield "only by listed queries"
    if told.until is not None:
        yield f"until {moment(told.until)}"
