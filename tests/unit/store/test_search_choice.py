"""Which engine is chosen, and what is said when it is missing."""

from pathlib import Path

import pytest

from connector.store.database import Database
from connector.store.search import choose as choosing
from connector.store.search.choose import LARGE, choose
from connector.store.search.errors import SearchEngineMissing


@pytest.mark.parametrize(
    ("products", "wish", "engine"),
    [
        (10, "auto", "fts5"),
        (LARGE, "auto", "fts5"),
        (LARGE + 1, "auto", "tantivy"),
        (LARGE + 1, "database", "fts5"),
        (10, "tantivy", "tantivy"),
    ],
)
def test_the_size_decides_unless_there_is_a_wish(
    tmp_path: Path, products: int, wish: str, engine: str
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")

    index = choose(database, products=products, folder=tmp_path / "search", wish=wish)

    assert index.engine == engine


def test_a_wish_that_cannot_be_met_is_an_error(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")

    with pytest.raises(SearchEngineMissing) as error:
        choose(database, products=1, folder=None, wish="tantivy")

    assert error.value.code == "search_engine_missing"


def test_without_tantivy_a_large_catalogue_is_searched_by_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "find_spec", lambda _name: None)
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")

    assert choose(database, products=LARGE + 1, folder=tmp_path).engine == "fts5"
