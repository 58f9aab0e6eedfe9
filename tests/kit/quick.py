"""What lets a test process, and the processes that it starts, begin sooner."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def keep_bytecode() -> None:
    """Write compiled modules down in any environment: else each `regie` compiles them all."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@contextmanager
def lasting() -> Iterator[None]:
    """Make what stays to the end, and let the collector of garbage never walk it."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
