"""How the search index keeps up with the catalogue, the same for every engine."""

from pathlib import Path

from msgspec import structs

from connector.model.publication import Status
from connector.store.database import Database
from connector.store.listing.filter import Filter
from connector.store.product.change import Scope
from connector.store.search.choose import choose
from connector.store.search.index import Search
from tests.kit.samples import product
from tests.kit.search_shop import SCOPE, follow, found, ids, named, open_shop, put, remove

Shop = tuple[Database, Search]


def test_the_index_follows_creations_changes_and_ends(searched: Shop) -> None:
    database, index = searched
    put(database, [named(n, "Copper") for n in range(1, 6)])
    follow(index, step=2)
    put(database, [named(2, "Tin"), named(6, "Copper")])
    remove(database, 3)
    follow(index, step=2)

    assert sorted(found(index, database, "copper")) == sorted(ids(1, 4, 5, 6))
    assert found(index, database, "tin") == ids(2)


def test_the_position_is_that_of_the_catalogue_when_all_is_followed(searched: Shop) -> None:
    put(searched[0], [named(n, "Copper") for n in range(1, 6)])
    before = searched[1].position("mer_1")
    follow(searched[1], step=2)

    assert (before, searched[1].position("mer_1")) == (0, 5)


def test_a_product_that_ended_since_is_not_found(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper"), named(2, "Copper")])
    follow(searched[1])
    remove(searched[0], 1)

    assert found(searched[1], searched[0], "copper") == ids(2)


def test_a_product_that_was_hidden_since_is_not_found(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper"), named(2, "Copper")])
    follow(searched[1])
    put(searched[0], [structs.replace(named(1, "Copper"), status=Status.DRAFT)])

    assert found(searched[1], searched[0], "copper", Filter(publishable=True)) == ids(2)


def test_a_product_is_not_found_by_words_that_it_has_lost_since(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper"), named(2, "Copper")])
    follow(searched[1])
    put(searched[0], [named(1, "Tin")])

    assert found(searched[1], searched[0], "copper") == ids(2)


def test_a_changed_price_leaves_a_product_to_be_found_at_once(searched: Shop) -> None:
    put(searched[0], [named(1, "Copper")])
    follow(searched[1])
    put(searched[0], [structs.replace(named(1, "Copper"), variants=product(1, price=1).variants)])

    assert found(searched[1], searched[0], "copper") == ids(1)


def test_another_merchant_finds_nothing_of_it(searched: Shop) -> None:
    database, index = searched
    open_shop(database, "mer_2")
    put(database, [named(1, "Copper")])
    put(database, [named(2, "Copper")], Scope("mer_2", "con_2"))
    follow(index)
    follow(index, "mer_2")

    assert found(index, database, "copper") == ids(1)
    assert found(index, database, "copper", merchant_id="mer_2") == ids(2)
    assert found(index, database, "copper", merchant_id="mer_3") == []


def test_a_rebuild_gives_what_following_gave(searched: Shop) -> None:
    database, index = searched
    put(database, [named(n, f"Copper pan {n}") for n in range(1, 30)])
    remove(database, 7, 8)
    follow(index, step=10)
    before = found(index, database, "copper pan")

    index.rebuild("mer_1")

    assert found(index, database, "copper pan") == before
    assert index.position("mer_1") == 31


def test_a_rebuild_is_read_while_it_runs(searched: Shop) -> None:
    from connector.store.search import follow as steps  # noqa: PLC0415 - half of a rebuild

    database, index = searched
    put(database, [named(n, "Copper") for n in range(1, 30)])
    follow(index)
    before = found(index, database, "copper")

    steps.renew(database, index.inverted, "mer_1")
    index.follow("mer_1", 5)

    assert found(index, database, "copper") == before


def test_a_catalogue_that_was_put_back_is_indexed_anew(searched: Shop) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - only here

    database, index = searched
    put(database, [named(n, "Copper") for n in range(1, 6)])
    follow(index)
    with database.write() as connection:
        connection.execute(text("DELETE FROM product WHERE seq > 2"))
        connection.execute(text("UPDATE merchant SET sequence = 2"))
    put(database, [named(n, "Tin") for n in range(7, 12)])
    follow(index)

    assert sorted(found(index, database, "tin")) == sorted(ids(*range(7, 12)))
    assert sorted(found(index, database, "copper")) == sorted(ids(1, 2))


def test_another_engine_takes_over_and_gives_back(searched: Shop, tmp_path: Path) -> None:
    database, index = searched
    folder = tmp_path / "other"
    put(database, [named(n, f"Copper pan {n}") for n in range(1, 20)])
    follow(index)
    before = found(index, database, "copper")

    for wish in ("tantivy", "database", "tantivy", "database"):
        other = choose(database, products=0, folder=folder, wish=wish)
        follow(other, step=7)
        assert found(other, database, "copper") == before


def test_what_is_erased_leaves_nothing_in_the_index(searched: Shop) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - only here

    from connector.store.product.erase import erase_connection  # noqa: PLC0415 - only here
    from connector.store.search.forget import forget  # noqa: PLC0415 - only here

    database, index = searched
    put(database, [named(n, "Copper") for n in range(1, 6)])
    put(database, [named(9, "Copper")], Scope("mer_1", "con_2"))
    follow(index)

    with database.write() as connection:
        forget(connection, SCOPE)
        erase_connection(connection, SCOPE, 0)
    follow(index)

    with database.read() as connection:
        left = connection.execute(text("SELECT count(*) FROM search_entry")).scalar_one()
    assert (found(index, database, "copper"), left) == (ids(9), 1)
