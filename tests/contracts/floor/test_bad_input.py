"""Whatever goes wrong is refused by its own code with a remedy, and nothing is lost by it."""

import pytest

from connector.model.errors import RegieError
from connector.store.database import Database
from storefront.fulfillment.place.hours import Service
from storefront.fulfillment.place.store import DeliveryTerms
from storefront.fulfillment.slot.template import Caps
from storefront.fulfillment.store import places
from storefront.fulfillment.zone.zone import Zone, ZoneKind
from tests.kit.floor.bench import Bench
from tests.kit.floor.mishaps import CASES
from tests.kit.floor.planted import lines
from tests.kit.floor.world import (
    MERCHANT,
    SetClock,
    a_floor,
    a_store,
    a_template,
    for_adults,
    put_on_shelf,
    stock,
)

COUNTED = ("floor ", "floor_change ", "answered ", "handover ", "handover_event ")
"""Where a wrong PIN is counted and its answer kept: all else stays as it is."""


@pytest.fixture
def bench(database: Database) -> Bench:
    clock = SetClock()
    floor = a_floor(database, clock)
    stock(database, {1: 50})
    put_on_shelf(database, {2: for_adults(2, 50)})
    store = a_store(floor, delivery=DeliveryTerms(enabled=True, age_restricted_allowed=True))
    with floor.write(MERCHANT) as here:
        places.put_template(here, a_template(store.id, Service.PICKUP, Caps(orders=1)))
        here_only = Zone(
            "zon_1", store.id, {"en": "Here"}, ZoneKind.POSTCODES, postcodes=("101*",), country="NL"
        )
        places.put_zone(here, here_only)
    return Bench(floor, store, clock)


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_by_its_code_with_a_remedy_and_nothing_is_lost(
    bench: Bench, name: str
) -> None:
    arrange, code = CASES[name]
    case = arrange(bench)
    before = kept(bench)

    with pytest.raises(RegieError) as refused:
        case.act()

    assert (refused.value.code, bool(refused.value.remedy)) == (code, True)
    assert kept(bench) == before
    assert case.still() is not None


def kept(bench: Bench) -> list[str]:
    """Return every row of the database but those that count tries."""
    return [line for line in lines(bench.floor.database) if not line.startswith(COUNTED)]
