"""Products and places to write tests with."""

from datetime import UTC, datetime

from msgspec import structs

from connector.model.attribute import (
    Attribute,
    AttributeType,
    Category,
    CategoryKind,
    Media,
    MediaKind,
    Option,
    SelectedOption,
)
from connector.model.care import (
    AgeRestriction,
    Contact,
    HumanValue,
    Policies,
    Safety,
    Seo,
    TemperatureClass,
)
from connector.model.gtin import parse_gtin
from connector.model.ids import source_id
from connector.model.inventory import Availability, InventoryLevel, StockPolicy
from connector.model.location import Address, Geo, Location, LocationKind, Pickup
from connector.model.measure import Dimensions, UnitMeasure, Weight
from connector.model.money import Money
from connector.model.offer import Offer, Sale
from connector.model.product import Product, Source, Variant
from connector.model.publication import Status, Visibility, Withheld
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


def rich_place() -> Location:
    """Return a place of which everything is known."""
    return structs.replace(
        place("market"),
        address=Address("Elbstrasse 1", "Hinterhaus", "20457", "Hamburg", "HH", "DE"),
        geo=Geo(53.54, 9.99),
        phone="+49 40 123",
        pickup=Pickup(60, "Ring the bell."),
        opening_hours="Mo-Sa 9-18",
    )


def rich_product(number: int = 9) -> Product:
    """Return a product of which everything is known; its barcode is one digit off."""
    return structs.replace(
        product(number, title="Harbour stout", category="beer", location=rich_place()),
        handle="stout",
        summary=describe("<p>Dark.</p>", "en"),
        categories=(Category(CategoryKind.GOOGLE, "beer", "Beer", ("Food", "Beer"), 414),),
        media=(Media("m1", MediaKind.IMAGE, f"https://{SHOP}/1.jpg", "A bottle", 800, 600),),
        variants=(rich_variant(number),),
        withheld=(Withheld.NOT_ON_CHANNEL,),
        policies=Policies("Glass", f"https://{SHOP}/returns"),
        safety=Safety(
            Contact("Brewery", "Kai 1, Hamburg", "mail@brewery.example"),
            Contact("Importer", None, "https://importer.example"),
            ("Keep cold.",),
            "Water, barley malt, hops",
            ("gluten",),
        ),
        age_restriction=AgeRestriction(18, "alcohol"),
        temperature_class=TemperatureClass.CHILLED,
        human_value=HumanValue("Serve at 8 degrees.", "Ole", "None", "Saturdays", "From the kai."),
        seo=Seo("Stout", "Dark beer"),
    )


def rich_variant(number: int) -> Variant:
    """Return a variant of which everything is known."""
    terms = structs.replace(
        offer(500),
        stated_compare_at=Money(600, "EUR"),
        sale=Sale(Money(450, "EUR"), EARLY, None),
        tax_rate="19",
        unit_measure=UnitMeasure(0.5, "l", 1.0, "l"),
        stated_unit_price=Money(1000, "EUR"),
    )
    stock = structs.replace(
        level(rich_place(), 3), stated=Availability.IN_STOCK, pool="kai", reserved=1
    )
    return structs.replace(
        variant(f"{number}0", offers=(terms,), levels=(stock,)),
        gtin=parse_gtin("4006381333930"),
        mpn="ST-05",
        attributes=(
            Attribute("abv", "Strength", AttributeType.MEASURE, ("5.2",), "%", "dimension"),
        ),
        media=(Media("m2", MediaKind.VIDEO, f"https://{SHOP}/2.mp4", None, None, None),),
        weight=Weight(800.0, "0.8", "kg"),
        dimensions=Dimensions(70.0, 70.0, 240.0, "cm"),
        country_of_origin="DE",
        customs_code="2203",
    )
