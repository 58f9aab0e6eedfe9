"""The application that bench/processes.py and bench/fairness.py serve; run by granian."""

import os

from flask import Flask

from gateway.desk.desk import Desk
from regie import settings as environment
from regie.app import create_app
from regie.cli.affinity import keep_to_one_core
from regie.cli.web import settle
from regie.house import build
from regie.reading import services

_UNCACHED = {"response_bytes": 0, "fragment_bytes": 0}


def create() -> Flask:
    """Return the application that `regie serve` runs, with or without what it keeps."""
    house = build(environment.read())
    bounds = _UNCACHED if os.environ.get("BENCH_UNCACHED") else {}
    app = create_app(house, Desk(services(house), **bounds))
    settle()
    if house.settings.one_core:
        keep_to_one_core()
    return app
