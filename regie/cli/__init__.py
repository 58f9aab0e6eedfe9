"""The `regie` command: every verb of the house for people and for programs."""

import sys

import click

from connector.model.errors import RegieError
from regie.cli.check import check
from regie.cli.connect import connect
from regie.cli.data import backup, db, export, restore
from regie.cli.demo import demo
from regie.cli.fake_shop import fake_shop
from regie.cli.key import key, rotate_secrets
from regie.cli.serve import serve, worker
from regie.cli.sync import sync


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="regie")
def regie() -> None:
    """Keep a retailer in charge of what AI shopping shows and sells of his shop."""


for _command in (
    *(demo, serve, worker, connect, sync, export, fake_shop, db, backup, restore, check),
    *(key, rotate_secrets),
):
    regie.add_command(_command)


def main() -> None:
    """Run the command; exit code 0 done, 1 failed with one clear error, 2 wrong usage."""
    try:
        regie(standalone_mode=True)
    except RegieError as error:
        click.secho(f"error: {error}", fg="red", err=True)
        click.secho(f"       ({error.code})", dim=True, err=True)
        sys.exit(1)
