"""The merchant's own GraphQL surface: who may ask, what was granted, and what went out."""

from gateway.merchant.view import Office, merchant_gateway

__all__ = ["Office", "merchant_gateway"]
