"""Where budgets are counted for all processes together."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limits.storage import RedisStorage

_PATIENCE = 1.0
_AGAIN = 1
_WINDOW = 60
_ADD = b"""
local count = tonumber(redis.call('get', KEYS[1]) or '0') + tonumber(ARGV[1])
if count <= tonumber(ARGV[2]) then
  redis.call('incrby', KEYS[1], ARGV[1])
  if count == tonumber(ARGV[1]) then
    redis.call('expire', KEYS[1], ARGV[3])
  end
end
return {count, redis.call('pttl', KEYS[1])}
"""


class RedisWindows:
    """Counts in Redis; see `meter.Windows`. Looking and adding are one step of Redis itself."""

    def __init__(self, storage: "RedisStorage") -> None:
        self._add: Any = storage.get_connection().register_script(_ADD)

    def add(self, name: str, amount: int, most: int) -> tuple[int, float]:
        """Add to a count where it fits; return what it comes to, and seconds until it is set back.

        One call, whether it fits or not.
        """
        count, rest = self._add([name], [amount, most, _WINDOW])
        return count, rest / 1000


def shared_counts(url: str) -> RedisWindows | None:
    """Return the counts in Redis, or None where there is no Redis.

    An addition whose answer is late may have been made, and asking again makes it twice: the
    budget would end early. One long wait therefore beats the four short ones of redis-py.
    """
    if not url:
        return None
    from limits.storage import RedisStorage  # noqa: PLC0415 - twenty megabytes, seldom needed
    from redis.backoff import NoBackoff  # noqa: PLC0415 - as above
    from redis.retry import Retry  # noqa: PLC0415 - as above

    return RedisWindows(
        RedisStorage(
            url,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            retry=Retry(NoBackoff(), _AGAIN),  # type: ignore[arg-type]  # handed to redis-py as is
        )
    )
