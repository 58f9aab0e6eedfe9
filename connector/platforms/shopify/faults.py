"""What can be wrong with a shop's facts or with an export of them."""

from connector.model.errors import (
    InvalidInput,
    PlatformCredentials,
    PlatformMalformed,
    PlatformRejected,
    PlatformUnavailable,
)


class UnreadableProduct(PlatformMalformed):
    """A line of a product is not what Shopify's schema promises."""

    code = "unreadable_product"
    remedy = "Its last good facts stay; update Regie if this goes on."

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part} cannot be read: {reason}.", part=part, reason=reason)


class BadFact(InvalidInput):
    """One fact of a product cannot be true; `field` says which, in Shopify's words."""

    code = "bad_fact"
    remedy = "Correct the field in the Shopify admin; until then its last good facts stay."

    def __init__(self, field: str, owner: str, reason: str) -> None:
        super().__init__(f"{field} of {owner}: {reason}", field=field, owner=owner, reason=reason)


class NoCredentials(PlatformCredentials):
    """The connection holds neither a token nor an app's id and secret."""

    code = "no_credentials"


class ExportIncomplete(PlatformMalformed):
    """An export's file is shorter than announced, ends in a line, or lacks a parent."""

    code = "export_incomplete"
    remedy = "Nothing of it was stored; the next sync asks for a new export."

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"The export of {kind} {reason}.", kind=kind, reason=reason)
        self.kind = kind


class ExportFailed(PlatformUnavailable):
    """Shopify gave up an export, or took a finished one back; a new one may work."""

    code = "export_failed"

    def __init__(self, kind: str, status: str, error_code: str | None) -> None:
        why = f"{status} ({error_code})" if error_code else status
        super().__init__(
            f"The export of {kind} ended as {why}.", kind=kind, state=status, error_code=error_code
        )
        self.kind = kind


class ExportCanceled(PlatformRejected):
    """Somebody canceled the export in Shopify."""

    code = "export_canceled"
    remedy = "Start the sync again when no other tool cancels it."

    def __init__(self, kind: str) -> None:
        super().__init__(f"The export of {kind} was canceled.", kind=kind)


class ExportBusy(PlatformUnavailable):
    """Other exports of this app have filled the shop's places for a long time."""

    code = "export_busy"
