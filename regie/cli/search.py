"""`regie search`: the index that finds products by words."""

import click

from regie.cli.common import the_house, the_merchant
from regie.searching import chosen


@click.group()
def search() -> None:
    """Look after the search index."""


@search.command()
def rebuild() -> None:
    """Write the index anew from the catalogue; searches go on meanwhile."""
    with the_house() as house:
        merchant = the_merchant(house)
        index = chosen(house, merchant.id)
        index.rebuild(merchant.id)
        click.echo(f"{index.engine}: indexed up to change {index.position(merchant.id)}")
