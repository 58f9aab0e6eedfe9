"""The example operations that come with Regie: each is executed by a test."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from connector.model.errors import NotFound

_HERE = Path(__file__).parents[1]


class NoExamples(NotFound):
    """The folder of the example operations is not there."""

    code = "no_examples"
    remedy = "Install the wheel of Regie again, or start from its source tree."


class Example(Struct, frozen=True):
    """One operation: `purpose` is its first comment line, `variables` is JSON text."""

    name: str
    purpose: str
    query: str
    variables: str


FIRST = "catalogue-page"
"""The example that answers something in every shop."""


@cache
def examples() -> Sequence[Example]:
    """Return all examples, the most telling first, from the wheel or from the source tree."""
    for folder in (_HERE / "operations", _HERE.parent / "operations"):
        if folder.is_dir():
            paths = sorted(folder.glob("*.graphql"), key=lambda it: (it.stem != FIRST, it.stem))
            return [_read(path) for path in paths]
    raise NoExamples("The example operations are missing.")


def _read(path: Path) -> Example:
    query = path.read_text(encoding="utf-8")
    beside = path.with_suffix(".json")
    variables = beside.read_text(encoding="utf-8") if beside.exists() else ""
    return Example(path.stem, query.splitlines()[0].lstrip("# "), query, variables)
