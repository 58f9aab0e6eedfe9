"""`regie grant`: what is shown to whom; without a grant, nothing."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from msgspec import structs
from sqlalchemy import Connection

from connector.model.ids import new_id
from connector.store.clock import ms
from regie.cli import named
from regie.cli.common import say_json, the_house, the_merchant
from regie.cli.words import plural, told
from storefront.disclosure.agent import Purpose, Tier
from storefront.disclosure.field import Group
from storefront.disclosure.grant import (
    PRESETS,
    BadGrant,
    Budget,
    Grant,
    Preset,
    Price,
    ProductSet,
    Stock,
    check,
)
from storefront.disclosure.preview import count_of
from storefront.disclosure.store import agents, grants, operations

_SETS = ("connection", "category", "collection", "tag", "brand", "product")
_NO_PRESET = Preset("", "", frozenset(), purposes=frozenset({Purpose.SEARCH}))


@click.group()
def grant() -> None:
    """Say what an agent may see, what for, where and how long."""


def _product_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option to include and one to leave out for every kind of product set."""
    for name in reversed(_SETS):
        text = f"But not of this {name}."
        command = click.option(f"--without-{name}", multiple=True, help=text)(command)
        text = f"Products of this {name}; what is named adds up."
        command = click.option(f"--{name}", multiple=True, help=text)(command)
    return command


@grant.command()
@click.option("--agent", "agent_name", help="Name or id; none: everyone of the tier.")
@click.option("--preset", type=click.Choice(sorted(PRESETS)), help="Ready-made choice of fields.")
@click.option(
    "--field", "fields", multiple=True, type=click.Choice([it.value for it in Group]),
    help="Group of fields; may repeat, and adds to the preset.",
)  # fmt: skip
@click.option("--all-products", is_flag=True, help="All products that may be shown at all.")
@_product_options
@click.option(
    "--price", type=click.Choice([it.value for it in Price]), help="How exactly prices are told."
)
@click.option(
    "--stock", type=click.Choice([it.value for it in Stock]), help="In pieces, or only in words."
)
@click.option("--store", "stores", multiple=True, help="Only this store (id or name); none: all.")
@click.option(
    "--purpose", "purposes", multiple=True, type=click.Choice([it.value for it in Purpose]),
    help="What the answers are for; default: what the preset says, or search.",
)  # fmt: skip
@click.option("--region", "regions", multiple=True, help="Country such as NL; none: everywhere.")
@click.option(
    "--tier", type=click.Choice([it.name.lower() for it in Tier]), default="contract",
    show_default=True, help="How well whoever asks must be known at least.",
)  # fmt: skip
@click.option("--from", "begin", type=click.DateTime(), help="First moment at which it holds, UTC.")
@click.option(
    "--until", type=click.DateTime(), help="First moment at which it no longer holds, UTC."
)
@click.option("--requests", type=click.IntRange(1), default=Budget().requests, show_default=True)
@click.option("--cost", type=click.IntRange(1), default=Budget().cost, show_default=True)
@click.option(
    "--operation", "files", multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only the query in this file, whose hash is printed; may repeat.",
)  # fmt: skip
def add(**given: Any) -> None:
    """Grant: by preset ("show", "compare", "full") or field by field. Prints the grant's id."""
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        with house.database.write() as connection:
            kept = {file: _kept(connection, merchant.id, file, now) for file in given["files"]}
            new = check(_grant(connection, merchant.id, given, kept.values()))
            if new.valid_to is not None and new.valid_to <= now:
                raise BadGrant("The grant would be over already.", field="valid_to")
            grants.add(connection, merchant.id, new, now)
        products = count_of(house.database, merchant.id, new)
    for file, digest in kept.items():
        click.echo(f"query {digest}  {file}", err=True)
    click.echo(f"holds {plural(products, 'product')} now", err=True)
    click.echo(new.id)


