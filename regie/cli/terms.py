"""`regie terms`: the conditions under which agents are answered."""

from pathlib import Path

import click

from connector.model.errors import NotFound
from connector.store.clock import ms
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.named import text_of
from storefront.disclosure.store import terms as all_terms


class NoTerms(NotFound):
    """The merchant has published no terms."""

    code = "no_terms"
    remedy = "Publish them with `regie terms publish FILE`."


@click.group()
def terms() -> None:
    """Publish the terms under which agents are answered."""


@terms.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def publish(file: Path) -> None:
    """Publish the text of FILE as the next version; contracts must accept it anew."""
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        with house.database.write() as connection:
            new = all_terms.publish(connection, merchant.id, text_of(file), now)
    click.echo(f"version {new.version}, {new.digest}")


@terms.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_terms(*, as_json: bool) -> None:
    """Print the terms that hold now."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.read() as connection:
            current = all_terms.current(connection, merchant.id)
    if current is None:
        raise NoTerms("No terms were published yet.")
    if as_json:
        say_json({"version": current.version, "digest": current.digest, "text": current.text})
        return
    click.echo(f"version {current.version}, {current.digest}", err=True)
    click.echo(current.text, nl=not current.text.endswith("\n"))
