"""What a shopper chooses, what a variation is, and the other named facts of a product."""

from collections.abc import Iterable, Sequence

from connector.model.attribute import (
    Attribute,
    AttributeType,
    Option,
    SelectedOption,
)
from connector.model.text import one_line
from connector.platforms.woocommerce.payload import Choice, ProductAttribute
from connector.platforms.woocommerce.terms import Terms


def options(attributes: Iterable[ProductAttribute]) -> tuple[Option, ...]:
    """Return what there is to choose, in the shop's order."""
    return tuple(
        Option(one_line(each.name), tuple(one_line(value) for value in each.options))
        for each in _in_order(attributes)
        if each.variation
    )


def selected(
    attributes: Iterable[ProductAttribute], choices: Sequence[Choice]
) -> tuple[SelectedOption, ...]:
    """Return what a variation is; what it leaves open fits any value."""
    return tuple(
        SelectedOption(one_line(each.name), _chosen(each, choices))
        for each in _in_order(attributes)
        if each.variation
    )


def _in_order(attributes: Iterable[ProductAttribute]) -> list[ProductAttribute]:
    return sorted(attributes, key=lambda each: (each.position, each.id, each.name))


def _chosen(attribute: ProductAttribute, choices: Sequence[Choice]) -> str | None:
    """Match by id where the shop shares the attribute, by name where it is the product's own."""
    for choice in choices:
        same = choice.id == attribute.id and (choice.id or _is_named(choice, attribute))
        if same and choice.option:
            return one_line(choice.option)
    return None


def _is_named(choice: Choice, attribute: ProductAttribute) -> bool:
    name = attribute.name.casefold()
    slug = attribute.slug.casefold()
    return choice.name.casefold() == name or bool(slug and choice.slug.casefold() == slug)


def named_facts(attributes: Iterable[ProductAttribute], terms: Terms) -> list[Attribute]:
    """Return the attributes that are shown but not chosen; hidden ones are the shop's affair."""
    shown = (each for each in attributes if each.visible and not each.variation and each.options)
    return [_fact(each, terms) for each in shown]


def _fact(attribute: ProductAttribute, terms: Terms) -> Attribute:
    shared = terms.attributes.get(attribute.id)
    key = shared.slug if shared else (attribute.slug or attribute.name).casefold()
    values = tuple(one_line(value) for value in attribute.options)
    raw_type = shared.type if shared and shared.type else "local"
    return Attribute(key, one_line(attribute.name), AttributeType.TEXT, values, None, raw_type)
