"""What a database refuses: told by its code, and without what stood in the statement."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from connector.store.database import Database
from connector.store.errors import NulInText

PLANTED = "Saskia van Uylenburgh"


def test_no_error_of_a_database_tells_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(DBAPIError) as error, database.write() as connection:
        connection.execute(text("SELECT :name FROM nowhere"), {"name": PLANTED})

    assert PLANTED not in str(error.value)


def test_nul_in_a_text_is_told_by_its_code_where_the_database_knows_no_such_text(
    laid_postgres_url: str,
) -> None:
    database = Database(laid_postgres_url)

    with pytest.raises(NulInText) as error, database.read() as connection:
        connection.execute(text("SELECT CAST(:name AS text)"), {"name": "a\0b"})
    database.close()

    assert (error.value.code, error.value.status) == ("nul_in_text", 400)
