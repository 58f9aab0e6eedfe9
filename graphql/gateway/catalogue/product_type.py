"""The canonical product as GraphQL shows it."""

from typing import Any

import graphene

from gateway.catalogue import enums, parts
from gateway.catalogue.document_type import DocumentType
from gateway.catalogue.scalars import DateTime
from gateway.catalogue.variant import Variant
from gateway.compiler import sliced


def _all(of: Any) -> graphene.NonNull:
    return graphene.NonNull(graphene.List(graphene.NonNull(of)))


def _some(of: Any) -> graphene.List:
    """Return a list that is null where the asker may not see it."""
    return graphene.List(graphene.NonNull(of))


class PriceRange(DocumentType):
    """Lowest and highest price of the variants on offer."""

    min = graphene.NonNull(parts.Money, description="Lowest price of a variant's first offer.")
    max = graphene.NonNull(parts.Money, description="Highest price of a variant's first offer.")


class Publication(DocumentType):
    """May the product be shown outside, and if not, why not."""

    publishable = graphene.Boolean(required=True, description="True: nothing speaks against it.")
    reasons = graphene.Field(
        _all(enums.Withheld), description="All reasons against it: the shop's states and Regie's."
    )


class Contact(DocumentType):
    """Name and addresses (GPSR article 19)."""

    name = graphene.String(required=True, description="Name.")
    postal_address = graphene.String(description="Postal address.")
    electronic_address = graphene.String(description="E-mail or web address.")


class Safety(DocumentType):
    """Product safety block (Regulation (EU) 2023/988, food: 1169/2011)."""

    manufacturer = graphene.Field(Contact, description="Who made it.")
    responsible_person = graphene.Field(Contact, description="Who answers for it in the EU.")
    warnings = graphene.Field(_all(graphene.String), description="In the shop's language.")
    ingredients = graphene.String(description="List of ingredients of food.")
    allergens = graphene.Field(_all(graphene.String), description="Allergens of food.")


class AgeRestriction(DocumentType):
    """Who may buy it."""

    minimum_age = graphene.Int(required=True, description="Years of age, by the shop.")
    reason = graphene.String(description="Why, such as alcohol.")


class HumanValue(DocumentType):
    """What only this shop can say or do."""

    store_advice = graphene.String(description="What the shop advises.")
    expert = graphene.String(description="Who knows most about it.")
    repair_service = graphene.String(description="What the shop repairs.")
    try_in_store = graphene.String(description="How to try it in the store.")
    local_story = graphene.String(description="Where it comes from.")


class Policies(DocumentType):
    """References to the policies that hold for the product."""

    shipping = graphene.String(description="Shipping profile, class or URL.")
    returns = graphene.String(description="Return policy, name or URL.")


class Seo(DocumentType):
    """What the shop wrote for search engines."""

    title = graphene.String(description="Title.")
    description = graphene.String(description="Description.")


class Source(DocumentType):
    """Where the facts come from."""

    platform = graphene.String(required=True, description="Platform of the shop, such as shopify.")
    shop = graphene.String(required=True, description="Domain or address of the shop.")
    external_id = graphene.String(required=True, description="The platform's id.")
    as_of = graphene.Field(DateTime, description="When they were true there.")


class Product(DocumentType):
    """Everything one shop says about one product, in canonical form.

    What the merchant does not share with the asker is null; the answer's `extensions.withheld`
    then names the field.
    """

    id = graphene.ID(required=True, description="Regie's id, stable for ever.")
    handle = graphene.String(required=True, description="Name in the shop's addresses.")
    url = graphene.String(description="Page in the shop; null: it has none.")
    title = graphene.String(required=True, description="Title as plain text, in one line.")
    description = graphene.Field(parts.Text, description="Long description, by the shop.")
    summary = graphene.Field(parts.Text, description="Short description, by the shop.")
    language = graphene.String(description="BCP 47 tag of the texts; null is unknown.")
    brand = graphene.String(description="Brand, or the vendor where the shop knows only that.")
    product_type = graphene.String(description="The shop's own kind of goods.")
    tags = graphene.Field(_all(graphene.String), description="The shop's tags, sorted.")
    categories = graphene.Field(
        _all(parts.Category), description="Classes of goods: the shop's own and standard ones."
    )
    options = graphene.Field(_all(parts.Option), description="Choices between variants.")
    attributes = graphene.Field(
        _some(parts.Attribute), description="Typed facts from metafields or product attributes."
    )
    media = graphene.Field(
        _some(parts.Media),
        first=graphene.Int(description="At most so many, 1 to 100; null: all."),
        description="Pictures and films, in the shop's order.",
    )
    variants = graphene.Field(_all(Variant), description="What can be bought, in shop order.")
    price_range = graphene.Field(PriceRange, description="Null: no price at all.")
    availability = graphene.Field(enums.Availability, description="Best of the variants; by Regie.")
    publication = graphene.NonNull(Publication, description="May it be shown outside; by Regie.")
    status = graphene.NonNull(enums.Status, description="Life of the product in its shop.")
    visibility = graphene.NonNull(enums.Visibility, description="Who finds it in the shop.")
    withheld = graphene.Field(
        _all(enums.Withheld), description="The platform's own reasons against showing it."
    )
    gift_card = graphene.Boolean(required=True, description="True: it is a gift card.")
    subscription_only = graphene.Boolean(
        required=True, description="True: only by subscription, never once."
    )
    policies = graphene.Field(Policies, description="Shipping and returns of this product.")
    safety = graphene.Field(Safety, description="Product safety; null: nothing told.")
    age_restriction = graphene.Field(
        AgeRestriction, description="Who may buy it; null: the shop tells nothing."
    )
    temperature_class = graphene.Field(
        enums.TemperatureClass, description="How it travels; null: the shop tells nothing."
    )
    human_value = graphene.Field(HumanValue, description="What only this shop can say or do.")
    seo = graphene.Field(Seo, description="Texts for search engines.")
    created_at = graphene.Field(DateTime, description="When it was made, by the platform.")
    updated_at = graphene.Field(DateTime, description="When it last changed, by the platform.")
    published_at = graphene.Field(DateTime, description="When it went online, by the platform.")
    source = graphene.NonNull(Source, description="Where the facts come from, and as of when.")

    @staticmethod
    @sliced("media", "first")
    def resolve_media(product: dict[str, Any], _info: object, first: int | None = None) -> Any:
        """Give all media, or the first few."""
        media = product.get("media")
        return media if first is None or media is None else media[:first]
