"""What the installed gateway brings along: its pages and its example operations."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from gateway.door.examples import examples

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and lay it out as an installation would."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def run(installed: Path, program: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=installed, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_installed_gateway_finds_its_examples(installed: Path) -> None:
    program = "from gateway.door import examples as it; print(it.__file__, len(it.examples()))"

    assert run(installed, program) == f"{installed}/gateway/door/examples.py {len(examples())}"


@pytest.mark.parametrize("name", ["explorer.html", "explorer.css", "explorer.js", "graphiql.html"])
def test_the_installed_gateway_has_its_pages(installed: Path, name: str) -> None:
    assert (installed / "gateway" / "door" / "templates" / "gateway" / name).exists()
