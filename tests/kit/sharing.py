"""Which tests stay on one worker: those that share what their module makes once."""

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[2]


class Sharing(LoadScopeScheduling):
    """Hands out tests one by one, and those of a module with a fixture of its own together.

    The largest groups come first, so that no worker begins a long one when the other is done.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        if not _shares(file):
            return nodeid
        return f"{file} on Postgres" if name.endswith("[postgres]") else file


@cache
def _shares(file: str) -> bool:
    """Tell whether a module makes something once for several of its tests."""
    return 'scope="module"' in (ROOT / file).read_text(encoding="utf-8")
