"""What holds for every product of a shop: its money, taxes, units, categories and attributes."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from msgspec import Struct

from connector.model.attribute import Category, CategoryKind
from connector.model.ids import source_id
from connector.model.text import one_line

PLATFORM = "woocommerce"
STANDARD = "standard"


class Term(Struct, frozen=True):
    """A category, tag, brand, class or attribute value of the shop."""

    id: int = 0
    name: str = ""
    slug: str = ""
    parent: int = 0


class TaxRate(Struct, frozen=True, rename={"tax_class": "class"}):
    """One line of the shop's tax table; an empty country or state means all of them."""

    id: int = 0
    country: str = ""
    state: str = ""
    postcode: str = ""
    city: str = ""
    postcodes: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    rate: str = "0"
    priority: int = 1
    order: int = 0
    compound: bool = False
    tax_class: str = STANDARD


class GlobalAttribute(Struct, frozen=True):
    """An attribute that products share; `slug` begins with pa_."""

    id: int = 0
    name: str = ""
    slug: str = ""
    type: str = ""


class Terms(Struct, frozen=True):
    """The shop's name, money and words; `digest` stands for all that shapes its products."""

    shop: str
    currency: str
    tax_included: bool | None
    language: str | None
    weight_unit: str
    dimension_unit: str
    rates: Mapping[str, str]
    categories: Mapping[int, Category]
    attributes: Mapping[int, GlobalAttribute]
    shipping_classes: Mapping[str, str]
    digest: bytes


def online_id(shop: str) -> str:
    """Return our id of the webshop as a place: the one count of all its goods."""
    return source_id("loc", PLATFORM, shop, "shop")


def category_tree(found: Iterable[Term]) -> Mapping[int, Category]:
    """Return every category with its path; the key is the slug, which outlives a new name."""
    by_id = {term.id: term for term in found}
    return {
        term.id: Category(
            CategoryKind.SHOP, key_of(term.slug), one_line(term.name), _path(term, by_id), None
        )
        for term in by_id.values()
    }


def key_of(slug: str) -> str:
    """Return a slug as people read it: WordPress stores other scripts as percent codes."""
    return unquote(slug)


def _path(term: Term, by_id: Mapping[int, Term]) -> tuple[str, ...]:
    steps: list[str] = []
    walked: set[int] = set()
    step: Term | None = term
    while step is not None and step.id not in walked:
        walked.add(step.id)
        steps.append(one_line(step.name))
        step = by_id.get(step.parent)
    return tuple(reversed(steps))


def base_rates(table: Iterable[TaxRate], country: str, state: str) -> Mapping[str, str]:
    """Return the percent of each class at the shop's own address, as decimal text.

    The shop takes one rate per priority and adds them up. Rates that hold for some postcodes or
    cities only say nothing about the shop as a whole.
    """
    chosen: dict[str, dict[int, TaxRate]] = {}
    for rate in sorted(table, key=_specific_last):
        if rate.country in {"", country} and rate.state in {"", state} and not _is_local(rate):
            chosen.setdefault(rate.tax_class, {})[rate.priority] = rate
    return {name: _sum(rates) for name, rates in chosen.items()}


def _is_local(rate: TaxRate) -> bool:
    return bool(rate.postcodes or rate.cities or rate.postcode or rate.city)


def _specific_last(rate: TaxRate) -> tuple[bool, bool, int, int]:
    return (bool(rate.country), bool(rate.state), -rate.order, -rate.id)


def _sum(rates: Mapping[int, TaxRate]) -> str:
    total = Decimal(0)
    for _, rate in sorted(rates.items()):
        percent = _percent(rate.rate)
        total += percent * (1 + total / 100) if rate.compound else percent
    return f"{total.normalize():f}"


def _percent(text: str) -> Decimal:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)
