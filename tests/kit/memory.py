"""Where the files of tests lie: in memory, if the machine has room for them there.

Databases wait for the disk so that they survive the loss of power. Tests kill processes, never
the machine, and what a killed process had written is there all the same.
"""

import os
import shutil
from functools import cache
from pathlib import Path

SHARED = Path("/dev/shm")  # noqa: S108 - the folder below it is pytest's own
ENOUGH = 6 << 30


@cache
def in_memory() -> Path | None:
    """Return a folder in memory with room for all workers, None where there is none."""
    if not os.access(SHARED, os.W_OK) or shutil.disk_usage(SHARED).free < ENOUGH:
        return None
    return SHARED
