"""The `regie` command inside the test's own process, and a shop that it speaks of."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from msgspec import Struct
from werkzeug.test import TestResponse

from connector.store.database import Database
from regie.app import create_app
from regie.cli import main
from regie.database import open_database
from regie.house import House, opened
from regie.settings import Settings, read
from tests.kit.catalogue import seed

SECRET = "k" * 40
ALL = "{products {totalCount nodes {id title priceRange {min {amount}}}}}"


class Done(Struct, frozen=True):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed as one JSON value."""
        return msgspec.json.decode(self.out)

    def failed(self, code: str) -> bool:
        """Tell whether it failed as it should: exit code 1 and one typed error with a remedy."""
        return self.code == 1 and self.err.count("error:") == 1 and f"({code})" in self.err


class Command:
    """Runs `regie` with an environment of its own."""

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
        environment: Mapping[str, str],
    ) -> None:
        self._patch = patch
        self._capture = capture
        self.environment = dict(environment)

    @property
    def settings(self) -> Settings:
        """What the environment says."""
        return read(self.environment)

    def __call__(self, *words: str, **environment: str) -> Done:
        self._capture.readouterr()
        before = structlog.get_config()
        with self._patch.context() as patch:
            for name, value in {**self.environment, **environment}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["regie", *words])
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        structlog.configure(**before)
        said = self._capture.readouterr()
        return Done(code, said.out, said.err)

    def ok(self, *words: str, **environment: str) -> str:
        """Run a command that must succeed and return what it printed."""
        done = self(*words, **environment)
        assert done.code == 0, done
        return done.out.strip()

    @contextmanager
    def house(self) -> Iterator[House]:
        """Open the house that the commands speak of."""
        with opened(self.settings) as house:
            yield house

    def ask(self, query: str, key: str | None = None, **headers: str) -> TestResponse:
        """Put one question to a server that starts for it."""
        with self.house() as house:
            return ask(house, query, key, **headers)


def ask(house: House, query: str, key: str | None = None, **headers: str) -> TestResponse:
    """Put one question to a new server of the house."""
    sent = {} if key is None else {"Authorization": f"Bearer {key}"}
    client = create_app(house).test_client()
    return client.post("/graphql", json={"query": query}, headers={**sent, **headers})


def seeded(command: Command) -> Database:
    """Lay the tables and a small shop; return the open database."""
    database = open_database(command.settings)
    seed(database)
    return database


def environment(home: Path, url: str = "") -> dict[str, str]:
    """Return the environment of a house below `home`."""
    given = {"REGIE_HOME": str(home), "REGIE_SECRET_KEY": SECRET, "REGIE_LOG": "off"}
    return {**given, "REGIE_DATABASE_URL": url} if url else given
