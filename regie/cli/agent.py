"""`regie agent`: the register of those who may ask, with their keys."""

import click
from msgspec import structs
from sqlalchemy import Connection

from connector.model.errors import Conflict, InvalidInput
from connector.model.ids import new_id
from connector.store.clock import ms
from regie.cli.claims import LEAST, names_somebody
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.named import RESERVED, open_agent
from regie.cli.terms import NoTerms
from regie.cli.words import moment
from storefront.disclosure.agent import Agent, Kind, Purpose
from storefront.disclosure.origin import origin_of
from storefront.disclosure.store import agents, keys, terms

_DAY_MS = 86_400_000


class BadAgent(InvalidInput):
    """An entry of the register that cannot stand."""

    code = "bad_agent"
    remedy = "See `regie agent add --help`."


class DirectoryTaken(Conflict):
    """Another agent signs with the keys of this directory."""

    code = "directory_taken"
    remedy = "Use the agent that is there, or revoke it first with `regie agent revoke`."


@click.group()
def agent() -> None:
    """Say who may ask: assistants, aggregators, delivery partners, your own storefront."""


@agent.command()
@click.argument("name")
@click.option("--kind", type=click.Choice([it.value for it in Kind]), default="assistant")
@click.option("--contact", required=True, help="Mail or web address of whoever runs it.")
@click.option("--purpose", type=click.Choice([it.value for it in Purpose]), default="search")
@click.option(
    "--claim", "claims", multiple=True,
    help="Piece of its user agent that no browser says, 4 characters or more; may repeat.",
)  # fmt: skip
@click.option("--directory", help="https address of its signing keys (Web Bot Auth).")
@click.option("--accepted-terms", is_flag=True, help="It has accepted the terms that hold now.")
@click.option("--no-key", is_flag=True, help="Make no key: it is known by its signature or name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add(
    *,
    name: str,
    kind: str,
    contact: str,
    purpose: str,
    claims: tuple[str, ...],
    directory: str | None,
    accepted_terms: bool,
    no_key: bool,
    as_json: bool,
) -> None:
    """Enter NAME into the register and print its key, which is shown this once.

    It sees nothing yet: say what with `regie grant add`.
    """
    _check(name, contact, claims, directory)
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        with house.database.write() as connection:
            accepted = _current(connection, merchant.id) if accepted_terms else None
            new = Agent(
                new_id("agt"), name, Kind(kind), contact, Purpose(purpose), claims, directory,
                accepted, now,
            )  # fmt: skip
            _require_own_directory(connection, merchant.id, directory)
            agents.add(connection, merchant.id, new)
            text = None if no_key else keys.add(connection, merchant.id, new.id, accepted, now)
    if as_json:
        say_json({"agent": new.id, "name": name, "key": text})
        return
    click.echo(f"{new.id}  {name}", err=True)
    if text:
        click.echo(text)


def _check(name: str, contact: str, claims: tuple[str, ...], directory: str | None) -> None:
    """Refuse a name that the ledger uses itself, and claims that everybody makes."""
    if not name or name != name.strip() or name in RESERVED or name.startswith("agt_"):
        raise BadAgent(f"{name!r} cannot be an agent's name.", field="name")
    if not contact.strip():
        raise BadAgent("The contact is empty.", field="contact")
    for claim in claims:
        if not names_somebody(claim):
            raise BadAgent(f"{claim!r} tells no agent from a browser.", field="claims", least=LEAST)
    if directory is not None and not origin_of(directory).startswith("https://"):
        raise BadAgent("The directory of signing keys is no https address.", field="directory")


def _require_own_directory(connection: Connection, merchant_id: str, directory: str | None) -> None:
    """Let no two agents sign with the same keys: nobody could tell them apart."""
    if directory is None:
        return
    for other in agents.all_of(connection, merchant_id):
        taken = origin_of(other.directory or "")
        if other.revoked_at is None and taken == origin_of(directory):
            raise DirectoryTaken(
                f"{other.name} signs with the keys of {taken}.", field="directory", agent=other.id
            )


def _current(connection: Connection, merchant_id: str) -> int:
    """Return the version of the terms that holds now, or raise NoTerms."""
    current = terms.current(connection, merchant_id)
    if current is None:
        raise NoTerms("There are no terms to accept.")
    return current.version


@agent.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_agents(*, as_json: bool) -> None:
    """List agents and the visible beginnings of their keys."""
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        with house.database.read() as connection:
            found = [
                (it, keys.all_of(connection, merchant.id, it.id))
                for it in agents.all_of(connection, merchant.id)
            ]
    if as_json:
        say_json([{**structs.asdict(it), "keys": held} for it, held in found])
        return
    for it, held in found:
        state = "revoked" if it.revoked_at else "open"
        click.echo(f"{it.id}  {it.name}  {it.kind.value}  {state}  {it.contact}")
        for key in held:
            accepted = f"terms {key.terms}" if key.terms else "no terms accepted"
            click.echo(f"  {key.id}  {key.prefix}...  {_state(key, now)}  {accepted}")


def _state(key: keys.AgentKey, now_ms: int) -> str:
    if key.revoked_at:
        return "revoked"
    if key.expires_at is None:
        return "open"
    return f"{'until' if now_ms < key.expires_at else 'ended'} {moment(key.expires_at)}"


@agent.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Close the door for an agent with all its keys, from the next request on."""
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        with house.database.write() as connection:
            found = open_agent(connection, merchant.id, name)
            agents.revoke(connection, merchant.id, found.id, now)
    click.echo(f"{found.name} revoked")


@agent.command()
@click.argument("name")
@click.option(
    "--days", type=click.IntRange(0, 365), default=7, show_default=True,
    help="How long the old keys go on working; 0 ends them now.",
)  # fmt: skip
def rotate(name: str, days: int) -> None:
    """Print a new key; the old ones end after some days, so that nothing stops meanwhile."""
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        end = now + days * _DAY_MS
        with house.database.write() as connection:
            found = open_agent(connection, merchant.id, name)
            old = [it for it in keys.all_of(connection, merchant.id, found.id) if not it.revoked_at]
            accepted = max((it.terms for it in old if it.terms), default=found.terms)
            text = keys.add(connection, merchant.id, found.id, accepted, now)
            for key in old:
                if key.expires_at is None or key.expires_at > end:  # never prolong a key's life
                    keys.end(connection, merchant.id, key.id, end, now)
    click.echo(text)


@agent.command()
@click.argument("name")
def accept(name: str) -> None:
    """Note that an agent has accepted the terms that hold now, with all its keys."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.write() as connection:
            found = open_agent(connection, merchant.id, name)
            version = _current(connection, merchant.id)
            agents.change(connection, merchant.id, structs.replace(found, terms=version))
            for key in keys.all_of(connection, merchant.id, found.id):
                keys.accept_terms(connection, merchant.id, key.id, version)
    click.echo(f"{found.name}: terms {version} accepted")
