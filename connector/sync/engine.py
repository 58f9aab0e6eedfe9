"""Full, delta and sweep: resumable runs that end in the same catalogue whatever came between."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum

from msgspec import structs
from sqlalchemy import Connection

from connector.model.errors import PlatformUnavailable, RegieError
from connector.model.location import Location
from connector.platforms import Context, Fetched, Listed, Page, Platform, Record
from connector.platforms.quiet import quiet
from connector.store import connections
from connector.store.clock import Clock, ms
from connector.store.connections import Shopfront
from connector.store.database import Database
from connector.store.errors import LeaseLost, SyncRunning
from connector.store.product import writer
from connector.store.product.change import Counts, Scope
from connector.store.work import leases, runs
from connector.store.work.holder import this_process
from connector.store.work.leases import Lease
from connector.store.work.runs import Run
from connector.sync import intake, places
from connector.sync.alive import kept_alive
from connector.sync.fresh import new_run
from connector.sync.guards import may_resume, refuse_mass_deletion, refuse_skew
from connector.sync.intake import Prepared
from connector.sync.report import Reporter, Silent, Summary
from connector.sync.stale import stale

_LEASE_MS, _TOUCH_SECONDS = 120_000, 30.0
_CHUNK = 50


class Mode(Enum):
    """How much is read: everything, what changed, or what the ids show to differ."""

    FULL = "full"
    DELTA = "delta"
    SWEEP = "sweep"


def _nothing(_connection: Connection) -> None:
    """Check nothing more."""


class Syncer:
    """Syncs one connection. One run at a time across all processes; refreshes may run beside it.

    `heartbeat` is called in every write transaction and may raise to undo it. Unless
    `accept_deletions`, a run that would delete most of the products stops with MassDeletion.
    """

    def __init__(
        self,
        database: Database,
        shopfront: Shopfront,
        platform: Platform,
        clock: Clock,
        *,
        reporter: Reporter | None = None,
        heartbeat: Callable[[Connection], None] = _nothing,
        accept_deletions: bool = False,
    ) -> None:
        self._database = database
        self._shopfront = shopfront
        self._platform = platform
        self._clock = clock
        self._reporter = reporter or Silent()
        self._heartbeat = heartbeat
        self._accept_deletions = accept_deletions
        self._scope = Scope(shopfront.merchant_id, shopfront.id)
        self._lease: Lease | None = None
        self._context: Context | None = None

    def run(self, mode: Mode) -> Summary:
        """Sync once, resuming an interrupted run of the same mode; raises when it cannot end."""
        started = time.monotonic()
        with self._holding_lease():
            context = self._prepare()
            run, resumed = self._begin(self._needed(mode, context), context)
            try:
                run = self._read_all(run)
            except RegieError as error:
                self._interrupt(run, error)
                raise
            return self._summary(run, started, resumed=resumed)

    def refresh(self, external_ids: Sequence[str]) -> Counts:
        """Read single products anew: what webhooks ask for."""
        if self._context is None:
            self._prepare()
        total = Counts()
        for start in range(0, len(external_ids), _CHUNK):
            total += self._refresh_chunk(None, external_ids[start : start + _CHUNK])
        return total

    def forget_context(self) -> None:
        """Read shop, places and terms anew before the next refresh."""
        self._context = None

    @contextmanager
    def _holding_lease(self) -> Iterator[None]:
        name = f"sync:{self._scope.merchant_id}:{self._scope.connection_id}"
        lease = leases.take(self._database, name, this_process(), ms(self._clock()), _LEASE_MS)
        if lease is None:
            raise SyncRunning("This connection is being synced.", connection=self._shopfront.id)
        self._lease = lease
        try:
            with kept_alive(self._touch, _TOUCH_SECONDS):
                yield
        finally:
            self._lease = None
            leases.give_back(self._database, lease)

    def _touch(self) -> None:
        """Keep what we hold while the shop keeps us waiting."""
        with self._database.write() as connection:
            self._check(connection)

    def _check(self, connection: Connection) -> None:
        """Prove inside a write that we still hold what we hold."""
        self._heartbeat(connection)
        if self._lease is not None:
            leases.check(connection, self._lease, ms(self._clock()), _LEASE_MS)

    def _prepare(self) -> Context:
        self._reporter.step("shop", 0, None)
        context = self._platform.prepare()
        refuse_skew(context)
        self._context = context
        # The places are stored last: after a crash on the way, the difference is seen again.
        if places.promises_differ(self._database, self._scope, context):
            places.recompose_all(
                self._database, self._scope, self._locations, self._clock(), self._check
            )
        places.store_context(self._database, self._scope, context, self._check)
        return context

    @property
    def _locations(self) -> dict[str, Location]:
        return {place.id: place for place in self._context.locations} if self._context else {}

    @property
    def _skew(self) -> float:
        return self._context.skew_seconds if self._context else 0.0

    def _needed(self, mode: Mode, context: Context) -> Mode:
        """Read everything where the context changed, or where there is nothing to build on."""
        known = self._shopfront.as_of is not None
        same = self._shopfront.context_digest == context.digest
        return mode if known and same else Mode.FULL

    def _begin(self, mode: Mode, context: Context) -> tuple[Run, bool]:
        now = ms(self._clock())
        with self._database.write() as connection:
            self._check(connection)
            found = runs.unfinished(connection, self._scope, mode.value)
            if found and may_resume(found, context, now):
                return found, True
            if found:
                runs.end(connection, found, runs.FAILED, "abandoned", now)
            changes = mode is Mode.DELTA
            run = new_run(self._shopfront, mode.value, context, now, since=changes)
            runs.start(connection, run)
            return run, False

    def _read_all(self, run: Run) -> Run:
        mode = Mode(run.mode)
        if mode is Mode.DELTA:
            since = datetime.fromtimestamp((run.since or 0) / 1000, UTC)
            run = self._take_pages(run, self._platform.delta(since, run.cursor))
        else:
            run = self._read_everything(run, mode)
            run = self._look_for_vanished(run)
        return self._finish(run, mode)

    def _read_everything(self, run: Run, mode: Mode) -> Run:
        listing = self._platform.listing() if mode is Mode.SWEEP else None
        if listing is None:
            return self._take_pages(run, self._platform.full(run.cursor))
        return self._sweep(run, list(listing))

    def _take_pages(self, run: Run, pages: Iterator[Page]) -> Run:
        for page in pages:
            with quiet():
                run = self._take_page(run, page)
            self._reporter.step(page.step, page.done, page.total)
        return run

    def _take_page(self, run: Run, page: Page) -> Run:
        prepared = self._prepared(page)
        with self._database.write() as connection:
            self._check(connection)
            counts = intake.store(connection, self._scope, prepared, self._clock())
            run = structs.replace(run, counts=run.counts + counts, step=page.step)
            if run.mode != Mode.DELTA.value:
                runs.saw(connection, run, prepared.seen)
            runs.advance(connection, run, page.step, page.cursor)
        self._tell(prepared.problems)
        return run

    def _prepared(self, page: Page | Fetched) -> Prepared:
        places, now = self._locations, self._clock()
        return intake.prepare(self._database, self._scope, page, places, now)

    def _tell(self, problems: Sequence[runs.Problem]) -> None:
        for problem in problems:
            self._reporter.problem(problem.external_id, problem.message)

    def _sweep(self, run: Run, listing: Sequence[Listed]) -> Run:
        """Compare a complete listing with the store and read only what differs."""
        with self._database.write() as connection:
            self._check(connection)
            runs.forget_seen(connection, run)
        for start in range(0, len(listing), _CHUNK * 10):
            chunk = listing[start : start + _CHUNK * 10]
            with self._database.write() as connection:
                self._check(connection)
                runs.saw(connection, run, [it.external_id for it in chunk])
                differing = stale(connection, self._scope, chunk, self._skew)
            for low in range(0, len(differing), _CHUNK):
                counts = self._refresh_chunk(run, differing[low : low + _CHUNK])
                run = structs.replace(run, counts=run.counts + counts)
            self._reporter.step("sweep", start + len(chunk), len(listing))
        return run

    def _look_for_vanished(self, run: Run) -> Run:
        """Ask for every product that the read did not show; only a confirmed end is an end."""
        after, done = "", 0
        while True:
            with self._database.read() as connection:
                ids = runs.unseen(connection, run, after, _CHUNK)
                if not ids:
                    return run
                if not done and not self._accept_deletions:
                    refuse_mass_deletion(*runs.count_unseen(connection, run))
            counts = self._refresh_chunk(run, ids)
            run = structs.replace(run, counts=run.counts + counts)
            after, done = ids[-1], done + len(ids)
            self._reporter.step("vanished", done, None)

    def _refresh_chunk(self, run: Run | None, external_ids: Sequence[str]) -> Counts:
        fetched = self._platform.fetch(external_ids)
        prepared = self._prepared(fetched)
        with self._database.write() as connection:
            self._check(connection)
            now = self._clock()
            counts = intake.store(connection, self._scope, prepared, now)
            writer.confirm(connection, self._scope, _digests(fetched.records), fetched.read_at)
            counts += writer.remove(connection, self._scope, fetched.missing, fetched.read_at, now)
            runs.clear_problems(connection, self._scope, fetched.missing)
            if run is not None:
                runs.saw(connection, run, prepared.seen)
        self._tell(prepared.problems)
        return counts

    def _finish(self, run: Run, mode: Mode) -> Run:
        now = ms(self._clock())
        learned: dict[str, object] = {"as_of": run.started_at, "lag_ms": now - run.started_at}
        if mode is not Mode.DELTA:
            learned["sweep_at"] = now
        if mode is Mode.FULL:
            learned |= {"full_at": now, "context_digest": run.context_digest}
        with self._database.write() as connection:
            self._check(connection)
            runs.end(connection, run, runs.FINISHED, None, now)
            connections.note(connection, self._shopfront, **learned)
            self._shopfront = connections.get(connection, self._shopfront.id)
        return run

    def _interrupt(self, run: Run, error: RegieError) -> None:
        """Close a run that cannot go on; one that may is left to be resumed."""
        if isinstance(error, PlatformUnavailable | LeaseLost):
            return
        with self._database.write() as connection:
            runs.end(connection, run, runs.FAILED, str(error)[:2000], ms(self._clock()))

    def _summary(self, run: Run, started: float, *, resumed: bool) -> Summary:
        with self._database.read() as connection:
            problems = runs.count_problems(connection, self._scope)
        counts = run.counts
        seen = counts.created + counts.updated + counts.unchanged
        seconds = time.monotonic() - started
        return Summary(self._shopfront.id, run.mode, counts, seen, problems, seconds, resumed)


def _digests(records: Sequence[Record]) -> dict[str, bytes]:
    return {record.external_id: record.digest for record in records}
