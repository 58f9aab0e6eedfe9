"""The compiler could be a package of its own: it knows GraphQL and Graphene, and nothing of us."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import compiler

FILES = sorted(Path(compiler.__file__).parent.glob("*.py"))
MAY_IMPORT = {"graphql", "graphene", "msgspec", "orjson"}
STANDARD = {
    "abc",
    "collections",
    "contextlib",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "threading",
    "types",
    "typing",
    "__future__",
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (it.name for it in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module or ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_of_the_compiler_imports_nothing_of_regie(file: Path) -> None:
    for name in imported(file):
        outside = name.partition(".")[0] in MAY_IMPORT | STANDARD
        assert outside or name.startswith("gateway.compiler."), name


def test_everything_promised_is_there() -> None:
    assert all(hasattr(compiler, name) for name in compiler.__all__)
