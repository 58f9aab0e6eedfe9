"""The GraphQL surface: types, limits and the strict view."""

from gateway.view import Gate, gateway

__all__ = ["Gate", "gateway"]
