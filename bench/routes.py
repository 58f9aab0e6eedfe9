"""How good the planners' routes are: vehicles and way of each, beside the best that is known.

Without options: an invented city. With `--instances DIR`: the files lr101.txt, lrc101.txt and
lr205.txt of the benchmark of Li and Lim in the format of SINTEF, which are not ours to ship
(https://www.sintef.no/projectweb/top/pdptw/li-lim-benchmark/). Every plan is ridden once more in
exact numbers, by code that knows nothing of planners; one that breaks a window is no result.
"""

import sys
from collections.abc import Iterator, Mapping
from math import ceil, hypot
from pathlib import Path
from random import Random
from time import monotonic
from typing import NamedTuple

from harness import Row, options, require, show

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "graphql")]

from connector.model.location import Geo  # noqa: E402 - the path comes first
from storefront.fulfillment.courier.courier import VehicleType  # noqa: E402 - as above
from storefront.fulfillment.route.errand import Errand, Rider, StopKind  # noqa: E402 - as above
from storefront.fulfillment.route.planner import (  # noqa: E402 - as above
    ExtraMissing,
    InsertionPlanner,
    Plan,
    Planner,
    Problem,
)
from storefront.fulfillment.route.pyvrp import PyVRPPlanner  # noqa: E402 - as above
from storefront.fulfillment.route.travel import Haversine, Travel  # noqa: E402 - as above
from storefront.fulfillment.route.vroom import VroomPlanner  # noqa: E402 - as above

SCALE = 100
RIDER_S = 2000 * SCALE
BEST = {"lr101": (19, 1650.80), "lrc101": (14, 1708.80), "lr205": (3, 1054.02)}
GATE = 1.0
HOUR = 3_600_000


class Plane:
    """Ways on a sheet of paper: a unit is a hundred seconds, rounded up, so that plans hold."""

    def between(self, start: Geo, end: Geo, vehicle: VehicleType) -> Travel:
        """Return the straight line."""
        del vehicle
        seconds = ceil(SCALE * _line(start, end))
        return Travel(seconds, seconds, seconds, "plane")


class Site(NamedTuple):
    """One line of an instance: where, what is loaded, when it may begin, how long it lasts."""

    place: Geo
    load: int
    opens: int
    closes: int
    lasts: int
    drop: int


def main() -> None:
    """Measure and print; fail where a plan cannot be ridden."""
    parser = options(str(__doc__).splitlines()[0])
    parser.add_argument("--instances", type=Path, help="folder with lr101.txt and the others")
    given = parser.parse_args()
    limit_s = 3.0 if given.quick else 10.0
    rows = list(_city(limit_s, (50,) if given.quick else (50, 200)))
    if given.instances:
        rows += _known(given.instances, limit_s)
    show("Routes", rows, given.json, limit_s=limit_s)


def _planners() -> Iterator[Planner]:
    yield InsertionPlanner()
    for planner, library in ((PyVRPPlanner(), "pyvrp"), (VroomPlanner(), "vroom")):
        try:
            planner.plan(_town(2, 1), Haversine(), 0.5)
        except ExtraMissing as error:
            print(f"{library} is left out: {error.remedy}")
        else:
            yield planner


