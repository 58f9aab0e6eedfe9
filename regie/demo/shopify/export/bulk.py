"""Exports of the whole shop: started, run on the clock, fetched as a file."""

from random import Random
from typing import Any, Final
from urllib.parse import quote

from graphql import DocumentNode
from msgspec import Struct

from regie.demo.shopify.export.document import BadBulkQuery, bulk_question
from regie.demo.shopify.export.lines import flat, written
from regie.demo.shopify.query.access import first_refusal
from regie.demo.shopify.query.answers import Answer, NotPlayed, user_error
from regie.demo.shopify.query.ask import read
from regie.demo.shopify.query.call import Call
from regie.demo.shopify.query.execute import answer
from regie.demo.shopify.query.walk import Question
from regie.demo.shopify.store import Row, gid
from regie.demo.shopify.telling import TellingShop

DAY: Final = 86_400.0
KEPT: Final = 7 * DAY
RUNNING_AT_ONCE: Final = 5
ONE_AT_A_TIME: Final = ("2025-10",)
UNFINISHED: Final = frozenset({"CREATED", "RUNNING", "CANCELING"})


class Job(Struct):
    """One export on its way."""

    row: Row
    call: Call
    question: Question
    document: DocumentNode
    grouped: bool
    started: float
    canceled: float | None = None


class File(Struct, frozen=True):
    """A finished export, kept for seven days."""

    content: bytes
    signature: str
    expires: float


