"""Writes the reference pages from the code; a test fails when they differ.

Run `python docs/generate.py` after a change of settings, errors, commands or the schema.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

import connector
import gateway
import regie
import storefront
from connector.model.errors import RegieError
from gateway.catalogue.schema import schema
from regie.cli import regie as command
from regie.settings import HELP, Settings
from storefront.fulfillment import hold
from storefront.fulfillment.courier import life as courier_life
from storefront.fulfillment.job import life as job_life
from storefront.fulfillment.lifecycle import Lifecycle
from storefront.fulfillment.order import handover
from storefront.fulfillment.order import life as order_life
from storefront.fulfillment.place import store
from storefront.fulfillment.zone import quote

FOLDER = Path(__file__).parent / "reference"
_FAMILIES = ("InvalidInput", "NotAllowed", "NotFound", "Conflict", "TooMany", "PlatformError")


def pages() -> dict[Path, str]:
    """Return the text of every generated page."""
    return {
        FOLDER / "settings.md": "\n".join(_settings()) + "\n",
        FOLDER / "errors.md": "\n".join(_errors()) + "\n",
        FOLDER / "cli.md": "\n".join(_commands()) + "\n",
        FOLDER / "graphql.md": "\n".join(_schema()) + "\n",
        FOLDER / "lifecycles.md": "\n".join(_lifecycles()) + "\n",
    }


_LIVES: Mapping[str, Lifecycle[Any]] = {
    "Store": store.LIFE,
    "Hold": hold.LIFE,
    "Quote": quote.LIFE,
    "Order": order_life.LIFE,
    "Hand-over": handover.LIFE,
    "Delivery job": job_life.LIFE,
    "Courier": courier_life.LIFE,
    "Courier and merchant": courier_life.BOND,
}


def _settings() -> Iterator[str]:
    yield "# Settings\n\nRead from the environment, in `regie/settings.py` and nowhere else.\n"
    yield "| Variable | Default | Meaning |\n|---|---|---|"
    defaults = Settings()
    for name in Settings.__struct_fields__:
        value = getattr(defaults, name)
        shown = f"`{value}`" if value not in {"", False} else ("off" if value is False else "")
        yield f"| `REGIE_{name.upper()}` | {shown} | {HELP[name]} |"
    yield "\nCredentials for `regie connect` may come from `SHOPIFY_ACCESS_TOKEN`,"
    yield "`SHOPIFY_CLIENT_ID`, `SHOPIFY_CLIENT_SECRET`, `WOOCOMMERCE_KEY` and"
    yield "`WOOCOMMERCE_SECRET`."


def _errors() -> Iterator[str]:
    yield "# Error codes\n\nStable; HTTP answers carry them as `code` (RFC 9457), GraphQL answers"
    yield "in `errors[].extensions.code`, the command line in the last line.\n"
    yield "| Code | HTTP | Family | Meaning | Remedy |\n|---|---|---|---|---|"
    for error in sorted(_all_errors(), key=lambda it: (it.code, it.__name__)):
        meaning = (error.__doc__ or "").strip().splitlines()[0]
        yield f"| `{error.code}` | {error.status} | {_family(error)} | {meaning} | {error.remedy} |"


def _all_errors() -> set[type[RegieError]]:
    for package in (connector, gateway, regie, storefront):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: set[type[RegieError]] = set()
    open_ = [RegieError]
    while open_:
        error = open_.pop()
        fresh = set(error.__subclasses__()) - found
        found |= fresh
        open_ += fresh
    ours = ("connector.", "gateway.", "regie.", "storefront.")
    named = {it for it in found if "code" in vars(it) and it.__module__.startswith(ours)}
    return {it for it in named if it.__base__ is None or it.code != it.__base__.code}


def _lifecycles() -> Iterator[str]:
    """Draw every table of what may follow what; the buttons of the pages come from the same."""
    yield "# Life cycles\n\nDrawn from the tables in `storefront/fulfillment`: who may do what."
    for title, life in _LIVES.items():
        yield f"\n## {title}\n"
        yield "| From | Event | To | Who | If |\n|---|---|---|---|---|"
        for step in life.steps:
            sources = ", ".join(it.name for it in sorted(step.sources, key=list(life.kind).index))
            targets = ", ".join(it.name for it in step.targets)
            actors = ", ".join(sorted(step.actors))
            yield f"| {sources} | `{step.event}` | {targets} | {actors} | {step.guard} |"
        yield "\n```mermaid"
        yield from life.mermaid()
        yield "```"


def _family(error: type[RegieError]) -> str:
    names = [base.__name__ for base in error.__mro__]
    return next((name for name in _FAMILIES if name in names), "RegieError")


def _commands() -> Iterator[str]:
    yield "# Commands\n\nExit codes: 0 done, 1 failed, 2 wrong usage.\n"
    yield from _help(command, click.Context(command, info_name="regie", **command.context_settings))


def _help(group: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```\n{group.get_help(context)}\n```\n"
    if isinstance(group, click.Group):
        for name in sorted(group.list_commands(context)):
            child = group.get_command(context, name)
            if child:
                yield from _help(child, click.Context(child, info_name=name, parent=context))


def _schema() -> Iterator[str]:
    yield "# GraphQL schema\n\nThe catalogue at `/graphql`; the same text lies in"
    yield "`graphql/catalogue.graphql`.\n\n```graphql"
    yield str(schema()).strip()
    yield "```"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
