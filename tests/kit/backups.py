"""Who is let in before a backup, and what still stands after a restore."""

from storefront.disclosure.store import pulse
from tests.kit.command import Command


def let_in(regie: Command) -> str:
    """Enter an agent that may see everything; return its key."""
    text = regie.ok("agent", "add", "Finder", "--contact", "x")
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "full", "--all-products")
    return text


def holds(regie: Command, receipt: str) -> bool:
    return regie("ledger", "verify", "--receipt", receipt).code == 0


def numbers(regie: Command) -> tuple[int, int]:
    with regie.house() as house, house.database.read() as connection:
        found = pulse.read(connection, "mer_1")
    return found.revision, found.sequence
