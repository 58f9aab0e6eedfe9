"""`regie erase --person`: what is known of a customer is shown, and forgotten."""

from pathlib import Path

import click

from regie.cli.common import say_json, the_house, the_merchant
from storefront.fulfillment.work import forgetting
from storefront.fulfillment.work.forgetting import Person


@click.command()
@click.option("--person", required=True, help="E-mail address or phone number (+31...).")
@click.option(
    "--export",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="First write all that is known of the person to this file (JSON).",
)
@click.option("--export-only", is_flag=True, help="Only write the file; erase nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def erase(person: str, target: Path | None, *, export_only: bool, as_json: bool) -> None:
    """Forget a customer: contact, pictures, links. Orders and their totals stay without a name."""
    if export_only and target is None:
        raise click.UsageError("--export-only needs --export FILE.")
    who = Person(emails=(person,)) if "@" in person else Person(phones=(person,))
    with the_house() as house:
        merchant_id = the_merchant(house).id
        if target is not None:
            target.touch(mode=0o600)
            target.write_bytes(forgetting.export(house.floor, merchant_id, who))
        if export_only:
            click.echo(f"written to {target}")
            return
        found = forgetting.erase(house.floor, merchant_id, who)
    if as_json:
        say_json(found)
        return
    click.echo(f"forgotten in {len(found.erased)} orders")
    if found.open:
        click.echo(f"{len(found.open)} orders are open; forgotten there as soon as they end")
