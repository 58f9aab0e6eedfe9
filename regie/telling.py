"""What the shop floor wants told is told: to the shops, and to the merchant's own webhooks."""

from collections.abc import Callable
from contextlib import suppress

import msgspec
import structlog
from msgspec import structs
from sqlalchemy import Connection, select, update

from connector.model.errors import (
    NotFound,
    PlatformCredentials,
    PlatformRejected,
    PlatformUnavailable,
    RegieError,
)
from connector.model.order import News, Telling
from connector.platforms.errors import TimedOut
from connector.platforms.transport import Limits, Transport
from connector.store import connections, tables
from connector.store.clock import ms
from connector.store.errors import LeaseLost
from connector.store.work import queue
from connector.store.work.queue import Work
from regie.house import House
from regie.shops import Shops
from storefront.fulfillment.store import hooks, links, people
from storefront.fulfillment.work import contacts
from storefront.fulfillment.work.outward import HOOK, PLATFORM
from storefront.fulfillment.work.webhook import headers, wait_ms

_log = structlog.get_logger()
_LEASE_MS = 120_000
_BATCH = 20
_LATER_MS = 1_000
_MOST_ATTEMPTS = 60
_HOOK_LIMITS = Limits(connect=5.0, read=20.0, total=30.0, max_bytes=65_536, attempts=1)
_GONE = 410
_outbox = tables.outbox


class HookFailed(RegieError):
    """A webhook of the merchant did not answer with success."""

    code = "hook_failed"
    remedy = "See the status; the message is sent again later."


