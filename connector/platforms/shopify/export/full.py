"""Read every product of a shop: order three exports, fetch them, bring them together, resume."""

import shutil
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from connector.platforms import Page
from connector.platforms.errors import DownloadRefused, Truncated
from connector.platforms.shopify.client import ShopifyClient
from connector.platforms.shopify.export import bulk
from connector.platforms.shopify.export.bulk import Operation
from connector.platforms.shopify.export.shelf import Manifest, Shelf, ShelfRecord
from connector.platforms.shopify.export.shuffle import FILES, Counted, Shuffle
from connector.platforms.shopify.export.spread import unpack
from connector.platforms.shopify.faults import ExportBusy, ExportFailed, ExportIncomplete
from connector.platforms.shopify.product.payload import tail
from connector.platforms.shopify.terms import Terms
from connector.platforms.transport import DOWNLOAD_LIMITS, MEGABYTE, Transport

PAGE, PAGE_BYTES = 1000, 20 * MEGABYTE
"""A page ends at the first of both, so that products with much to tell need no more memory."""
ATTEMPTS = 4
PATIENCE = timedelta(hours=24)
LIMITS = msgspec.structs.replace(DOWNLOAD_LIMITS, total=6 * 3600.0, max_bytes=64 * 1024 * MEGABYTE)
"""A million products are some 17 GB."""
SHORTEST, LONGEST = 0.2, 10.0
"""Seconds between two looks at an export."""
Operations = dict[str, Operation]
Paths = dict[str, Path | None]


class Cursor(Struct):
    """Where a full read stands; `read_at` also names its folder."""

    read_at: datetime
    operations: dict[str, str] = {}
    done: int = 0


