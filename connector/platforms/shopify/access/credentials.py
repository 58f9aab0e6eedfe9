"""Choose how to get into a shop from what the merchant left in the vault."""

from connector.platforms import Config
from connector.platforms.shopify.access.auth import OAuth
from connector.platforms.shopify.access.token import FixedToken, RenewedToken, TokenProvider
from connector.platforms.shopify.faults import NoCredentials
from connector.platforms.transport import Transport


def token_provider(config: Config, transport: Transport) -> TokenProvider:
    """Return what gives access tokens: an app's refresh token, its id and secret, or one token.

    A token that came with an app's id and secret is used while it lasts, then a new one is asked.
    """
    held = config.vault.load()
    client_id, secret = held.get("client_id"), held.get("client_secret")
    if client_id and secret:
        oauth = OAuth(config.shop, client_id, secret, transport, config.endpoint, now=config.now)
        rotating = bool(held.get("refresh_token"))
        grant = oauth.rotating_grant() if rotating else oauth.own_shop_grant()
        return RenewedToken(config.vault, grant, config.now)
    if held.get("access_token"):
        return FixedToken(held["access_token"])
    raise NoCredentials(f"There is no key to {config.shop}.", shop=config.shop)
