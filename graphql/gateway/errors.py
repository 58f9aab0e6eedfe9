"""What a caller of the GraphQL surface can do wrong, each with its remedy."""

from connector.model.errors import InvalidInput, TooMany


class BadCursor(InvalidInput):
    """A cursor that we did not give, or for another order."""

    code = "bad_cursor"
    remedy = "Pass an endCursor of the same sort, unchanged."


class BadPage(InvalidInput):
    """A page size out of range."""

    code = "bad_page_size"
    remedy = "Ask for 1 to 100."


class BadLookup(InvalidInput):
    """A product asked for by no key, or by several at once."""

    code = "bad_lookup"
    remedy = "Give exactly one of id, handle, gtin, sku and platformId."


class BadFilter(InvalidInput):
    """A filter value that cannot be read."""

    code = "bad_filter"
    remedy = "See the description of ProductFilter in the schema."


class QueryTooLarge(InvalidInput):
    """A query longer, deeper or with more aliases or directives than allowed."""

    code = "query_too_large"
    remedy = "Split the query."


class QueryTooCostly(TooMany):
    """A query that could read more than one request may."""

    code = "query_too_costly"
    status = 400
    remedy = "Ask for fewer items per page or fewer nested lists."
