"""`regie demo`: two invented shops, one catalogue, live updates, in one command."""

import contextlib
import tempfile
from pathlib import Path

import click
from rich.console import Console

from regie.cli.ending import wait_for_end
from regie.demo.story import Stage, tell
from regie.log import configure_logging


@click.command()
@click.option("--once", is_flag=True, help="End when the story is told.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
    help="Another is taken if it is busy.",
)
@click.option("--home", type=click.Path(path_type=Path), help="Keep the data in this folder.")
def demo(*, once: bool, port: int, home: Path | None) -> None:
    """Play a retailer with a Shopify shop and a WooCommerce shop.

    Starts both shops, the server and a worker on this machine; connects and syncs both through the
    real adapters; changes a price and a stock level and shows them arrive through webhooks. Then
    one order is collected and one delivered, and three more wait on the board.
    """
    configure_logging("console", quiet=True)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    with contextlib.ExitStack() as stack:
        folder = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="regie-")))
        tell(Stage(console, folder, port, stack, not once))
        if not once:
            console.print("\n[dim]Ctrl-C ends the demo.[/]")
            wait_for_end()
