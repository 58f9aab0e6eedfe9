import pytest
from graphql import GraphQLError

from gateway.courier.schema import schema
from gateway.desk.interpreted import Documents, operation_of
from gateway.desk.operation import Invalid
from gateway.errors import BadRequest, QueryTooLarge

RIDES = "query R($after: String) { myRides(first: 5, after: $after) { endCursor } }"


@pytest.fixture
def documents() -> Documents:
    return Documents(schema().graphql_schema)


def test_a_document_is_read_once(documents: Documents) -> None:
    assert documents.read(RIDES) is documents.read(RIDES)


def test_what_stands_in_quotation_marks_is_not_remembered(documents: Documents) -> None:
    told = 'query { myRides(first: 5, after: "482913") { endCursor } }'

    assert documents.read(told) is not documents.read(told)
    assert len(documents._known) == 0


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("query { nothingOfThatName }", Invalid),
        ("query {", GraphQLError),
        ("query { myRides }" + " " * 200_000, QueryTooLarge),
    ],
)
def test_what_cannot_be_read_is_refused_each_time(
    documents: Documents, text: str, error: type[Exception]
) -> None:
    for _ in range(2):
        with pytest.raises(error):
            documents.read(text)


def test_many_texts_leave_a_bounded_memory(documents: Documents) -> None:
    for number in range(300):
        documents.read(f"query R{number:01000} {{ myRides(first: 5) {{ endCursor }} }}")

    assert 150 < len(documents._known) < 200


def test_variables_are_read_for_each_request(documents: Documents) -> None:
    document = documents.read(RIDES)
    operation = operation_of(document, None)

    assert documents.variables(operation, {"after": "1"}) == {"after": "1"}
    with pytest.raises(Invalid):
        documents.variables(operation, {"after": 1})


def test_which_operation_is_meant_must_be_clear(documents: Documents) -> None:
    document = documents.read("query A { me { id } } query B { me { id } }")

    assert operation_of(document, "B").name
    with pytest.raises(BadRequest):
        operation_of(document, None)
