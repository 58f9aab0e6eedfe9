"""What is to be fetched and brought, by whom, and the order of stops that comes of it."""

from enum import Enum

from msgspec import Struct

from connector.model.location import Geo
from storefront.fulfillment.courier.courier import VehicleType
from storefront.fulfillment.route.travel import DROP_S, PICKUP_S


class Errand(Struct, frozen=True, rename="camel"):
    """One job as a route sees it: fetch here, bring there; windows are instants, both included.

    A window says when the stop may begin; who comes too early waits. `pickup_s` and `drop_s` are
    what the stops themselves take, in seconds.
    """

    job_id: str
    store_id: str
    pickup: Geo
    pickup_from: int
    pickup_until: int
    drop: Geo
    drop_from: int
    drop_until: int
    volume_ml: int = 0
    weight_g: int = 0
    pickup_s: int = PICKUP_S
    drop_s: int = DROP_S


class Rider(Struct, frozen=True, rename="camel"):
    """Who goes: where and when he starts, what he rides, how much fits; `until` ends his shift.

    `end` is where he has to be then, such as the store that pays him; None ends at the last door.
    """

    id: str
    start: Geo
    start_at: int
    vehicle: VehicleType
    volume_ml: int
    weight_g: int
    until: int | None = None
    end: Geo | None = None


class StopKind(Enum):
    """What happens at a stop."""

    PICKUP = "PICKUP"
    DROP = "DROP"


class Stop(Struct, frozen=True, rename="camel"):
    """One stop of one job, without times: what an order of stops is made of."""

    job_id: str
    kind: StopKind


class Visit(Struct, frozen=True, rename="camel"):
    """A stop with its instants: come, begin (after waiting), leave."""

    job_id: str
    kind: StopKind
    arrive_at: int
    begin_at: int
    leave_at: int


class Route(Struct, frozen=True, rename="camel"):
    """The stops of one rider in order; `travel_s` is what he rides, `end_at` when he is done.

    Both hold the way to where he ends, where that is given.
    """

    rider_id: str
    visits: tuple[Visit, ...]
    travel_s: int
    end_at: int

    @property
    def stops(self) -> tuple[Stop, ...]:
        """The order alone."""
        return tuple(Stop(one.job_id, one.kind) for one in self.visits)
