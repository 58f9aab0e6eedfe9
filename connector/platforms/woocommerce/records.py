"""A product with its variations as the shop told them: known by its digest, decoded only if new."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from connector.model.product import Product
from connector.model.publication import Life
from connector.platforms.woocommerce.life import life
from connector.platforms.woocommerce.normalise import normalise
from connector.platforms.woocommerce.payload import products, variations
from connector.platforms.woocommerce.terms import Terms

DIGEST_SIZE = 16


class WooRecord:
    """The raw facts of one product; equal digests mean equal facts, in whatever order."""

    def __init__(
        self,
        external_id: str,
        product: bytes,
        children: Sequence[bytes],
        terms: Terms,
        read_at: datetime,
    ) -> None:
        self.external_id = external_id
        self._product = product
        self._children = children
        self._terms = terms
        self._read_at = read_at

    @cached_property
    def digest(self) -> bytes:
        """Return the digest of all told facts and of what shapes them."""
        found = sha256(self._terms.digest)
        for part in (self._product, *sorted(self._children)):
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
        return found.digest()[:DIGEST_SIZE]

    def product(self) -> Product:
        """Read the canonical product, or raise a RegieError that names the field."""
        children = [variations.decode(child) for child in self._children]
        return normalise(products.decode(self._product), children, self._terms, self._read_at)

    def life(self) -> Life:
        """Read only what says whether it may be shown."""
        return life(self._product)
