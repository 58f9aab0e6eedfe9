"""Whether brief documents suffice for a selection."""

from functools import lru_cache

from connector.store.product.brief import MEMBERS


@lru_cache(maxsize=1024)
def is_brief(reads: frozenset[str] | None) -> bool:
    """Tell whether all members that are read, as `Type.key`, lie in the brief document."""
    return reads is not None and all(_lies_in(*it.split(".", 1)) for it in reads)


def _lies_in(kind: str, key: str) -> bool:
    """Tell it of one member; a type that is not taken apart lies in the members of others."""
    return kind not in MEMBERS or key in MEMBERS[kind]
