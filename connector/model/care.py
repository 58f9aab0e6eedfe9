"""What the law and the shop say around a product: safety, age, cold chain, policies, advice."""

from enum import Enum

from msgspec import Struct


class TemperatureClass(Enum):
    """How goods travel and wait."""

    AMBIENT = "AMBIENT"
    CHILLED = "CHILLED"
    FROZEN = "FROZEN"


class Contact(Struct, frozen=True, rename="camel"):
    """Name, postal and electronic address, as GPSR article 19 wants them."""

    name: str
    postal_address: str | None
    electronic_address: str | None


class Safety(Struct, frozen=True, rename="camel"):
    """Product safety block (Regulation (EU) 2023/988 article 19; food: 1169/2011 article 14)."""

    manufacturer: Contact | None
    responsible_person: Contact | None
    warnings: tuple[str, ...]
    ingredients: str | None
    allergens: tuple[str, ...]


class AgeRestriction(Struct, frozen=True, rename="camel"):
    """The buyer must be at least `minimum_age` years old."""

    minimum_age: int
    reason: str | None


class HumanValue(Struct, frozen=True, rename="camel"):
    """What only this shop can say or do."""

    store_advice: str | None
    expert: str | None
    repair_service: str | None
    try_in_store: str | None
    local_story: str | None


class Policies(Struct, frozen=True, rename="camel"):
    """References to the policies that hold for the product: a profile or class name, or a URL."""

    shipping: str | None
    returns: str | None


class Seo(Struct, frozen=True, rename="camel"):
    """Title and description that the shop wrote for search engines."""

    title: str | None
    description: str | None
