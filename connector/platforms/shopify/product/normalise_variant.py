"""One sellable thing of a Shopify product in canonical form: price, stock, barcode, weight."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from connector.model.attribute import SelectedOption
from connector.model.gtin import parse_gtin
from connector.model.ids import source_id
from connector.model.inventory import InventoryLevel, StockPolicy
from connector.model.measure import BadMeasure, UnitMeasure, Weight, weight
from connector.model.money import BadMoney, Money, parse_money
from connector.model.offer import Offer
from connector.model.product import Variant
from connector.platforms.shopify.faults import BadFact
from connector.platforms.shopify.product.attributes import attributes
from connector.platforms.shopify.product.payload import (
    ItemPart,
    LevelLine,
    MetafieldLine,
    UnitPart,
    VariantLine,
    number,
)
from connector.platforms.shopify.terms import PLATFORM, Terms, location_id

CHANNEL = "online"
MARKET = "default"
POLICIES: Mapping[str, StockPolicy] = {
    "DENY": StockPolicy.DENY,
    "CONTINUE": StockPolicy.CONTINUE,
}


def variant(
    line: VariantLine,
    levels: Sequence[LevelLine],
    metafields: Iterable[MetafieldLine],
    terms: Terms,
    default_title: str | None,
) -> Variant:
    """Put one variant together; `default_title` names the only variant of a simple product."""
    item = line.inventory_item
    choices = () if default_title is not None else _choices(line)
    return Variant(
        source_id("var", PLATFORM, terms.shop, line.id),
        line.id,
        item.id,
        line.title if default_title is None else default_title,
        line.position,
        True,
        line.sku or None,
        parse_gtin(line.barcode) if line.barcode else None,
        None,
        choices,
        attributes(metafields),
        (),
        _weight(item, line.id),
        None,
        item.requires_shipping,
        item.country_code_of_origin,
        item.harmonized_system_code,
        (_offer(line, terms),),
        _inventory(line, levels, terms),
        line.updated_at,
    )


def _choices(line: VariantLine) -> tuple[SelectedOption, ...]:
    return tuple([SelectedOption(each.name, each.value) for each in line.selected_options])


def _offer(line: VariantLine, terms: Terms) -> Offer:
    price = _money("price", line.price, terms.currency, line.id)
    before = line.compare_at_price
    strike = _money("compareAtPrice", before, terms.currency, line.id) if before else None
    if strike is not None and strike.amount <= price.amount:
        strike = None
    measure, per_unit = _unit_price(line) if line.show_unit_price else (None, None)
    return Offer(
        CHANNEL,
        MARKET,
        price,
        strike,
        None,
        terms.tax_included,
        None,
        measure,
        per_unit,
        True,
        line.updated_at,
    )


def _money(field: str, text: str, currency: str, owner: str) -> Money:
    try:
        return parse_money(text, currency)
    except BadMoney as error:
        reason = error.message
    raise BadFact(field, owner, reason)


def _unit_price(line: VariantLine) -> tuple[UnitMeasure | None, Money | None]:
    """Return the unit price as stated; a measure in two units says nothing without its price."""
    told, stated = line.unit_price_measurement, line.unit_price
    measure = _unit_measure(told) if told else None
    if measure is None:
        return None, None
    if stated is None:
        return (measure if measure.unit == measure.reference_unit else None), None
    return measure, _money("unitPrice", stated.amount, stated.currency_code, line.id)


def _unit_measure(told: UnitPart) -> UnitMeasure | None:
    unit, per = told.quantity_unit, told.reference_unit
    if not unit or not per or told.quantity_value <= 0 or told.reference_value <= 0:
        return None
    return UnitMeasure(told.quantity_value, unit.lower(), told.reference_value, per.lower())


def _weight(item: ItemPart, owner: str) -> Weight | None:
    told = item.measurement.weight if item.measurement else None
    if told is None:
        return None
    try:
        return _read_weight(told.value, told.unit)
    except BadMeasure as error:
        reason = error.message
    raise BadFact("inventoryItem.measurement.weight", owner, reason)


@lru_cache(maxsize=16384)
def _read_weight(value: float, unit: str) -> Weight | None:
    return weight(repr(value).removesuffix(".0"), unit)


def _inventory(
    line: VariantLine, levels: Sequence[LevelLine], terms: Terms
) -> tuple[InventoryLevel, ...]:
    policy = POLICIES.get(line.inventory_policy)
    if policy is None:
        raise BadFact("inventoryPolicy", line.id, "is not a policy that Regie knows")
    tracked = line.inventory_item.tracked
    by_place = {place_number(level.location.id): level for level in levels}
    return tuple(
        [_level(by_place[place], policy, tracked, terms.shop) for place in sorted(by_place)]
    )


place_number = lru_cache(maxsize=16384)(number)


def _level(level: LevelLine, policy: StockPolicy, tracked: bool, shop: str) -> InventoryLevel:  # noqa: FBT001 - one fact
    """Read one level; a count that Shopify does not tell is unknown, which is not zero."""
    get = {told.name: told.quantity for told in level.quantities}.get
    return InventoryLevel(
        location_id(shop, level.location.id),
        tracked,
        level.is_active,
        get("on_hand"),
        get("available"),
        get("committed"),
        get("reserved"),
        get("incoming"),
        policy,
        None,
        None,
        _newest(level),
    )


def _newest(level: LevelLine) -> datetime | None:
    """Return when any of its counts last changed."""
    newest = level.updated_at
    for told in level.quantities:
        at = told.updated_at
        if at is not None and at is not newest and (newest is None or at > newest):
            newest = at
    return newest
