"""The official GraphQL-over-HTTP audit against the started server: 61 of 61."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from connector.store.clock import system_clock
from connector.store.database import Database
from connector.store.secrets import SecretBox
from regie.app import create_app
from regie.house import House
from regie.settings import Settings
from tests.kit.catalogue import seed, served

AUDIT = Path(__file__).parents[1] / "audit"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.audit,
    pytest.mark.skipif(NODE is None, reason="Node.js is not installed"),
    pytest.mark.skipif(
        not (AUDIT / "node_modules" / "graphql-http").exists(),
        reason="graphql-http is not installed: run `npm ci` in tests/audit",
    ),
]


def audit(database: Database, home: Path) -> list[list[str]]:
    key = seed(database)
    house = House(
        Settings(home=str(home)), database, database, SecretBox(["k" * 32]), system_clock, "test"
    )
    with served(create_app(house)) as address:
        command = [str(NODE), str(AUDIT / "audit.mjs"), f"{address}/graphql", key]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def results(database: Database, tmp_path: Path) -> list[list[str]]:
    return audit(database, tmp_path)


def test_the_audit_has_all_its_checks(results: list[list[str]]) -> None:
    assert len(results) == 61


def test_every_check_of_the_audit_is_ok(results: list[list[str]]) -> None:
    assert [result for result in results if result[2] != "ok"] == []
