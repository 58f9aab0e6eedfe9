"""The merchant's terms: versions that never change, each with a digest that receipts carry."""

from hashlib import sha256

from msgspec import Struct

from connector.model.errors import InvalidInput, NotAllowed


class TermsRequired(NotAllowed):
    """Someone we know has not accepted the terms that hold now."""

    code = "terms_required"
    remedy = "Accept the merchant's current terms; the merchant then notes it on your key."


class EmptyTerms(InvalidInput):
    """Terms without a text."""

    code = "empty_terms"
    remedy = "Give the text of the terms."


class Terms(Struct, frozen=True):
    """One version, numbered from 1."""

    version: int
    text: str
    published_at: int

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex."""
        return sha256(self.text.encode()).hexdigest()