class FullRead:
    """One full read, possibly begun by another process.

    Nothing is told of any product before all three exports have been fetched, counted and found
    complete. `read_at` is before the first export was ordered, also for one that had to be ordered
    again. While Shopify or the disk works, empty pages tell that we live.
    """

    def __init__(
        self,
        client: ShopifyClient,
        transport: Transport,
        workdir: Path,
        terms: Terms,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._transport = transport
        self._workdir = workdir
        self._terms = terms
        self._now = now
        self._sleep = sleep
        self._cursor = Cursor(now())

    def pages(self, cursor: str | None) -> Iterator[Page]:
        """Yield every product, behind `cursor` if what it names is still there."""
        self._resume(cursor)
        shelf = Shelf(self._folder())
        manifest = shelf.manifest()
        if manifest is None:
            yield from self._prepare(shelf)
            manifest = shelf.manifest()
        if manifest is not None:
            yield from self._products(shelf, manifest)
        shutil.rmtree(shelf.folder, ignore_errors=True)

    def _resume(self, text: str | None) -> None:
        """Take up an earlier read, or clear away what earlier ones left behind."""
        try:
            self._cursor = msgspec.json.decode(text or "", type=Cursor)
        except msgspec.DecodeError:
            self._cursor = Cursor(self._now())
        if self._cursor.done and Shelf(self._folder()).manifest() is None:
            self._cursor = Cursor(self._now())
        for folder in self._workdir.glob("export-*"):
            if folder != self._folder():
                shutil.rmtree(folder, ignore_errors=True)
        self._folder().mkdir(parents=True, exist_ok=True)

    def _folder(self) -> Path:
        return self._workdir / f"export-{int(self._cursor.read_at.timestamp() * 1000)}"

    def _page(self, step: str, done: int = 0, total: int | None = None) -> Page:
        cursor = msgspec.json.encode(self._cursor).decode()
        return Page((), self._cursor.read_at, cursor, step, done, total)

    def _prepare(self, shelf: Shelf) -> Iterator[Page]:
        """Get the exports onto the shelf; what came damaged is fetched, then ordered, again."""
        failures: dict[str, int] = {}
        while True:
            try:
                operations = yield from self._exported()
                files = yield from self._downloaded(operations)
                yield from self._shelved(shelf, operations, files)
            except (ExportFailed, ExportIncomplete, _Lost) as error:
                fault = error.fault if isinstance(error, _Lost) else error
                failures[error.kind] = failures.get(error.kind, 0) + 1
                if failures[error.kind] >= ATTEMPTS:
                    raise fault from None
                again = isinstance(error, ExportFailed) or failures[error.kind] > 1
                self._forget(error.kind, order=again)
            else:
                return

    def _forget(self, kind: str, *, order: bool) -> None:
        """Drop a damaged file; with `order` also the export that it came from."""
        operation = self._cursor.operations.get(kind, "")
        self._file(kind, operation).unlink(missing_ok=True)
        if order:
            self._cursor.operations.pop(kind, None)

    def _exported(self) -> Generator[Page, None, Operations]:
        """Have all three exports made, side by side if the shop lets us; return them."""
        pause, given_up = SHORTEST, self._now() + PATIENCE
        while True:
            self._order()
            running = self._cursor.operations
            found = {kind: bulk.poll(self._client, kind, running[kind]) for kind in running}
            yield self._page("export")
            if len(found) == len(FILES) and all(each.is_complete for each in found.values()):
                return found
            if self._now() > given_up:
                raise ExportBusy(f"{self._client.shop} has prepared no export in a day.")
            self._sleep(pause)
            pause = min(pause * 1.5, LONGEST)

    def _order(self) -> None:
        for kind in FILES:
            if kind in self._cursor.operations:
                continue
            started = bulk.start(self._client, kind)
            if started is None:
                return
            self._cursor.operations[kind] = started

    def _downloaded(self, operations: Operations) -> Generator[Page, None, Paths]:
        """Fetch what is not here yet, three at a time; return where each file lies."""
        files = {
            kind: self._file(kind, found.id) if found.url else None
            for kind, found in operations.items()
        }
        with ThreadPoolExecutor(len(FILES)) as pool:
            futures = {
                kind: pool.submit(self._fetch, operations[kind].url or "", path)
                for kind, path in files.items()
                if path is not None and not path.exists()
            }
            while wait(futures.values(), timeout=LONGEST).not_done:
                yield self._page("download")
        for kind, future in futures.items():
            _raise_lost(kind, future)
        yield self._page("download")
        return files

    def _fetch(self, url: str, path: Path) -> None:
        """Download one file; it appears whole, and unpacked if it came as a gzip file."""
        fresh = path.with_suffix(".fresh")
        self._transport.download(url, fresh, limits=LIMITS)
        unpack(fresh)
        fresh.replace(path)

    def _file(self, kind: str, operation_id: str) -> Path:
        return self._folder() / f"{kind}-{tail(operation_id)}.jsonl"

    def _shelved(self, shelf: Shelf, operations: Operations, files: Paths) -> Iterator[Page]:
        size = sum(path.stat().st_size for path in files.values() if path)
        shuffle = Shuffle(shelf.cleared(), size)
        for kind in FILES:
            found = operations[kind]
            counted = Counted(files[kind], int(found.object_count), int(found.root_object_count))
            yield from self._alive(shuffle.route(kind, counted))
        yield from self._alive(shuffle.join())
        yield from self._alive(shelf.fill(shuffle, files))

    def _alive(self, steps: Iterator[None]) -> Iterator[Page]:
        """Do all steps; tell every few seconds that they go on."""
        told = time.monotonic()
        for _ in steps:
            if time.monotonic() - told > LONGEST / 2:
                told = time.monotonic()
                yield self._page("sort")

    def _products(self, shelf: Shelf, manifest: Manifest) -> Iterator[Page]:
        cursor = self._cursor
        records = shelf.records(manifest, cursor.done, self._terms, cursor.read_at)
        while batch := _batch(records):
            cursor.done += len(batch)
            page = self._page("products", cursor.done, manifest.total)
            yield msgspec.structs.replace(page, records=batch)


def _batch(records: Iterator[ShelfRecord]) -> list[ShelfRecord]:
    batch: list[ShelfRecord] = []
    size = 0
    for record in records:
        batch.append(record)
        size += record.size
        if len(batch) == PAGE or size >= PAGE_BYTES:
            break
    return batch


class _Lost(Exception):
    """A file could not be fetched whole; `fault` says how."""

    def __init__(self, kind: str, fault: Truncated | DownloadRefused) -> None:
        super().__init__(kind)
        self.kind = kind
        self.fault = fault


def _raise_lost(kind: str, future: "Future[None]") -> None:
    try:
        future.result()
    except (Truncated, DownloadRefused) as fault:
        raise _Lost(kind, fault) from None