class BulkDesk:
    """Runs the exports of one app in one shop."""

    def __init__(self, shop: TellingShop, *, seconds: float) -> None:
        self._shop = shop
        self._seconds = seconds
        self._jobs: dict[str, Job] = {}
        self._files: dict[str, File] = {}

    def start(self, call: Call, text: str, *, grouped: bool) -> Row:
        """Take an order for an export."""
        busy = self._busy(call.version)
        if busy:
            return {"bulkOperation": None, "userErrors": [busy]}
        try:
            question = bulk_question(text)
        except BadBulkQuery as error:
            refused = user_error("INVALID", str(error), "query")
            return {"bulkOperation": None, "userErrors": [refused]}
        row = self._new_row(text)
        self._jobs[row["id"]] = Job(
            row, call, question, read(text).document, grouped, self._shop.clock.seconds()
        )
        return {"bulkOperation": dict(row), "userErrors": []}

    def _busy(self, version: str) -> Row | None:
        running = [job for job in self._jobs.values() if job.row["status"] in UNFINISHED]
        if version in ONE_AT_A_TIME and running:
            message = "A bulk query operation for this app and shop is already in progress: "
            return user_error("OPERATION_IN_PROGRESS", message + running[0].row["id"] + ".")
        if len(running) >= RUNNING_AT_ONCE:
            message = "Bulk operations limit reached. Please try again later."
            return user_error("LIMIT_REACHED", message)
        return None

    def _new_row(self, text: str) -> Row:
        row: Row = {
            "id": gid("BulkOperation", self._shop.store.new_number()),
            "status": "CREATED",
            "type": "QUERY",
            "errorCode": None,
            "createdAt": self._shop.clock.stamp(),
            "completedAt": None,
            "objectCount": "0",
            "rootObjectCount": "0",
            "fileSize": None,
            "url": None,
            "partialDataUrl": None,
            "query": text,
        }
        return self._shop.store.put(self._shop.store.operations, row)

    def cancel(self, wanted: str) -> Row:
        """Stop an export that is not finished."""
        job = self._jobs.get(wanted)
        if job is None:
            error = user_error(None, "Bulk operation does not exist", "id")
            return {"bulkOperation": None, "userErrors": [error]}
        if job.row["status"] not in UNFINISHED:
            message = f"A bulk operation cannot be canceled when it is {job.row['status'].lower()}"
            return {"bulkOperation": job.row, "userErrors": [user_error(None, message)]}
        job.row["status"], job.canceled = "CANCELING", self._shop.clock.seconds()
        return {"bulkOperation": dict(job.row), "userErrors": []}

    def advance(self) -> None:
        """Bring every export to where the clock says it is."""
        now = self._shop.clock.seconds()
        for job in self._jobs.values():
            self._step(job, now)

    def _step(self, job: Job, now: float) -> None:
        status, age = job.row["status"], now - job.started
        if status == "CANCELING" and job.canceled is not None:
            if now - job.canceled >= self._seconds / 4:
                self._end(job, "CANCELED")
        elif status in {"CREATED", "RUNNING"} and age >= self._seconds:
            self._finish(job)
        elif status == "CREATED" and age >= self._seconds / 4:
            job.row["status"] = "RUNNING"
        elif status == "COMPLETED" and age >= KEPT + self._seconds:
            job.row |= {"status": "EXPIRED", "url": None, "fileSize": None}

    def _end(self, job: Job, status: str, **more: Any) -> None:
        job.row |= {"status": status, **more}
        self._shop.news.bulk_finished(job.row)

    def _finish(self, job: Job) -> None:
        """Answer the question and write the file, or fail."""
        dice = self._shop.dice
        if first_refusal(job.question, job.call.rights):
            self._end(job, "FAILED", errorCode="ACCESS_DENIED")
            return
        if dice.strikes("bulk_failed"):
            self._end(job, "FAILED", errorCode="INTERNAL_SERVER_ERROR")
            return
        lines = self._lines(job)
        if lines is None:
            self._end(job, "FAILED", errorCode="INTERNAL_SERVER_ERROR")
        elif dice.strikes("bulk_partial"):
            half = lines[: len(lines) // 2]
            self._end(
                job,
                "FAILED",
                errorCode="TIMEOUT",
                **_counts(half, self._keep(job, half), "partialDataUrl"),
            )
        else:
            self._complete(job, lines)

    def _complete(self, job: Job, lines: list[Row]) -> None:
        told = _counts(lines, self._keep(job, lines), "url")
        told |= {"fileSize": str(len(written(lines))) if lines else None}
        self._end(job, "COMPLETED", completedAt=self._shop.clock.stamp(), **told)

    def _lines(self, job: Job) -> list[Row] | None:
        """Return the lines in the shop's order, or nothing if it cannot answer."""
        result = answer(job.call, job.document, {})
        for error in result.errors or ():
            if isinstance(error.original_error, NotPlayed):
                self._shop.log.note("bulk.not_played", message=error.message)
        if result.errors or result.data is None:
            return None
        lines = list(flat(job.question, result.data))
        if not job.grouped:
            Random(f"{self._shop.seed}:{job.row['id']}").shuffle(lines)  # noqa: S311  # any order
        return lines

    def _keep(self, job: Job, lines: list[Row]) -> str | None:
        """Keep the file and return its address; nothing was found means no file."""
        if not lines:
            return None
        content = written(lines)
        if self._shop.dice.strikes("bulk_truncated"):
            content = content[: len(content) * 3 // 5]
        name = job.row["id"].rpartition("/")[2]
        expires = self._shop.clock.seconds() + KEPT
        signature = self._shop.new_secret("", 24)
        self._files[name] = File(content, signature, expires)
        return (
            f"{self._shop.base_url}/bulk-operation-outputs/{name}-final"
            f"?Expires={int(expires)}&Signature={signature}"
            f"&response-content-disposition={quote(f'attachment; filename=bulk-{name}.jsonl')}"
        )

    def file(self, name: str, signature: str) -> Answer:
        """Hand out a file to who has its whole address, in time."""
        file = self._files.get(name.removesuffix("-final"))
        headers = {"Content-Type": "application/xml"}
        if file is None or signature != file.signature:
            return Answer(403, "<Error><Code>AccessDenied</Code></Error>", headers)
        if self._shop.clock.seconds() >= file.expires:
            return Answer(403, "<Error><Code>ExpiredToken</Code></Error>", headers)
        return Answer(200, file.content, {"Content-Type": "application/jsonl"})


def _counts(lines: list[Row], url: str | None, where: str) -> Row:
    roots = sum("__parentId" not in line for line in lines)
    return {"objectCount": str(len(lines)), "rootObjectCount": str(roots), where: url}
