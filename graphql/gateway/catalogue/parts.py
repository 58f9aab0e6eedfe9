"""Small parts of a product: money, texts, media, attributes, categories."""

import graphene

from gateway.catalogue import enums
from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import BigInt, DateTime


class Money(DocumentType):
    """An amount in whole minor units of its currency; never a fraction."""

    amount = graphene.NonNull(BigInt, description="Minor units: cents for EUR, yen for JPY.")
    currency = graphene.String(required=True, description="ISO 4217 code.")


class Text(DocumentType):
    """A description in two forms."""

    html = graphene.String(
        required=True, description="The shop's HTML, sanitised by Regie: no scripts, no styles."
    )
    plain = graphene.String(
        required=True, description="Plain text of `html`, one line per block; made by Regie."
    )
    language = graphene.String(description="BCP 47 tag; null when the shop does not say it.")


class Media(DocumentType):
    """A picture or a film of the product, in the shop's order."""

    external_id = graphene.String(required=True, description="The platform's id.")
    kind = graphene.NonNull(enums.MediaKind, description="What it is.")
    url = graphene.String(required=True, description="Where the shop serves it.")
    alt = graphene.String(description="Text for those who cannot see it, by the shop.")
    width = graphene.Int(description="Pixels, told by the platform; null is unknown.")
    height = graphene.Int(description="Pixels, told by the platform; null is unknown.")


class Attribute(DocumentType):
    """A fact with a name and a type, from metafields or product attributes."""

    key = graphene.String(required=True, description="Stable key, such as custom.roast.")
    name = graphene.String(required=True, description="Name for people.")
    type = graphene.NonNull(enums.AttributeType, description="How to read the values.")
    values = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.String)), description="Readable values, one by one."
    )
    unit = graphene.String(description="Unit of a MEASURE, such as kg.")
    raw_type = graphene.String(required=True, description="The platform's own name of the type.")


class Option(DocumentType):
    """What a shopper chooses between variants."""

    name = graphene.String(required=True, description="Name for people, such as Size.")
    values = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.String)), description="In the shop's order."
    )


class SelectedOption(DocumentType):
    """The choice that one variant is."""

    name = graphene.String(required=True, description="Name of the option.")
    value = graphene.String(description="The chosen value; null: any value fits.")


class Category(DocumentType):
    """A class of goods."""

    kind = graphene.NonNull(enums.CategoryKind, description="Whose classification it is.")
    key = graphene.String(required=True, description="Stable within its kind; use it in filters.")
    name = graphene.String(required=True, description="Name for people.")
    path = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.String)), description="Names from root to leaf."
    )
    google_id = graphene.Int(
        description="Number in Google's product taxonomy; null where the platform tells none."
    )


class Gtin(DocumentType):
    """A barcode, judged by the rules of GS1."""

    raw = graphene.String(required=True, description="As the shop wrote it.")
    value = graphene.String(description="GTIN-14 text when valid, else null; judged by Regie.")
    reason = graphene.String(
        description="Why it is no GTIN, such as bad_check_digit; null when it is one."
    )


class Weight(DocumentType):
    """A weight in SI, with the shop's own unit."""

    grams = graphene.Float(
        required=True, description="Grams, rounded to a milligram; computed from `value`."
    )
    value = graphene.String(required=True, description="The shop's own number, in `unit`.")
    unit = graphene.String(required=True, description="The shop's own unit.")


class Dimensions(DocumentType):
    """Sizes in millimetres."""

    length_mm = graphene.Float(description="Millimetres; null is unknown.")
    width_mm = graphene.Float(description="Millimetres; null is unknown.")
    height_mm = graphene.Float(description="Millimetres; null is unknown.")
    unit = graphene.String(required=True, description="The shop's own unit.")


class UnitMeasure(DocumentType):
    """What a package holds, and per what its unit price is stated."""

    quantity = graphene.Float(required=True, description="What one package holds, in `unit`.")
    unit = graphene.String(required=True, description="Unit of the package's content.")
    reference_quantity = graphene.Float(required=True, description="Per how many `referenceUnit`.")
    reference_unit = graphene.String(required=True, description="Unit of the unit price.")


class UnitPrice(DocumentType):
    """Price per reference measure (Directive 98/6/EC)."""

    price = graphene.NonNull(
        Money, description="Price per reference measure: the shop's own, else computed by Regie."
    )
    measure = graphene.NonNull(UnitMeasure, description="The measures behind it.")


class Sale(DocumentType):
    """A lower price in a window."""

    price = graphene.NonNull(Money, description="The price during the sale.")
    starts_at = graphene.Field(DateTime, description="First instant; null: has always begun.")
    ends_at = graphene.Field(DateTime, description="First instant after it; null: no end set.")
