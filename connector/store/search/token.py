"""The words of the inverted index: each holds whose it is, where it stands and as what."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from connector.store.search.entry import Entry
from connector.store.search.weight import HEAD, Field, Form

_TITLE = Field.TITLE.value
_WORD = Form.WORD.value


@lru_cache(maxsize=4096)
def salt(merchant_id: str) -> str:
    """Return what stands before all tokens of a merchant: another's are never even looked at."""
    return blake2b(merchant_id.encode(), digest_size=4).hexdigest()


@lru_cache(maxsize=65536)
def key_token(merchant_id: str, key: str) -> str:
    """Return the token of a facet or another exact value."""
    return f"{salt(merchant_id)}k{blake2b(key.encode(errors='replace'), digest_size=8).hexdigest()}"


def tokens(merchant_id: str, entry: Entry) -> list[str]:
    """Return all tokens of a product; the same entry always gives the same."""
    before = salt(merchant_id)
    found = dict.fromkeys(before + token for token in _ranked(entry.ranks))
    first, _, _ = entry.title.partition(" ")
    found[f"{before}fw{first}"] = None
    found.update(dict.fromkeys(key_token(merchant_id, key) for key in keys(entry)))
    return list(found)


def _ranked(ranks: str) -> Iterator[str]:
    """Yield a(nywhere), h(ead) and t(itle) with the w(ord) or s(tem); a part is sought as stem."""
    for line in ranks.split("\n")[1:]:
        form, field = line[:-2], line[-1]
        text = form if form[0] == _WORD else "s" + form[1:]
        yield "a" + text
        if field in HEAD and text[0] == "s":
            yield "h" + text
        if field == _TITLE:
            yield "t" + text


def keys(entry: Entry) -> Iterator[str]:
    """Yield the exact values by which a product is filtered inside the index."""
    yield from entry.facets.split("\n") if entry.facets else ()
    yield f"connection:{entry.connection_id}"
    yield f"id:{entry.product_id}"
    yield f"stock:{entry.in_stock}"
    yield f"shown:{entry.publishable}"
    if entry.price_min is not None:
        yield f"price:{price_step(entry.price_min)}"


def price_step(amount: int) -> int:
    """Return the step of a price on a scale of four steps to each doubling."""
    if amount < 8:
        return max(amount, 0)
    size = amount.bit_length()
    return 4 * (size - 2) + (amount >> (size - 3))
