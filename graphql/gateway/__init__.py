"""The GraphQL surface: types, limits, compiled execution and the strict view."""

from gateway.desk.desk import Desk, Services
from gateway.door.door import FrontDoor
from gateway.door.view import Gate, gateway
from gateway.merchant import Office, merchant_gateway

__all__ = ["Desk", "FrontDoor", "Gate", "Office", "Services", "gateway", "merchant_gateway"]
