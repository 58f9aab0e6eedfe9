"""How an error looks from outside."""

import pytest
from graphql import GraphQLError

from connector.model.errors import PlatformUnavailable, RegieError
from connector.store.errors import DatabaseBusy, DatabaseUnreachable, DiskFull
from gateway.desk import faults
from gateway.errors import BadFilter


def test_an_error_of_the_caller_is_told_with_its_remedy_and_its_facts() -> None:
    found = faults.shown(BadFilter("`text` is empty.", field="text"))

    assert found == {
        "message": "`text` is empty. See the description of ProductFilter in the schema.",
        "extensions": {"field": "text", "code": "bad_filter"},
    }


@pytest.mark.parametrize(
    "error", [DiskFull("x"), DatabaseUnreachable("x"), PlatformUnavailable("x")]
)
def test_our_machinery_is_not_told(error: RegieError) -> None:
    found = faults.shown(error)

    assert (found["message"], found["extensions"]["code"]) == (
        "The catalogue cannot be read now; try again later.",
        error.code,
    )


def test_a_busy_database_asks_to_try_again() -> None:
    assert faults.shown(DatabaseBusy("Busy."))["extensions"]["code"] == "retry_later"


def test_an_unknown_error_has_no_text() -> None:
    assert "secret" not in str(faults.shown(RuntimeError("secret")))


def test_an_error_of_the_execution_that_is_not_the_caller_s_has_no_text() -> None:
    found = faults.failed(GraphQLError("Enum cannot represent 'secret'."))

    assert (found["extensions"]["code"], "secret" in str(found)) == ("internal", False)


def test_a_fact_cannot_pose_as_the_code() -> None:
    found = faults.shown(BadFilter("x", code="fine"))

    assert found["extensions"]["code"] == "bad_filter"
