"""What a caller of the GraphQL surface can do wrong, each with its remedy."""

from connector.model.errors import InvalidInput, NotAllowed, TooMany


class BadCursor(InvalidInput):
    """A cursor that we did not give, or for another order."""

    code = "bad_cursor"
    remedy = "Pass an endCursor of the same sort, unchanged."


class BadPage(InvalidInput):
    """A page size out of range."""

    code = "bad_page_size"
    remedy = "Ask for 1 to 100."


class BadLookup(InvalidInput):
    """A product asked for by no key, by several at once, or by one that cannot be a key."""

    code = "bad_lookup"
    remedy = "Give exactly one of id, handle, gtin, sku and platformId, with 1 to 200 characters."


class BadFilter(InvalidInput):
    """A filter value that cannot be read."""

    code = "bad_filter"
    remedy = "See the description of ProductFilter in the schema."


class BadSince(InvalidInput):
    """A change number that the sequence cannot have."""

    code = "bad_since"
    remedy = "Pass the last nextSince, or 0 to begin."


class QueryTooLarge(InvalidInput):
    """A query longer, deeper or with more aliases or directives than allowed."""

    code = "query_too_large"
    remedy = "Split the query."


class QueryTooCostly(TooMany):
    """A query that could read more than one request may."""

    code = "query_too_costly"
    status = 400
    remedy = "Ask for fewer items per page or fewer nested lists."


class SchemaClosed(NotAllowed):
    """A stranger asked for the schema itself."""

    code = "schema_closed"
    remedy = "Ask with a key or a signature; the merchant gives a key with `regie agent add`."


class BadRequest(InvalidInput):
    """A request that is no GraphQL request."""

    code = "bad_graphql_request"
    remedy = "Send a JSON object with the text `query` and, if wanted, the object `variables`."


class BadPersistedQuery(BadRequest):
    """A hash that is none, or that belongs to another query."""

    code = "bad_persisted_query"
    remedy = "Send the SHA-256 of the query's text as 64 hex digits."


class PersistedQueryNotFound(BadRequest):
    """A hash without a text that is not known here; clients know it by this very message."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    status = 200
    remedy = ""


class WrongMethod(BadRequest):
    """A method that this address does not know."""

    code = "wrong_method"
    status = 405
    remedy = "Send POST, or GET for queries."


class MutationByGet(BadRequest):
    """A change asked for by GET."""

    code = "mutation_by_get"
    status = 405
    remedy = "Send mutations by POST."


class NoCommonMediaType(BadRequest):
    """An answer wanted in a form that we do not speak."""

    code = "not_acceptable"
    status = 406
    remedy = "Accept application/graphql-response+json or application/json."


class BodyTooLarge(BadRequest):
    """A body longer than any query needs."""

    code = "body_too_large"
    status = 413
    remedy = "Send at most 100000 bytes."


class WrongMediaType(BadRequest):
    """A body that is not declared as JSON in UTF-8."""

    code = "wrong_media_type"
    status = 415
    remedy = "Send the header `Content-Type: application/json`."
