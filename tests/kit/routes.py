"""How addresses are built is compiled once per test process, not once for each test's own server.

Werkzeug writes, compiles and runs a piece of Python for every route of every application. A server
makes one application in its life; a test process makes thousands of the same.
"""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

_build = Rule._compile_builder
_kept: dict[object, Callable[..., tuple[str, str]]] = {}


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let rules that read the same share what builds their addresses."""
    patch.setattr(Rule, "_compile_builder", _builder)


def _builder(rule: Any, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - Werkzeug's own form
    """Return what was compiled of the same words; what a default turns into is the rule's own."""
    if rule.defaults:
        return _build(rule, append_unknown)
    words = (rule.rule, tuple(rule._trace), append_unknown)
    if words not in _kept:
        _kept[words] = _build(rule, append_unknown)
    return _kept[words]
