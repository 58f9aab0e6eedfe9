"""From who asks and what was granted to what may be seen now: the one place that decides."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import msgspec
from msgspec import Struct

from connector.model.errors import NotAllowed
from connector.store.listing.extent import Extent
from storefront.disclosure.agent import Caller, Tier
from storefront.disclosure.grant import Budget, Grant
from storefront.disclosure.mask import Mask
from storefront.disclosure.term import Terms, TermsRequired


class NotAdmitted(NotAllowed):
    """Known, but nothing is granted for this purpose and place at this time."""

    code = "agent_not_admitted"
    remedy = "Ask the merchant for a grant that covers your purpose and region."


class OperationNotAllowed(NotAllowed):
    """Granted, but only for queries that were agreed on."""

    code = "operation_not_allowed"
    remedy = "Send one of the operations that the merchant listed for you."


class Scope(Struct, frozen=True):
    """Products that are seen in one way."""

    extents: tuple[Extent, ...]
    mask: Mask


class Admission(Struct, frozen=True):
    """What one caller may see; `until` is when that changes by itself, epoch milliseconds.

    `digest` names all that shapes an answer.
    """

    scopes: tuple[Scope, ...]
    until: int | None
    digest: bytes


class Allowance(Struct, frozen=True):
    """How much one caller may ask, whatever he asks; `until` is as in an Admission.

    `budget` None is that of somebody to whom nothing is granted now.
    """

    budget: Budget | None
    until: int | None


def decide(
    caller: Caller, grants: Sequence[Grant], terms: Terms | None, now_ms: int, operation: str
) -> Admission:
    """Return what the caller may see by the operation with this hash.

    Raises NotAdmitted, TermsRequired or OperationNotAllowed.
    """
    mine = [grant for grant in grants if _is_for(grant, caller)]
    live = holding(caller, mine, now_ms)
    if not live:
        raise NotAdmitted("Nothing is granted to you here.")
    _require_terms(caller, terms)
    open_to = [grant for grant in live if not grant.operations or operation in grant.operations]
    if not open_to:
        raise OperationNotAllowed("This operation is not on your list.", operation=operation)
    scopes = _scopes(open_to)
    return Admission(scopes, _until(mine, now_ms), _digest(scopes))


def allow(caller: Caller, grants: Sequence[Grant], now_ms: int) -> Allowance:
    """Return the widest budget that the caller has by any of his grants."""
    live = holding(caller, grants, now_ms)
    budget = _budget(live) if live else None
    return Allowance(budget, _until((it for it in grants if _is_for(it, caller)), now_ms))


def holding(caller: Caller, grants: Iterable[Grant], now_ms: int) -> list[Grant]:
    """Return the grants that speak of the caller and hold now."""
    return [grant for grant in grants if _is_for(grant, caller) and _holds(grant, now_ms)]


def may_ask(caller: Caller, grants: Iterable[Grant]) -> bool:
    """Tell whether any grant speaks of the caller at all, whenever it holds."""
    return any(_is_for(grant, caller) for grant in grants)


def lists_operations(caller: Caller, grants: Iterable[Grant]) -> bool:
    """Tell whether the decision depends on the operation at all."""
    return any(grant.operations for grant in grants if _is_for(grant, caller))


def _is_for(grant: Grant, caller: Caller) -> bool:
    named = grant.agent_id is None or (
        caller.agent is not None and grant.agent_id == caller.agent.id
    )
    here = not grant.regions or caller.region in grant.regions
    return named and here and caller.tier >= grant.tier and caller.purpose in grant.purposes


def _holds(grant: Grant, now_ms: int) -> bool:
    begun = grant.valid_from is None or grant.valid_from <= now_ms
    return begun and (grant.valid_to is None or now_ms < grant.valid_to)


def _until(grants: Iterable[Grant], now_ms: int) -> int | None:
    edges = [edge for grant in grants for edge in (grant.valid_from, grant.valid_to)]
    return min((edge for edge in edges if edge is not None and edge > now_ms), default=None)


def _require_terms(caller: Caller, terms: Terms | None) -> None:
    """Hold those to the terms whom we know for sure; a stranger cannot accept anything."""
    if terms is None or caller.tier < Tier.VERIFIED or caller.terms == terms.version:
        return
    raise TermsRequired(
        f"Version {terms.version} of the terms is not accepted.",
        version=terms.version,
        digest=terms.digest,
        accepted=caller.terms,
    )


def _scopes(grants: Iterable[Grant]) -> tuple[Scope, ...]:
    extents: dict[Mask, set[Extent]] = {}
    for grant in grants:
        extents.setdefault(grant.mask(), set()).add(grant.extent())
    found = [
        Scope(tuple(sorted(those, key=msgspec.json.encode)), mask)
        for mask, those in extents.items()
    ]
    return tuple(sorted(found, key=lambda scope: scope.mask.digest))


def _budget(grants: Sequence[Grant]) -> Budget:
    return Budget(
        max(grant.budget.requests for grant in grants), max(grant.budget.cost for grant in grants)
    )


def _digest(scopes: tuple[Scope, ...]) -> bytes:
    told = msgspec.json.encode([(scope.mask.digest, scope.extents) for scope in scopes])
    return blake2b(told, digest_size=16).digest()
