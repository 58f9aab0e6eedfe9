"""Products and places to write tests with."""

from datetime import UTC, datetime

from msgspec import structs

from connector.model.attribute import (
    Attribute,
    AttributeType,
    Category,
    CategoryKind,
    Option,
    SelectedOption,
)
from connector.model.care import Policies, Seo
from connector.model.gtin import parse_gtin
from connector.model.ids import source_id
from connector.model.inventory import InventoryLevel, StockPolicy
from connector.model.location import Location, LocationKind
from connector.model.money import Money
from connector.model.offer import Offer
from connector.model.product import Product, Source, Variant
from connector.model.publication import Status, Visibility
from connector.model.text import describe

EARLY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SHOP = "hafen.example"


def place(name: str = "store", *, fulfills_online: bool = True, active: bool = True) -> Location:
    return Location(
        id=source_id("loc", "test", SHOP, name),
        external_id=name,
        name=name.title(),
        kind=LocationKind.STORE,
        active=active,
        fulfills_online=fulfills_online,
        address=None,
        geo=None,
        phone=None,
        pickup=None,
        opening_hours=None,
        as_of=EARLY,
    )


def level(location: Location, available: int | None, *, active: bool = True) -> InventoryLevel:
    return InventoryLevel(
        location_id=location.id,
        tracked=True,
        active=active,
        on_hand=available,
        available=available,
        committed=0,
        reserved=0,
        incoming=0,
        policy=StockPolicy.DENY,
        stated=None,
        pool=None,
        as_of=EARLY,
    )


def offer(amount: int, currency: str = "EUR") -> Offer:
    return Offer(
        channel="online",
        market="default",
        base_price=Money(amount, currency),
        stated_compare_at=None,
        sale=None,
        tax_included=True,
        tax_rate=None,
        unit_measure=None,
        stated_unit_price=None,
        sellable=True,
        as_of=EARLY,
    )


def variant(
    number: str, *, offers: tuple[Offer, ...], levels: tuple[InventoryLevel, ...]
) -> Variant:
    return Variant(
        id=source_id("var", "test", SHOP, number),
        external_id=number,
        stock_item=f"item-{number}",
        title="Red",
        position=1,
        enabled=True,
        sku=f"SKU-{number}",
        gtin=parse_gtin("4006381333931"),
        mpn=None,
        options=(SelectedOption("Color", "Red"),),
        attributes=(),
        media=(),
        weight=None,
        dimensions=None,
        requires_shipping=True,
        country_of_origin=None,
        customs_code=None,
        offers=offers,
        inventory=levels,
        as_of=EARLY,
    )


def product(
    number: int = 1,
    *,
    title: str = "Enamel mug",
    price: int = 1250,
    stock: int | None = 5,
    brand: str = "Emalia",
    category: str = "mugs",
    location: Location | None = None,
) -> Product:
    at = location or place()
    only = variant(f"{number}0", offers=(offer(price),), levels=(level(at, stock),))
    return Product(
        id=source_id("prd", "test", SHOP, str(number)),
        handle=f"mug-{number}",
        url=f"https://{SHOP}/mug-{number}",
        title=title,
        description=describe("<p>Holds 300 ml.</p>", "en"),
        summary=None,
        language="en",
        brand=brand,
        product_type="Mug",
        tags=("kitchen",),
        categories=(Category(CategoryKind.SHOP, category, category.title(), (category,), None),),
        options=(Option("Color", ("Red",)),),
        attributes=(
            Attribute("material", "Material", AttributeType.TEXT, ("Steel",), None, "text"),
        ),
        media=(),
        variants=(only,),
        status=Status.ACTIVE,
        visibility=Visibility.PUBLIC,
        withheld=(),
        gift_card=False,
        subscription_only=False,
        policies=Policies(None, None),
        safety=None,
        age_restriction=None,
        temperature_class=None,
        human_value=None,
        seo=Seo(None, None),
        created_at=EARLY,
        updated_at=EARLY,
        published_at=EARLY,
        source=Source("test", SHOP, str(number), EARLY),
    )


def with_variant(found: Product, **changes: object) -> Product:
    """Return the product with facts of its only variant replaced."""
    return structs.replace(found, variants=(structs.replace(found.variants[0], **changes),))
