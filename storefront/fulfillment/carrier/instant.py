"""Times and amounts as carriers write them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from connector.model.errors import PlatformMalformed
from connector.model.money import Money, minor_digits

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(at: int) -> str:
    """Write epoch ms as RFC 3339 in UTC, in whole milliseconds."""
    moment = _EPOCH + timedelta(milliseconds=at)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(text: str | None) -> int | None:
    """Read RFC 3339 as epoch ms; None and "" are no time. Raise PlatformMalformed."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PlatformMalformed(f"{text!r} is no time.") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def major(money: Money) -> float:
    """Write an amount as a plain number: Money(1250, "EUR") gives 12.5."""
    return float(Decimal(money.amount).scaleb(-minor_digits(money.currency)))


def minor(value: float, currency: str) -> Money:
    """Read a plain number of up to four decimals; half a cent is rounded half-even."""
    scaled = Decimal(str(value)).scaleb(minor_digits(currency))
    return Money(int(scaled.to_integral_value()), currency)
