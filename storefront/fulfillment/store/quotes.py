"""Delivery quotes: each is used once, within its quarter of an hour."""

import msgspec
from sqlalchemy import Connection, select, update

from storefront.fulfillment.errors.zone import QuoteNotFound, QuoteUsed
from storefront.fulfillment.store.floor import Floor
from storefront.fulfillment.store.tables import promise
from storefront.fulfillment.zone.quote import Quote, QuoteState, use

_quote = promise.quote
_decode = msgspec.json.Decoder(Quote).decode


def insert(here: Floor, fresh: Quote) -> None:
    """Store a new quote."""
    here.connection.execute(
        _quote.insert().values(
            merchant_id=here.merchant_id,
            id=fresh.id,
            store_id=fresh.store_id,
            state=fresh.state.value,
            expires_at=fresh.expires_at,
            document=msgspec.json.encode(fresh),
            created_at=here.now,
        )
    )


def get(connection: Connection, merchant_id: str, quote_id: str) -> Quote:
    """Return a quote, or raise QuoteNotFound."""
    query = select(_quote.c.document).where(
        _quote.c.merchant_id == merchant_id, _quote.c.id == quote_id
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise QuoteNotFound("There is no such quote.", quote=quote_id)
    return _decode(found)


def spend(here: Floor, quote_id: str, job_id: str) -> Quote:
    """Use a quote for a job, or raise QuoteUsed with the job that it became, or QuoteExpired."""
    used = use(get(here.connection, here.merchant_id, quote_id), job_id, here.now)
    done = here.connection.execute(
        update(_quote)
        .where(
            _quote.c.merchant_id == here.merchant_id,
            _quote.c.id == quote_id,
            _quote.c.state == QuoteState.OPEN.value,
        )
        .values(state=used.state.value, job_id=job_id, document=msgspec.json.encode(used))
    )
    if done.rowcount != 1:
        raise QuoteUsed("The quote was used before.", quote=quote_id)
    return used


def forget(here: Floor, before: int) -> int:
    """Drop quotes that nobody used and that ended before a moment."""
    old = (
        _quote.c.merchant_id == here.merchant_id,
        _quote.c.expires_at < before,
        _quote.c.job_id.is_(None),
    )
    return here.connection.execute(_quote.delete().where(*old)).rowcount
