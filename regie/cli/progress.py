"""A sync to watch: a moving bar on a terminal, plain lines in a pipe."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Table

from connector.sync import Summary

_EVERY_SECONDS = 2.0
_MOST_PROBLEMS = 20


class Watcher:
    """Reports one connection's sync; use as a context manager around it."""

    def __init__(self, title: str, *, console: Console | None = None) -> None:
        self._title = title
        self._console = console or Console(stderr=False)
        self._plain = not self._console.is_terminal
        self._last = ("", 0.0)
        self._problems = 0
        self._task: TaskID | None = None
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self._console,
            transient=True,
            disable=self._plain,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def step(self, name: str, done: int, total: int | None) -> None:
        """Show where the sync is."""
        if self._plain:
            self._line(name, done, total)
            return
        if self._task is None:
            self._task = self._bar.add_task(self._title, total=total)
        text = f"[bold]{self._title}[/] {name}"
        self._bar.update(self._task, description=text, completed=done, total=total)

    def _line(self, name: str, done: int, total: int | None) -> None:
        step, at = self._last
        now = time.monotonic()
        if name == step and now - at < _EVERY_SECONDS and done != total:
            return
        self._last = (name, now)
        count = f" {done}" if total is None else f" {done}/{total}"
        text = f"{self._title}: {name}{count if done else ''}"
        self._console.print(text, highlight=False, soft_wrap=True)

    def problem(self, external_id: str, message: str) -> None:
        """Show a product that could not be read; after some, only their number counts."""
        self._problems += 1
        if self._problems <= _MOST_PROBLEMS:
            self._console.print(
                f"{self._title}: {external_id}: {message}",
                style="yellow",
                highlight=False,
                soft_wrap=True,
            )


def show_summary(title: str, summary: Summary, console: Console | None = None) -> None:
    """Print what a run changed."""
    out = console or Console(file=sys.stdout)
    counts = summary.counts
    figures = {
        "read": summary.seen,
        "new": counts.created,
        "changed": counts.updated,
        "unchanged": counts.unchanged,
        "gone": counts.deleted,
        "problems": summary.problems,
    }
    if not out.is_terminal:
        text = ", ".join(f"{name} {count}" for name, count in figures.items())
        line = f"{title}: {summary.mode} done in {summary.seconds:.1f} s: {text}"
        out.print(line, highlight=False, soft_wrap=True)
        return
    table = Table(
        title=f"{title}: {summary.mode} sync, {summary.seconds:.1f} s", title_justify="left"
    )
    for name in figures:
        table.add_column(name, justify="right")
    table.add_row(*(str(count) for count in figures.values()))
    out.print(table)