def _city(limit_s: float, stops: tuple[int, ...]) -> Iterator[Row]:
    for count in stops:
        problem = _town(count // 2, 10)
        for planner in _planners():
            start = monotonic()
            plan = planner.plan(problem, Haversine(), limit_s)
            took = monotonic() - start
            minutes = sum(route.travel_s for route in plan.routes) / 60
            figure = f"{len(plan.routes)} riders, {minutes:.1f} minutes of riding, {took:.1f} s"
            left = f", {len(plan.unassigned)} left out" if plan.unassigned else ""
            yield Row(f"city, {count} stops, {planner.name}", figure + left)


def _town(pairs: int, riders: int) -> Problem:
    """Return four shops in a disc of five kilometres, windows of two hours over twelve."""
    chance = Random(7)
    shops = [_door(chance) for _ in range(4)]
    errands = []
    for number in range(pairs):
        start, shop = chance.randrange(11) * HOUR, chance.choice(shops)
        window = (start, start + 2 * HOUR)
        load = chance.randrange(1, 7)
        errands.append(Errand(f"job{number}", "", shop, *window, _door(chance), *window, load, 0))
    bike = VehicleType.BIKE
    crew = [Rider(f"r{one}", shops[0], 0, bike, 24, 0, end=shops[0]) for one in range(riders)]
    return Problem(tuple(errands), tuple(crew), rider_s=2000)


def _door(chance: Random) -> Geo:
    while True:
        east, north = chance.uniform(-5, 5), chance.uniform(-5, 5)
        if hypot(east, north) <= 5:
            return Geo(52.37 + north / 111.2, 4.89 + east / 67.9)


def _known(folder: Path, limit_s: float) -> Iterator[Row]:
    """Yield the gaps to the best known, and the gate over all of them for each planner."""
    gaps: dict[str, list[float]] = {}
    same: dict[str, bool] = {}
    for name, (vehicles, distance) in BEST.items():
        sites, problem = _read(folder / f"{name}.txt")
        for planner in _planners():
            plan = planner.plan(problem, Plane(), limit_s)
            found = _ridden(sites, plan, problem)
            gap = 100 * (found / distance - 1)
            gaps.setdefault(planner.name, []).append(gap)
            same[planner.name] = same.get(planner.name, True) and len(plan.routes) == vehicles
            figure = f"{len(plan.routes)} / {found:.2f} (best known {vehicles} / {distance:.2f})"
            yield Row(f"{name}, {planner.name}", f"{figure}, {gap:+.2f} %")
    best = min(gaps, key=lambda name: (not same[name], sum(gaps[name])))
    met = same[best] and sum(gaps[best]) <= GATE
    figure = f"{sum(gaps[best]):.2f} %, vehicles {'equal' if same[best] else 'NOT equal'}"
    yield Row(f"sum of gaps, {best}", figure, f"at most {GATE:g} %, vehicles equal", met)


def _read(path: Path) -> tuple[dict[int, Site], Problem]:
    """Read vehicles, capacity, and per line: number, x, y, demand, opens, closes, lasts, pair."""
    (vehicles, capacity, _), *lines = (
        [int(word) for word in line.split()] for line in path.read_text().splitlines()
    )
    sites = {line[0]: Site(Geo(line[2], line[1]), *line[3:7], drop=line[8]) for line in lines}
    depot = sites[0]
    errands = tuple(
        _errand(number, site, sites[site.drop]) for number, site in sites.items() if site.drop
    )
    until = depot.closes * SCALE * 1000
    crew = tuple(
        Rider(f"r{one}", depot.place, 0, VehicleType.CAR, capacity, 0, until, depot.place)
        for one in range(vehicles)
    )
    return sites, Problem(errands, crew, RIDER_S)


def _errand(number: int, fetch: Site, bring: Site) -> Errand:
    unit = SCALE * 1000
    return Errand(
        str(number),
        "",
        fetch.place,
        fetch.opens * unit,
        fetch.closes * unit,
        bring.place,
        bring.opens * unit,
        bring.closes * unit,
        fetch.load,
        pickup_s=fetch.lasts * SCALE,
        drop_s=bring.lasts * SCALE,
    )


def _ridden(sites: Mapping[int, Site], plan: Plan, problem: Problem) -> float:
    """Ride a plan in exact numbers; return its length, or end the bench where it does not hold."""
    served = sorted(stop.job_id for route in plan.routes for stop in route.stops)
    wanted = sorted(one.job_id for one in problem.errands for _ in range(2))
    require(served == wanted, f"{plan.planner}: not every job is fetched and brought once")
    return sum(
        _length(sites, [(int(stop.job_id), stop.kind) for stop in route.stops], problem)
        for route in plan.routes
    )


def _length(
    sites: Mapping[int, Site], stops: list[tuple[int, StopKind]], problem: Problem
) -> float:
    at, now, way, load, aboard = sites[0], 0.0, 0.0, 0, set[int]()
    for job, kind in stops:
        site = sites[job] if kind is StopKind.PICKUP else sites[sites[job].drop]
        way += _line(at.place, site.place)
        now = max(now + at.lasts + _line(at.place, site.place), site.opens)
        require(now <= site.closes, f"{job} is reached after its window")
        require((job in aboard) == (kind is StopKind.DROP), f"{job} is out of order")
        aboard ^= {job}
        load += site.load
        require(load <= problem.riders[0].volume_ml, "a vehicle is overloaded")
        at = site
    home = now + at.lasts + _line(at.place, sites[0].place)
    require(home <= sites[0].closes and not aboard, "a vehicle is back too late, or loaded")
    return way + _line(at.place, sites[0].place)


def _line(start: Geo, end: Geo) -> float:
    return hypot(start.latitude - end.latitude, start.longitude - end.longitude)


if __name__ == "__main__":
    main()
