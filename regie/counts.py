"""Where budgets are counted for all processes together."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limits.storage import Storage

_PATIENCE = 1.0
_AGAIN = 1


def shared_counts(url: str) -> "Storage | None":
    """Return the counts in Redis, or None where there is no Redis.

    An addition whose answer is late may have been made, and asking again makes it twice: the
    budget would end early. One long wait therefore beats the four short ones of redis-py.
    """
    if not url:
        return None
    from limits.storage import RedisStorage  # noqa: PLC0415 - twenty megabytes, seldom needed
    from redis.backoff import NoBackoff  # noqa: PLC0415 - as above
    from redis.retry import Retry  # noqa: PLC0415 - as above

    return RedisStorage(
        url,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), _AGAIN),  # type: ignore[arg-type]  # handed to redis-py as it is
    )
