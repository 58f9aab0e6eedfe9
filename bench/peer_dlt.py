"""The peer: dlt reads the same shop's REST lists and merges them into a database of its own."""

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests


def pages(home: str, what: str) -> Iterator[list[dict[str, Any]]]:
    """Yield all pages of a list, 100 items each, as a dlt user would write it."""
    session = requests.Session()
    number = 1
    while True:
        address = f"{home}/wp-json/wc/v3/{what}"
        query: dict[str, str | int] = {
            "per_page": 100,
            "page": number,
            "orderby": "id",
            "order": "asc",
        }
        found = session.get(address, params=query, timeout=60)
        found.raise_for_status()
        items = found.json()
        if not items:
            session.close()
            return
        yield items
        number += 1


def main() -> None:
    """Run the pipeline twice and print the seconds and the rows of each pass as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    for name in ("RUNTIME__DLTHUB_TELEMETRY", "PROGRESS"):
        os.environ.pop(name, None)
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["DLT_DATA_DIR"] = str(given.folder / "dlt")
    import dlt  # noqa: PLC0415 - reads the environment when imported

    def resource(what: str) -> Any:
        return dlt.resource(
            pages(given.home, what), name=what, primary_key="id", write_disposition="merge"
        )

    database = given.folder / "dlt.sqlite3"
    for _ in range(2):
        pipeline = dlt.pipeline(
            "peer",
            pipelines_dir=str(given.folder / "pipelines"),
            destination=dlt.destinations.sqlalchemy(f"sqlite:///{database}"),
            dataset_name="main",
        )
        started, cpu = time.perf_counter(), time.process_time()
        pipeline.run([resource("products"), resource("variations")])
        seconds, spent = time.perf_counter() - started, time.process_time() - cpu
        print(json.dumps({"seconds": seconds, "cpu": spent}), flush=True)


if __name__ == "__main__":
    main()
