"""The folder graphql/ must not hide the library of the same name (house style 2.1)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_graphql_folder_is_not_a_package() -> None:
    assert not (ROOT / "graphql" / "__init__.py").exists()


def test_the_folder_says_so_to_whoever_opens_it() -> None:
    assert "__init__.py" in (ROOT / "graphql" / "README.md").read_text(encoding="utf-8")


def test_graphql_core_wins_when_started_from_the_root() -> None:
    command = [sys.executable, "-c", "import graphql; print(graphql.__file__)"]

    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert "site-packages" in found.stdout


def test_the_gateway_starts_from_the_root() -> None:
    command = [
        sys.executable,
        "-c",
        "import gateway.catalogue.schema; print(gateway.catalogue.schema.__file__)",
    ]

    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip().endswith("graphql/gateway/catalogue/schema.py")
