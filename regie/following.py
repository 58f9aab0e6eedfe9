"""Who waits for the shop floor is woken: at once in this process and by Redis, else by looking."""

import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from redis import Redis

_log = structlog.get_logger()
_CHANNEL = "regie:floor"
_LOOK_SECONDS = 0.5
_PAUSE_SECONDS = 2.0


class Wakers:
    """Wakes those who wait for a merchant's floor.

    Without Redis other processes are not heard of; so nobody sleeps longer than half a second
    before he looks for himself. Losing a message therefore costs time and nothing else.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._changed: dict[str, threading.Condition] = defaultdict(threading.Condition)
        self._redis = _redis(redis_url, socket_timeout=0.5)
        self._listening = _redis(redis_url)
        self._stop = threading.Event()
        self._listener: threading.Thread | None = None

    def wake(self, merchant_id: str) -> None:
        """Tell all processes that a merchant's floor changed."""
        self._wake_here(merchant_id)
        if self._redis is None:
            return
        from redis.exceptions import RedisError  # noqa: PLC0415 - slow to import, seldom needed

        try:
            self._redis.publish(_CHANNEL, merchant_id)
        except RedisError as error:
            _log.warning("floor.wake_failed", error=type(error).__name__)

    def wait(self, merchant_id: str, seconds: float) -> None:
        """Sleep until the merchant's floor changed, but not longer than half a second."""
        self._listen()
        condition = self._changed[merchant_id]
        with condition:
            condition.wait(min(seconds, _LOOK_SECONDS))

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        for connection in (self._redis, self._listening):
            if connection is not None:
                connection.close()

    def _wake_here(self, merchant_id: str) -> None:
        condition = self._changed[merchant_id]
        with condition:
            condition.notify_all()

    def _listen(self) -> None:
        """Begin to listen with the first who waits: a worker that never waits needs no thread."""
        if self._listening is None or self._listener is not None:
            return
        self._listener = threading.Thread(target=self._follow, name="floor-wakes", daemon=True)
        self._listener.start()

    def _follow(self) -> None:
        from redis.exceptions import RedisError  # noqa: PLC0415 - slow to import, seldom needed

        while not self._stop.is_set():
            try:
                self._take_messages()
            except (RedisError, OSError, ValueError):
                time.sleep(_PAUSE_SECONDS)

    def _take_messages(self) -> None:
        assert self._listening is not None  # noqa: S101 - _listen made sure
        subscription = self._listening.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        subscription.subscribe(_CHANNEL)
        while not self._stop.is_set():
            message = subscription.get_message(timeout=1.0)
            if message is not None:
                self._wake_here(message["data"].decode())


def _redis(url: str, **how: float) -> "Redis | None":
    """Return the way to the Redis at an address, if there is one."""
    if not url:
        return None
    from redis import Redis  # noqa: PLC0415 - slow to import, seldom needed

    return Redis.from_url(url, **how)
