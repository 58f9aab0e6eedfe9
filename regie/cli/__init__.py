"""The `regie` command: every verb of the house for people and for programs."""

import sys
from importlib import import_module

import click

from connector.model.errors import RegieError

# Where each command lies; it is imported when it is called, so that starting stays quick.
_COMMANDS = {
    "backup": "regie.cli.data:backup",
    "check": "regie.cli.check:check",
    "connect": "regie.cli.connect:connect",
    "db": "regie.cli.data:db",
    "demo": "regie.cli.demo:demo",
    "export": "regie.cli.data:export",
    "fake-shop": "regie.cli.fake_shop:fake_shop",
    "key": "regie.cli.key:key",
    "restore": "regie.cli.data:restore",
    "rotate-secrets": "regie.cli.key:rotate_secrets",
    "serve": "regie.cli.serve:serve",
    "sync": "regie.cli.sync:sync",
    "worker": "regie.cli.serve:worker",
}


class _Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None where there is none of that name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="regie")
def regie() -> None:
    """Keep a retailer in charge of what AI shopping shows and sells of his shop."""


def main() -> None:
    """Run the command; exit code 0 done, 1 failed with one clear error, 2 wrong usage."""
    try:
        regie(standalone_mode=True)
    except RegieError as error:
        click.secho(f"error: {error}", fg="red", err=True)
        click.secho(f"       ({error.code})", dim=True, err=True)
        sys.exit(1)
