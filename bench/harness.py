"""What all benches share: fair times, a table with its conditions, and JSON for programs."""

import argparse
import gc
import json
import os
import platform
import resource
import sqlite3
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table


class WrongAnswer(SystemExit):
    """A fast wrong answer is no result."""

    def __init__(self, what: str) -> None:
        super().__init__(f"WRONG ANSWER: {what}")


class Row(NamedTuple):
    """One line of the table; `goal` is what the figure should be, `met` whether it is."""

    name: str
    figure: str
    goal: str = ""
    met: bool | None = None


def options(description: str) -> argparse.ArgumentParser:
    """Return the options that every bench takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="under a minute, smaller sizes")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    return parser


def require(claim: bool, what: str) -> None:  # noqa: FBT001 - a claim is a boolean
    """End the bench when a claim about its answers does not hold."""
    if not claim:
        raise WrongAnswer(what)


def least_cpu(act: Callable[[], object], rounds: int = 30, inner: int = 1) -> float:
    """Return the least CPU seconds of one call over several rounds, after a warm-up."""
    return least_cpu_of({"": act}, rounds, inner)[""]


def least_cpu_of(
    acts: dict[Any, Callable[[], object]], rounds: int, inner: int, *, warm: bool = False
) -> dict[Any, float]:
    """Return the least CPU seconds of each act; they take turns, so that all see one machine.

    A `warm` one is done once before it is timed: what the others left in the caches is gone.
    """
    best = dict.fromkeys(acts, float("inf"))
    for act in acts.values():
        act()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for key, act in acts.items():
                if warm:
                    act()
                start = time.process_time_ns()
                for _ in range(inner):
                    act()
                best[key] = min(best[key], (time.process_time_ns() - start) / inner / 1e9)
    finally:
        gc.enable()
    return best


def peak_megabytes() -> float:
    """Return the peak resident memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def conditions() -> dict[str, str]:
    """Return on what the figures were taken."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": str(os.cpu_count()),
        "sqlalchemy": version("sqlalchemy"),
        "msgspec": version("msgspec"),
    }


def show(title: str, rows: Sequence[Row], target: Path | None, **more: Any) -> None:
    """Print the table and write the JSON; figures are ratios or rates of this run."""
    found = {**conditions(), **{key: str(value) for key, value in more.items()}}
    console = Console(width=110)
    table = Table(title=title, title_justify="left")
    for column in ("what", "figure", "goal", ""):
        table.add_column(column)
    for row in rows:
        mark = {True: "met", False: "MISSED", None: ""}[row.met]
        table.add_row(row.name, row.figure, row.goal, mark)
    console.print(table)
    console.print(", ".join(f"{key} {value}" for key, value in found.items()), highlight=False)
    if target:
        figures = [row._asdict() for row in rows]
        target.write_text(
            json.dumps({"title": title, "conditions": found, "rows": figures}, indent=1)
        )
