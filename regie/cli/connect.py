"""`regie connect`: give Regie the keys of a shop."""

from collections.abc import Mapping

import click
from click.core import ParameterSource

from connector.model.errors import InvalidInput
from regie import hooks
from regie.cli.common import say_json, the_house
from regie.connecting import connect_shop


class BadAddress(InvalidInput):
    """An address that no shop can have."""

    code = "bad_address"
    remedy = "Give the shop's whole home address, such as https://shop.example."


@click.group()
def connect() -> None:
    """Connect a shop. Nothing is stored unless the shop accepts the keys."""


@connect.command("shopify")
@click.option("--shop", required=True, help="NAME.myshopify.com")
@click.option("--token", envvar="SHOPIFY_ACCESS_TOKEN", help="Admin API token of a custom app.")
@click.option("--client-id", envvar="SHOPIFY_CLIENT_ID", help="Client id of your own app.")
@click.option("--client-secret", envvar="SHOPIFY_CLIENT_SECRET", help="Its secret.")
@click.option("--endpoint", help="Call this address instead (loopback shops).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def connect_shopify(
    shop: str,
    token: str | None,
    client_id: str | None,
    client_secret: str | None,
    endpoint: str | None,
    *,
    as_json: bool,
) -> None:
    """Connect a Shopify shop by token, or by the client id and secret of your own app.

    Secrets may also come from SHOPIFY_ACCESS_TOKEN and SHOPIFY_CLIENT_SECRET, or a prompt.
    """
    credentials = _shopify_credentials(token, client_id, client_secret)
    _connect("shopify", shop.strip().lower(), credentials, endpoint, as_json=as_json)


def _shopify_credentials(
    token: str | None, client_id: str | None, client_secret: str | None
) -> Mapping[str, str]:
    """Prefer what stands on the command line over what stands in the environment."""
    context = click.get_current_context()
    said = context.get_parameter_source("client_id") is ParameterSource.COMMANDLINE
    if client_id and (said or not token):
        secret = client_secret or click.prompt("Client secret", hide_input=True, err=True)
        return {"client_id": client_id, "client_secret": secret}
    if not token:
        token = click.prompt("Access token", hide_input=True, err=True)
    return {"access_token": token, **({"client_secret": client_secret} if client_secret else {})}


@connect.command("woocommerce")
@click.option("--url", required=True, help="The shop's home address, https://...")
@click.option("--key", envvar="WOOCOMMERCE_KEY", help="Consumer key, ck_...")
@click.option("--secret", envvar="WOOCOMMERCE_SECRET", help="Consumer secret, cs_...")
@click.option("--endpoint", help="Call this address instead (loopback shops).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def connect_woocommerce(
    url: str, key: str | None, secret: str | None, endpoint: str | None, *, as_json: bool
) -> None:
    """Connect a WooCommerce shop by a REST API key with read access (write: for webhooks).

    Secrets may also come from WOOCOMMERCE_KEY and WOOCOMMERCE_SECRET, or a prompt.
    """
    key = key or click.prompt("Consumer key", err=True)
    secret = secret or click.prompt("Consumer secret", hide_input=True, err=True)
    credentials = {"consumer_key": key, "consumer_secret": secret}
    _connect("woocommerce", _home(url), credentials, endpoint, as_json=as_json)


def _home(text: str) -> str:
    """Return a shop's address in the one form by which it is known again."""
    scheme, separator, rest = text.strip().rstrip("/").partition("://")
    if not separator:
        raise BadAddress("The address has no https:// in front.", field="--url", url=text)
    host, slash, path = rest.partition("/")
    scheme, host = scheme.lower(), host.lower()
    usual = {"https": ":443", "http": ":80"}.get(scheme, "")
    return f"{scheme}://{host.removesuffix(usual)}{slash}{path}"


def _connect(
    platform: str,
    shop: str,
    credentials: Mapping[str, str],
    endpoint: str | None,
    *,
    as_json: bool,
) -> None:
    with the_house() as house:
        shopfront, context = connect_shop(house, platform, shop, credentials, endpoint=endpoint)
        proven = hooks.are_proven(house, shopfront)
    if as_json:
        say_json({"connection": shopfront.id, "shop": context.shop, "webhooks": proven})
        return
    click.secho(f"connected: {context.shop.name} ({context.shop.currency})", fg="green")
    places = len(context.locations)
    click.echo(f"connection {shopfront.id}, {places} place{'' if places == 1 else 's'}")
    if not proven:
        click.secho(f"note: {hooks.UNPROVEN}", fg="yellow")
    click.echo("next: regie sync --full")
