"""How an error looks from outside: what the caller did is told, what failed here is numbered."""

from typing import Any
from uuid import uuid4

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from connector.model.errors import PlatformError, RegieError, StorageError

_log = structlog.get_logger()
_LONGEST = 500


def invalid(error: GraphQLError) -> dict[str, Any]:
    """Show what is wrong with a document or its variables."""
    code = "graphql_syntax" if isinstance(error, GraphQLSyntaxError) else "graphql_invalid"
    return {"message": error.message[:_LONGEST], **_place(error), "extensions": {"code": code}}


def failed(error: GraphQLError) -> dict[str, Any]:
    """Show an error of an execution: what could be checked before was, so only ours is told."""
    return {**shown(error.original_error or error), **_place(error)}


def shown(error: Exception) -> dict[str, Any]:
    """Show an error of ours; of any other, and of our own machinery, only a number."""
    if not isinstance(error, RegieError):
        return _numbered(error, "internal", "Something went wrong on our side.")
    if isinstance(error, StorageError | PlatformError):
        return _numbered(error, error.code, "The catalogue cannot be read now; try again later.")
    return {
        "message": str(error)[:_LONGEST],
        "extensions": {**error.details(), "code": error.code},
    }


def _place(error: GraphQLError) -> dict[str, Any]:
    places = {"locations": error.formatted.get("locations"), "path": error.path}
    return {name: value for name, value in places.items() if value}


def _numbered(error: Exception, code: str, message: str) -> dict[str, Any]:
    """Log the error whole under a number, and tell the number."""
    incident = uuid4().hex
    _log.error("graphql.failed", incident=incident, exc_info=error)
    return {"message": message, "extensions": {"code": code, "incident": incident}}
