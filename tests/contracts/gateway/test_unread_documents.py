"""Lists without documents hold what lists with documents hold, on SQLite and on Postgres."""

import pytest
from msgspec import structs

from connector.store.database import Database
from connector.store.listing import page, reader, unread
from connector.store.listing.extent import EVERYTHING, shown_within
from connector.store.listing.page import Filter, Sort
from connector.store.product import rows
from connector.store.product.brief import Form


@pytest.mark.parametrize("sort", [Sort.ID, Sort.PRICE_DESC, Sort.TITLE])
@pytest.mark.parametrize("facets", [(), ((rows.category_key("mugs"),),)])
def test_a_page_without_documents_is_the_same_page(
    shop: Database, sort: Sort, facets: tuple[tuple[str, ...], ...]
) -> None:
    wanted = Filter(facets=facets)

    with shop.snapshot() as connection:
        whole = page.find(connection, "mer_1", wanted, sort, None, 5)
        lean = page.find(connection, "mer_1", wanted, sort, None, 5, form=Form.UNREAD)
        read = unread.documents(connection, "mer_1", [it.id for it in lean])

    assert len(whole) == 5
    assert {it.document for it in lean} == {None}
    assert [structs.replace(it, document=read[it.id]) for it in lean] == list(whole)


def test_changes_without_documents_are_the_same_changes(shop: Database) -> None:
    everything = shown_within((EVERYTHING,))

    with shop.snapshot() as connection:
        whole = reader.changes(connection, "mer_1", 0, 5)
        lean = reader.changes(connection, "mer_1", 0, 5, form=Form.UNREAD)
        seen = reader.changes_with(connection, "mer_1", 0, 5, everything, form=Form.UNREAD)
        read = unread.documents(connection, "mer_1", [it.id for it in lean])

    assert len(whole) == 5
    assert [structs.replace(it, document=read[it.id]) for it in lean] == list(whole)
    assert [it for it, _ in seen] == list(lean)
