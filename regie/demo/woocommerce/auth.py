"""Who is calling: Basic over https, a signed query over plain http, and nothing else."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from regie.demo.woocommerce.call import Call, Key
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.state import Shop
from regie.demo.woocommerce.text import Json, flat_query

WINDOW = 15 * 60
DIGESTS: dict[str, Callable[..., Any]] = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
OAUTH = ("consumer_key", "timestamp", "nonce", "signature", "signature_method")
REFUSED = {
    "GET": ("view", "Sorry, you cannot list resources."),
    "POST": ("create", "Sorry, you are not allowed to create resources."),
    "PUT": ("edit", "Sorry, you are not allowed to edit this resource."),
    "DELETE": ("delete", "Sorry, you are not allowed to delete this resource."),
}


def identify(shop: Shop, call: Call) -> Key | None:
    """Return the key behind a call, nobody, or refuse credentials that are wrong."""
    if not ("/wp-json/wc/" in call.path or "/wp-json/wc-" in call.path):
        return None
    found = _over_https(shop, call) if call.secure else _by_signature(shop, call)
    if found and not found.may(call.method):
        kind = "read" if call.method in {"GET", "HEAD"} else "write"
        raise _wrong(f"The API key provided does not have {kind} permissions.")
    return found


def demand_key(call: Call) -> Key:
    """Refuse a call that came without a valid key."""
    if call.key:
        return call.key
    verb, text = REFUSED.get(call.method, REFUSED["GET"])
    raise RestError(f"woocommerce_rest_cannot_{verb}", text, 401)


def _wrong(message: str) -> RestError:
    return RestError("woocommerce_rest_authentication_error", message, 401)


def _over_https(shop: Shop, call: Call) -> Key | None:
    name, secret = _basic(call.headers.get("Authorization", ""))
    if not name:
        name = str(call.params.get("consumer_key", ""))
        secret = str(call.params.get("consumer_secret", ""))
    found = shop.keys.get(name)
    if not found:
        return None
    if not hmac.compare_digest(found.consumer_secret.encode(), secret.encode()):
        raise _wrong("Consumer secret is invalid.")
    return found


def _basic(header: str) -> tuple[str, str]:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, secret


def _by_signature(shop: Shop, call: Call) -> Key | None:
    sent = {name: str(call.params.get(f"oauth_{name}", "")) for name in OAUTH}
    if not any(sent.values()):
        return None
    missing = [f"oauth_{name}" for name in OAUTH if not sent[name]]
    if missing:
        text = f"Missing OAuth parameter{'s' * (len(missing) > 1)} {', '.join(missing)}"
        raise RestError("woocommerce_rest_authentication_missing_parameter", text, 401)
    found = shop.keys.get(sent["consumer_key"])
    if not found:
        raise _wrong("Consumer key is invalid.")
    _check_signature(shop, call, found, sent)
    _check_moment(shop, sent)
    return found


def _check_signature(shop: Shop, call: Call, key: Key, sent: dict[str, str]) -> None:
    if sent["signature_method"] not in DIGESTS:
        raise _wrong("Invalid signature - signature method is invalid.")
    wanted = sign(
        call.method,
        f"{shop.home}{call.path}",
        call.params,
        key.consumer_secret,
        sent["signature_method"],
    )
    if not hmac.compare_digest(wanted.encode(), sent["signature"].encode()):
        raise _wrong("Invalid signature - provided signature does not match.")


def sign(method: str, url: str, params: Json, secret: str, how: str = "HMAC-SHA256") -> str:
    """Return the one-legged OAuth 1 signature of a call; the host is part of what is signed."""
    signed = {name: params[name] for name in sorted(params) if name != "oauth_signature"}
    pairs = [f"{_escape(key)}={_escape(value)}" for key, value in flat_query(signed)]
    text = "&".join((method, quote(url, safe=""), _twice("&".join(pairs))))
    digest = hmac.new(f"{secret}&".encode(), text.encode(), DIGESTS[how]).digest()
    return base64.b64encode(digest).decode()


def _escape(value: str) -> str:
    return quote(unquote(value), safe="")


def _twice(text: str) -> str:
    return quote(text, safe="")


def _check_moment(shop: Shop, sent: dict[str, str]) -> None:
    now = int(shop.now().timestamp())
    told = int(sent["timestamp"]) if sent["timestamp"].isdigit() else 0
    if abs(now - told) > WINDOW:
        raise _wrong("Invalid timestamp.")
    spent = (sent["consumer_key"], sent["nonce"])
    if spent in shop.nonces:
        raise _wrong("Invalid nonce - nonce has already been used.")
    shop.nonces = {held: at for held, at in shop.nonces.items() if now - at <= WINDOW}
    shop.nonces[spent] = told
