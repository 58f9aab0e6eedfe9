"""The page that a person sees at `/graphql`."""

from flask import Request, Response


def page(request: Request, *, graphiql: bool) -> Response:
    """Return the page."""
    del request, graphiql
    return Response("", content_type="text/html; charset=utf-8")
