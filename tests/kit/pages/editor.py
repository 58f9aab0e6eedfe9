"""The editor of stores: what it saved, and where it tells a fault."""

import re

from storefront.fulfillment.store import places
from tests.kit.floor.world import MERCHANT
from tests.kit.pages.world import World


def read(world: World, what: str) -> object:
    with world.floor.database.read() as connection:
        return getattr(places, what)(connection, MERCHANT, "sto_1")


def beside(page: str, name: str) -> bool:
    """Tell whether a fault is told beside the field of that name."""
    field = re.search(rf'<(?:input|textarea|select)[^>]* name="{re.escape(name)}"[^>]*>', page)
    told = re.findall(r'<p class="error" id="([^"]+)-error"', page)
    return field is not None and 'aria-invalid="true"' in field[0] and len(told) == 1
