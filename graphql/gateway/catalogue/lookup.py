"""One product by the one key that a caller knows."""

from collections.abc import Mapping

from connector.model.gtin import parse_gtin
from connector.store.product.brief import Form
from gateway.catalogue.given import searchable
from gateway.errors import BadLookup
from storefront.disclosure.view import CatalogView, Shown

_KINDS = {"handle": "handle", "gtin": "gtin", "sku": "sku", "platform_id": "external"}
_FIELDS = {"platform_id": "platformId"}


def find(
    view: CatalogView, keys: Mapping[str, str | None], form: Form = Form.WHOLE
) -> Shown | None:
    """Return the product of exactly one key, or raise BadLookup."""
    given = {name: value for name, value in keys.items() if value is not None}
    if len(given) != 1:
        fields = sorted(_FIELDS.get(name, name) for name in given)
        raise BadLookup("A product is looked up by one key.", given=fields)
    ((name, text),) = given.items()
    value = searchable(text, BadLookup, _FIELDS.get(name, name))
    if name == "id":
        return view.product(value, form)
    return view.lookup(_KINDS[name], _gtin(value) if name == "gtin" else value, form)


def _gtin(text: str) -> str:
    """Return the 14 digits under which a barcode is stored."""
    found = parse_gtin(text)
    if found is None or found.value is None:
        reason = found.reason if found else "not_digits"
        raise BadLookup(f"This is no GTIN: {reason}.", field="gtin", reason=reason)
    return found.value
