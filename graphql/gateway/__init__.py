"""The GraphQL surface: types, limits, compiled execution and the strict view."""

from gateway.desk import Desk, Services
from gateway.door import FrontDoor
from gateway.merchant import Office, merchant_gateway
from gateway.view import Gate, gateway

__all__ = ["Desk", "FrontDoor", "Gate", "Office", "Services", "gateway", "merchant_gateway"]
