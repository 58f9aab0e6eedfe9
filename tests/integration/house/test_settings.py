"""What may stand in the environment, and how a wrong word there is answered."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connector.store.secrets import SecretBox
from regie.database import open_database
from regie.settings import BadSetting, read


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://user:pw@127.0.0.1/shop",
        "postgresql://user:pw@127.0.0.1:port/shop",
        "sqlite://",
    ],
)
def test_a_database_that_we_cannot_use_is_refused_by_the_name_of_its_setting(url: str) -> None:
    settings = read({"REGIE_DATABASE_URL": url})

    with pytest.raises(BadSetting, match="REGIE_DATABASE_URL") as error:
        _ = settings.database

    assert "pw" not in str(error.value)


def test_a_pause_is_at_least_a_second() -> None:
    with pytest.raises(BadSetting, match="REGIE_DELTA_SECONDS"):
        read({"REGIE_DELTA_SECONDS": "0"})


def test_the_database_lies_in_the_home_whatever_its_name(tmp_path: Path) -> None:
    home = tmp_path / "h\u00f6me ?x=1#y%41"

    open_database(read({"REGIE_HOME": str(home)})).close()

    assert (home / "regie.sqlite3").exists()


def test_a_home_that_cannot_be_made_is_told_by_the_name_of_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BadSetting, match="REGIE_HOME"):
        open_database(read({"REGIE_HOME": str(tmp_path / "file")}))


def test_many_processes_that_start_at_once_make_one_secret_key(tmp_path: Path) -> None:
    settings = read({"REGIE_HOME": str(tmp_path)})

    with ThreadPoolExecutor(16) as pool:
        found = {pool.submit(lambda: settings.secret_keys[0]) for _ in range(64)}

    (key,) = {each.result() for each in found}
    SecretBox([key])
    assert [(it.name, it.stat().st_mode & 0o777) for it in tmp_path.iterdir()] == [
        ("secret.key", 0o600)
    ]
