"""Statements are compiled once for all databases of a test process, not once for each test's own.

SQLAlchemy keeps what it compiled per engine. A server has one engine for its whole life; a test
process opens thousands, and would compile the same few hundred statements for each of them.
"""

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache, immutabledict

_MOST = 4_000


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let all engines share what was compiled for the same version of the same database."""
    options = immutabledict({"compiled_cache": LRUCache(_MOST)})
    patch.setattr(Engine, "_execution_options", options)
    patch.setattr(DefaultDialect, "__eq__", _is_same)
    patch.setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))


def _is_same(one: DefaultDialect, other: object) -> bool:
    """Tell whether two dialects say everything in the same words: the dialect is in the key."""
    return type(one) is type(other) and (
        one.server_version_info == other.server_version_info  # type: ignore[attr-defined]
    )
