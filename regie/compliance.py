"""What a platform asks on behalf of its customers: to be shown, and to be forgotten."""

import msgspec
import structlog
from msgspec import Struct

from connector.store.clock import ms
from connector.store.connections import Shopfront
from connector.store.product.change import Scope
from connector.store.work import runs
from connector.store.work.runs import Problem
from regie.house import House
from storefront.fulfillment.work import forgetting
from storefront.fulfillment.work.forgetting import Person

_log = structlog.get_logger()
DATA_REQUEST, REDACT = "customers/data_request", "customers/redact"


class _Customer(Struct):
    email: str | None = None
    phone: str | None = None


class _Asked(Struct):
    """The bodies of both topics (Shopify: privacy law compliance webhooks)."""

    customer: _Customer | None = None
    orders_requested: tuple[int | str, ...] = ()
    orders_to_redact: tuple[int | str, ...] = ()
    data_request: dict[str, int | str] = {}


def take(house: House, shopfront: Shopfront, topic: str, body: bytes) -> None:
    """Do what is asked, or raise msgspec.ValidationError for a body that cannot be read."""
    asked = msgspec.json.decode(body, type=_Asked, strict=False)
    if topic == REDACT:
        found = forgetting.erase(house.floor, shopfront.merchant_id, _person(asked))
        _log.info("person.erased", orders=len(found.erased), open=len(found.open))
    elif topic == DATA_REQUEST:
        _note(house, shopfront, asked)


def forget_shop(house: House, shopfront: Shopfront) -> None:
    """Forget the customers of all orders of a shop that asks to be forgotten itself."""
    count = forgetting.erase_shop(house.floor, shopfront.merchant_id, shopfront.id)
    _log.info("shop.people_erased", connection=shopfront.id, orders=count)


def _person(asked: _Asked) -> Person:
    customer = asked.customer or _Customer()
    named = [*asked.orders_requested, *asked.orders_to_redact]
    return Person(
        emails=(customer.email,) if customer.email else (),
        phones=(customer.phone,) if customer.phone else (),
        orders=tuple(str(it) for it in named),
    )


def _note(house: House, shopfront: Shopfront, asked: _Asked) -> None:
    """Let the merchant see that he owes an answer; the request's number says whose."""
    number = str(asked.data_request.get("id", ""))
    problem = Problem(
        external_id=f"data_request/{number}",
        code="data_request",
        message="A customer asks what is known of him; answer within 30 days with "
        "`regie erase --person ... --export FILE --export-only`.",
        details={"request": number, "orders": [str(it) for it in asked.orders_requested]},
    )
    scope = Scope(shopfront.merchant_id, shopfront.id)
    with house.database.write() as connection:
        runs.keep_problems(connection, scope, [problem], ms(house.clock()))
    _log.info("person.asked", connection=shopfront.id)
