"""The courier's surface: who asks, what he sees, what he does, and what he hears of live."""

from gateway.courier.depot import Depot
from gateway.courier.routes import courier_gateway

__all__ = ["Depot", "courier_gateway"]