def _grant(
    connection: Connection, merchant_id: str, given: dict[str, Any], hashes: Iterable[str]
) -> Grant:
    preset = PRESETS[given["preset"]] if given["preset"] else _NO_PRESET
    fields = preset.fields | {Group(it) for it in given["fields"]}
    if not fields:
        raise BadGrant("The grant names no fields.", field="fields")
    agent = given["agent_name"]
    return Grant(
        id=new_id("grt"),
        agent_id=agent and named.open_agent(connection, merchant_id, agent).id,
        fields=fields,
        include=_products(connection, merchant_id, given, "", everything=given["all_products"]),
        exclude=_products(connection, merchant_id, given, "without_", everything=False),
        price=Price(given["price"]) if given["price"] else preset.price,
        stock=Stock(given["stock"]) if given["stock"] else preset.stock,
        stores=_stores(connection, merchant_id, given["stores"]),
        purposes=frozenset(Purpose(it) for it in given["purposes"]) or preset.purposes,
        regions=frozenset(named.country(it) for it in given["regions"]),
        tier=Tier[given["tier"].upper()],
        valid_from=_moment(given["begin"]),
        valid_to=_moment(given["until"]),
        budget=Budget(given["requests"], given["cost"]),
        operations=frozenset(hashes),
    )


def _moment(given: datetime | None) -> int | None:
    return None if given is None else ms(given.replace(tzinfo=UTC))


def _stores(
    connection: Connection, merchant_id: str, given: tuple[str, ...]
) -> tuple[str, ...] | None:
    return tuple(named.store_id(connection, merchant_id, it) for it in given) or None


def _products(
    connection: Connection,
    merchant_id: str,
    given: dict[str, Any],
    prefix: str,
    *,
    everything: bool,
) -> ProductSet:
    """Return a product set; shops and products are checked, for they have ids."""
    wanted = {_plural(name): given[f"{prefix}{name}"] for name in _SETS}
    for name, find in (("products", named.product_id), ("connections", named.shop_id)):
        wanted[name] = tuple(find(connection, merchant_id, it) for it in wanted[name])
    if everything and any(wanted.values()):
        raise BadGrant("All products are more than the ones that are named.", field="include")
    return ProductSet(all=everything, **wanted)


def _plural(name: str) -> str:
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _kept(connection: Connection, merchant_id: str, file: Path, now_ms: int) -> str:
    """Keep the text of a query, so that it can be asked for by its hash; return the hash."""
    from graphql import GraphQLSyntaxError, parse  # noqa: PLC0415 - slow to import

    text = named.text_of(file)
    try:
        parse(text)
    except GraphQLSyntaxError as error:
        raise BadGrant(f"{file} is no query: {error.message}", field="operations") from None
    return operations.keep(connection, merchant_id, text, now_ms)


@grant.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_grants(*, as_json: bool) -> None:
    """List the grants that stand, in words."""
    with the_house() as house:
        merchant = the_merchant(house)
        with house.database.read() as connection:
            found = grants.standing(connection, merchant.id)
            names = {it.id: it.name for it in agents.all_of(connection, merchant.id)}
    if as_json:
        say_json([_row(it) for it in found])
        return
    if not found:
        click.echo("nothing is granted: nobody but operators sees anything", err=True)
    for it in found:
        click.echo(it.id)
        for line in told(it, names.get(it.agent_id, it.agent_id) if it.agent_id else None):
            click.echo(f"  {line}")


def _row(it: Grant) -> dict[str, object]:
    """Return a grant for a program, its sets in an order that stays."""
    sets = {"fields": it.fields, "purposes": it.purposes}
    sorted_ = {name: sorted(each.value for each in values) for name, values in sets.items()}
    return {**structs.asdict(it), **sorted_}


@grant.command()
@click.argument("grant_id")
def revoke(grant_id: str) -> None:
    """Take a grant back, from the next request on."""
    with the_house() as house:
        merchant, now = the_merchant(house), ms(house.clock())
        with house.database.write() as connection:
            grants.revoke(connection, merchant.id, grant_id, now)
    click.echo(f"{grant_id} revoked")
