"""The `regie` command: every verb of the house for people and for programs."""

import gc
import sys
from importlib import import_module
from types import ModuleType

import click

from connector.model.errors import RegieError
from regie.cli.remedies import told

# Where each command lies; it is imported when it is called, so that starting stays quick.
_COMMANDS = {
    "agent": "regie.cli.agent:agent",
    "backup": "regie.cli.backup:backup",
    "check": "regie.cli.check:check",
    "connect": "regie.cli.connect:connect",
    "courier": "regie.cli.courier:courier",
    "db": "regie.cli.data:db",
    "demo": "regie.cli.demo:demo",
    "export": "regie.cli.data:export",
    "erase": "regie.cli.erase:erase",
    "exposure": "regie.cli.exposure:exposure",
    "fake-shop": "regie.cli.fake_shop:fake_shop",
    "grant": "regie.cli.grant:grant",
    "key": "regie.cli.key:key",
    "ledger": "regie.cli.ledger:ledger",
    "restore": "regie.cli.backup:restore",
    "rotate-secrets": "regie.cli.key:rotate_secrets",
    "search": "regie.cli.search:search",
    "serve": "regie.cli.serve:serve",
    "staff": "regie.cli.staff:staff",
    "store": "regie.cli.store:store",
    "sync": "regie.cli.sync:sync",
    "terms": "regie.cli.terms:terms",
    "worker": "regie.cli.worker:worker",
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
        found: click.Command = getattr(_imported(module), name)
        return found


def _imported(module: str) -> ModuleType:
    """Import a command undisturbed: all of it stays, and looking for garbage takes a sixth more."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="regie")
def regie() -> None:
    """Keep a retailer in charge of what AI shopping shows and sells of his shop."""


def main() -> None:
    """Run the command; exit code 0 done, 1 failed with one clear error, 2 wrong usage."""
    try:
        regie(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        _fail("Stopped. What was stored stays; run the command again to go on.", "stopped")
    except RegieError as error:
        _fail(told(error), error.code)
    except UnicodeEncodeError:
        if _is_text():
            raise
        _fail("A word of the command is no text in UTF-8. Type it again.", "unreadable_text")
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        reason = (error.strerror or type(error).__name__).lower()
        _fail(f"The file or folder{place} cannot be used: {reason}.", "file_unusable")


def _is_text() -> bool:
    """Tell whether the words of the command are text; names of files need not be."""
    return not any("\ud800" <= sign <= "\udfff" for word in sys.argv for sign in word)


def _fail(message: str, code: str) -> None:
    click.secho(f"error: {message}", fg="red", err=True)
    click.secho(f"       ({code})", dim=True, err=True)
    sys.exit(1)
