"""The reference pages say what the code does."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "errors.md", "cli.md", "graphql.md"])
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    pages = {path.name: (path, text) for path, text in generator().pages().items()}

    path, text = pages[name]
    assert path.read_text(encoding="utf-8") == text, "run: python docs/generate.py"


def test_every_setting_is_explained() -> None:
    from regie.settings import HELP, Settings  # noqa: PLC0415 - only here

    assert set(HELP) == set(Settings.__struct_fields__)


def test_every_error_has_a_code_of_its_own_and_a_remedy() -> None:
    errors = generator()._all_errors()
    codes = [error.code for error in errors]

    assert sorted(codes) == sorted(set(codes))
