"""The GraphQL surface: types, limits and the strict view."""

from flask import Blueprint
from msgspec import Struct

from connector.store.database import Database


class Gate(Struct, frozen=True):
    """What the surface needs."""

    database: Database
    graphiql: bool = False


def gateway(gate: Gate) -> Blueprint:
    """Return the routes."""
    del gate
    return Blueprint("gateway", __name__)
