"""A process beside ours: started again when it dies, ended when we end."""

import sys
import time
from pathlib import Path

from regie.cli.child import beside


def lines(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0


def eventually_lines(file: Path, count: int, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while lines(file) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return lines(file) >= count


def says(file: Path, then: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"open({str(file)!r}, 'a').write('here\\n'); {then}")


def test_a_child_that_dies_is_started_again_after_a_pause(tmp_path: Path) -> None:
    file = tmp_path / "said"

    with beside(says(file, "raise SystemExit(1)")):
        began = time.monotonic()
        assert eventually_lines(file, 3)
        took = time.monotonic() - began

    assert took > 0.5 + 1.0
    stood = lines(file)
    time.sleep(0.3)
    assert lines(file) == stood


def test_a_child_that_lives_ends_with_the_block(tmp_path: Path) -> None:
    file = tmp_path / "said"

    with beside(says(file, "import time; time.sleep(60)")):
        assert eventually_lines(file, 1)
        began = time.monotonic()

    assert time.monotonic() - began < 30  # the child would sleep for sixty
    assert lines(file) == 1
