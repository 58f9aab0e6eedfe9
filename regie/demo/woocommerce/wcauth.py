"""The page on which a shopkeeper hands out a key: asked for by a browser, posted on."""

import json
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from regie.demo.woocommerce.chance import token
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json

BASE = "/wc-auth/v1"
SCOPES = ("read", "write", "read_write")
NEEDED = ("app_name", "user_id", "return_url", "callback_url", "scope")
OK = 200


@dataclass(frozen=True)
class Page:
    """A page or a redirect for the browser."""

    status: int
    html: str = ""
    location: str = ""


DENIED = Page(401, "<!DOCTYPE html><title>Access denied</title><p>Access denied.</p>")


def authorize(shop: Shop, params: Json, *, is_admin: bool) -> Page:
    """Answer the authorize address: the login for strangers, the question for the shopkeeper."""
    if not is_valid(shop, params):
        return DENIED
    if not is_admin:
        return Page(302, location=f"{shop.home}{BASE}/login/?{_query(params)}")
    return Page(200, _question(shop, params))


def is_valid(shop: Shop, params: Json) -> bool:
    """Tell whether a request for a key is complete, with an https callback."""
    if any(not params.get(name) for name in NEEDED) or params["scope"] not in SCOPES:
        return False
    schemes = {"https", "http"} if shop.options.callback_over_http else {"https"}
    return urlsplit(str(params["callback_url"])).scheme in schemes


def _query(params: Json) -> str:
    return urlencode({name: params[name] for name in NEEDED})


def login_page(params: Json) -> Page:
    """Return the login; in the demo one button is enough."""
    target = f"{BASE}/enter?{_query({name: params.get(name, '') for name in NEEDED})}"
    text = f'<!DOCTYPE html><title>Login</title><a href="{escape(target)}">Enter as the owner</a>'
    return Page(200, text)


def _question(shop: Shop, params: Json) -> str:
    yes = f"{BASE}/access_granted/?{_query(params)}&wc_auth_nonce={nonce(shop)}"
    no = f"{params['return_url']}?success=0&user_id={params['user_id']}"
    name, scope = escape(str(params["app_name"])), escape(str(params["scope"]))
    return (
        "<!DOCTYPE html><title>Application authentication request</title>"
        f"<h1>{name}</h1><p>{scope}</p>"
        f'<a href="{escape(yes)}">Approve</a> <a href="{escape(no)}">Deny</a>'
    )


def nonce(shop: Shop) -> str:
    """Return the number that proves the shopkeeper saw the question."""
    return token(10, shop.seed, "wc_auth")


def grant(shop: Shop, params: Json) -> Page:
    """Make a key and post it to the callback, unsigned; call without the lock."""
    if not is_valid(shop, params):
        return DENIED
    with shop.lock:
        key = shop.new_key(str(params["scope"]))
    told = {
        "key_id": key.key_id,
        "user_id": params["user_id"],
        "consumer_key": key.consumer_key,
        "consumer_secret": key.consumer_secret,
        "key_permissions": key.permissions,
    }
    headers = {
        "User-Agent": f"WordPress/7.1; {shop.home}",
        "Content-Type": "application/json;charset=UTF-8",
    }
    body = json.dumps(told, separators=(",", ":")).encode()
    if shop.webhooks.sender(str(params["callback_url"]), body, headers) != OK:
        with shop.lock:
            del shop.keys[key.consumer_key]
        return DENIED
    user = urlencode({"user_id": params["user_id"]})
    return Page(302, location=f"{params['return_url']}?success=1&{user}")