class Teller:
    """Takes what waits in the outbox, oldest first, and in its order for each subject."""

    def __init__(self, house: House, shops: Shops, limits: Limits = _HOOK_LIMITS) -> None:
        self._house = house
        self._shops = shops
        self._transport = Transport(allow_private=house.settings.allow_private_hosts, limits=limits)
        self._deaf: set[str] = set()

    def turn(self) -> bool:
        """Tell what is due; tell whether there was anything."""
        works = queue.take(self._house.database, _outbox, self._now(), _LEASE_MS, _BATCH)
        self._deaf.clear()
        for work in sorted(works, key=lambda it: _turn(str(it.values["idempotency_key"]), it.id)):
            self._take(work)
        return bool(works)

    def _now(self) -> int:
        return ms(self._house.clock())

    def _take(self, work: Work) -> None:
        elder_due = self._elder_due(work)
        if elder_due is not None:
            self._wait(work, max(self._now() + _LATER_MS, elder_due))
            return
        if work.values["target"] in self._deaf:
            self._wait(work, self._now() + _LATER_MS)
            return
        try:
            self._tell(work)
        except (LeaseLost, NotFound):
            self._settle(lambda c: queue.finish(c, work, self._now()))
        except Exception as error:  # noqa: BLE001 - one message must not stop the others
            self._failed(work, error)
        else:
            self._settle(lambda c: queue.finish(c, work, self._now()))

    def _elder_due(self, work: Work) -> int | None:
        """Return when something older about the same subject will be tried; None: nothing waits."""
        query = select(_outbox.c.idempotency_key, _outbox.c.id, _outbox.c.run_at).where(
            _outbox.c.merchant_id == work.merchant_id,
            _outbox.c.target == work.values["target"],
            _outbox.c.idempotency_key.startswith(_subject(work), autoescape=True),
            _outbox.c.state.in_((queue.WAITING, queue.LEASED)),
        )
        mine = _turn(str(work.values["idempotency_key"]), work.id)
        with self._house.database.read() as connection:
            rows = connection.execute(query).all()
        return min((row[2] for row in rows if _turn(row[0], row[1]) < mine), default=None)

    def _tell(self, work: Work) -> None:
        target = str(work.values["target"])
        if target.startswith(PLATFORM):
            self._tell_shop(work, target.removeprefix(PLATFORM))
        elif target.startswith(HOOK):
            self._tell_hook(work, target.removeprefix(HOOK))

    def _tell_shop(self, work: Work, connection_id: str) -> None:
        with self._house.database.read() as connection:
            shopfront = connections.get(connection, connection_id)
        telling = msgspec.json.decode(bytes(work.values["payload"]), type=Telling)
        if shopfront.status != connections.ACTIVE:
            raise PlatformUnavailable("The shop is not connected at the moment.")
        self._shops.platform(shopfront).tell(self._completed(work.merchant_id, telling))
        _log.info("platform.told", connection=connection_id, news=telling.news.value)

    def _completed(self, merchant_id: str, telling: Telling) -> Telling:
        """Add what was never stored with the message, because it is a person's."""
        if telling.news is News.CANCELLED:
            return self._with_words(merchant_id, telling)
        return self._with_page(merchant_id, telling)

    def _with_words(self, merchant_id: str, telling: Telling) -> Telling:
        """Add what staff wrote for the customer, if they did; after a day it is forgotten."""
        order_id = telling.key.split("/", 1)[0]
        with self._house.database.read() as connection:
            told = contacts.reason_told(connection, merchant_id, self._house.box, order_id)
        return structs.replace(telling, words=told)

    def _with_page(self, merchant_id: str, telling: Telling) -> Telling:
        """Add the buyer's page to the news that it is on its way; it was never stored."""
        if telling.news is not News.OUT_FOR_DELIVERY:
            return telling
        order_id = telling.key.split("/", 1)[0]
        with self._house.database.read() as connection:
            key = people.opener(connection, merchant_id, self._house.box)
        if key is None:
            return telling
        root = self._house.settings.public_url.rstrip("/")
        page = f"{root}/t/{links.token_text(key.token('track', order_id))}"
        return structs.replace(telling, tracking_url=page)

    def _tell_hook(self, work: Work, hook_id: str) -> None:
        """Send one message; what is signed says when, and its id stays over all tries."""
        house, merchant_id = self._house, work.merchant_id
        with house.database.read() as connection:
            known = {it.id: it for it in hooks.all_of(connection, merchant_id)}
            endpoint = known.get(hook_id)
            if endpoint is None or endpoint.disabled_at is not None:
                return
            secret = hooks.secret_of(house.floor, connection, merchant_id, hook_id)
        body = bytes(work.values["payload"])
        signed = headers(secret, work.id, int(house.clock().timestamp()), body)
        answer = self._transport.request("POST", endpoint.url, headers=signed, body=body)
        delivered = 200 <= answer.status < 300
        with house.floor.write(merchant_id) as here:
            hooks.note(here, hook_id, delivered=delivered)
            if answer.status == _GONE:
                hooks.disable(here, hook_id)
        if answer.status != _GONE and not delivered:
            raise HookFailed(f"The webhook answered {answer.status}.", status=answer.status)

    def _failed(self, work: Work, error: Exception) -> None:
        """Try again later; what a shop will never take is dead at once, and people see it."""
        if not isinstance(error, RegieError):
            _log.exception("telling.failed", work=work.id)
        if isinstance(error, PlatformRejected | PlatformCredentials | PlatformUnavailable):
            self._shops.drop(str(work.values["target"]).removeprefix(PLATFORM))
        if str(work.values["target"]).startswith(HOOK):
            self._hook_failed(work, error)
            return
        most = 1 if isinstance(error, PlatformRejected) else _MOST_ATTEMPTS
        self._settle(lambda c: queue.postpone(c, work, str(error), self._now(), most_attempts=most))

    def _hook_failed(self, work: Work, error: Exception) -> None:
        wait = wait_ms(work.attempts)
        if isinstance(error, TimedOut):
            self._deaf.add(str(work.values["target"]))  # nobody waits for it twice in one turn
        if not isinstance(error, HookFailed):
            with self._house.floor.write(work.merchant_id) as here:
                hook_id = str(work.values["target"]).removeprefix(HOOK)
                hooks.note(here, hook_id, delivered=False)
        if wait is None:
            self._settle(lambda c: queue.postpone(c, work, str(error), self._now(), 1))
        else:
            self._wait(work, self._now() + wait, str(error), counted=True)

    def _wait(
        self, work: Work, run_at: int, error: str | None = None, *, counted: bool = False
    ) -> None:
        """Give a message back for later; only a try that was made counts."""
        same = (
            _outbox.c.merchant_id == work.merchant_id,
            _outbox.c.id == work.id,
            _outbox.c.fence == work.fence,
        )
        values = {"state": queue.WAITING, "run_at": run_at, "error": error and error[:2000]}
        attempts = work.attempts if counted else work.attempts - 1
        self._settle(
            lambda c: c.execute(update(_outbox).where(*same).values(attempts=attempts, **values)),
        )

    def _settle(self, act: Callable[[Connection], object]) -> None:
        with suppress(LeaseLost), self._house.database.write() as connection:
            act(connection)


def _turn(key: str, work_id: str) -> tuple[int, str]:
    """Return the place of a message among those of its subject.

    Messages count the subject's revision; those of a hold have none, but setting aside comes first.
    """
    word = key.split("/", 3)[2]
    if word.isdecimal():
        return int(word), work_id
    return int(word == News.UNRESERVED.value), work_id


def _subject(work: Work) -> str:
    """Return what the key begins with: all messages about one subject to one address."""
    target, subject, _ = str(work.values["idempotency_key"]).split("/", 2)
    return f"{target}/{subject}/"
