"""A shop that asks to be forgotten: erased here, and told to whoever keeps a copy."""

from typing import Any

from connector.store import tables
from connector.store.connections import Shopfront
from connector.store.search.tables import search_entry
from connector.sync import Mode
from tests.kit.shops.scene import Finder, Scene
from tests.kit.shops.street import Home

EVERYTHING = "query B { products(first: 100) { nodes { id title } } }"


def names_of(front: Shopfront, home: Home) -> set[str]:
    """Return the ids that only rows of this connection hold."""
    with home.house.database.read() as connection:
        found = {front.id}
        for table in (tables.product, tables.location):
            mine = table.c.connection_id == front.id
            found |= set(connection.execute(table.select().where(mine)).scalars("id"))
        runs = tables.sync_run
        mine = runs.c.connection_id == front.id
        found |= set(connection.execute(runs.select().where(mine)).scalars("id"))
        ours = tables.offer.c.product_id.in_(found)
        found |= set(connection.execute(tables.offer.select().where(ours)).scalars("variant_id"))
    return found


def rows(home: Home) -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    with home.house.database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select())]
            for table in (*tables.metadata.sorted_tables, search_entry)
        }


def mentioning(names: set[str], found: dict[str, list[Any]]) -> dict[str, int]:
    """Count by table the rows that hold one of these names, alone or as part of a key."""
    told = {
        name: sum(any(_holds(value, names) for value in row) for row in lines)
        for name, lines in found.items()
    }
    return {name: count for name, count in told.items() if count}


def _holds(value: Any, names: set[str]) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text in names or any(part in names for part in text.split(":"))


def test_a_shop_that_asks_to_be_forgotten_leaves_tombstones_and_no_other_row(
    scene: Scene,
) -> None:
    scene.shops.hafen.changes.set_price("KAF-1-250-B", "9.99")
    scene.deliver()
    names = names_of(scene.hafen, scene.home)
    count = standing(scene.hafen, scene.home)
    scene.ask_to_forget()

    scene.deliver()

    found = mentioning(names, rows(scene.home))
    assert (count > 50, found) == (True, {"product": count})


def standing(front: Shopfront, home: Home) -> int:
    """Count the products of a connection, tombstones included."""
    return home.column(tables.product, "connection_id").count(front.id)


def test_the_tombstone_of_a_forgotten_shop_tells_only_its_id_and_when_it_went(
    scene: Scene,
) -> None:
    scene.shops.hafen.changes.delete("emaillebecher-anker")
    scene.deliver()
    ids = names_of(scene.hafen, scene.home)
    scene.ask_to_forget()

    scene.deliver()

    with scene.home.house.database.read() as connection:
        found = connection.execute(tables.product.select()).mappings().all()
    told = [{k: v for k, v in it.items() if v or k == "read_at"} for it in found if it["id"] in ids]
    bare = {"merchant_id", "id", "external_id", "seq", "deleted", "changed_at", "read_at"}
    assert {frozenset(it) for it in told} == {frozenset(bare)}
    assert all(it["external_id"] == it["id"] for it in told)


def test_an_agent_no_longer_sees_a_forgotten_shop_at_graphql(scene: Scene) -> None:
    finder = Finder.admitted(scene.home)
    before = finder.ask(EVERYTHING)
    kept = finder.ask(EVERYTHING)
    scene.ask_to_forget()

    scene.deliver()

    after = finder.ask(EVERYTHING)
    shown = {it["id"] for it in after["products"]["nodes"]}
    assert (kept, shown & names_of_old(before, scene)) == (before, set())
    assert 0 < len(shown) < len(before["products"]["nodes"])


def names_of_old(before: Any, scene: Scene) -> set[str]:
    """Return which products of an old answer stand no longer."""
    still = scene.titles()
    return {it["id"] for it in before["products"]["nodes"] if it["id"] not in still}


def test_an_answer_from_before_a_shop_was_forgotten_is_no_longer_good(scene: Scene) -> None:
    finder = Finder.admitted(scene.home)
    etag = finder.get(EVERYTHING).headers["ETag"]
    before = finder.get(EVERYTHING, etag).status_code
    scene.ask_to_forget()

    scene.deliver()

    assert (before, finder.get(EVERYTHING, etag).status_code) == (304, 200)


def test_whoever_follows_the_changes_learns_that_a_shop_is_forgotten(scene: Scene) -> None:
    finder = Finder.admitted(scene.home)
    seen = finder.ask(EVERYTHING)
    since = finder.ask("{ merchant { sequence } }")["merchant"]["sequence"]
    scene.ask_to_forget()

    scene.deliver()

    asked = (
        f"{{ changes(since: {since}, first: 100) {{ nodes {{ productId deleted sequence }} }} }}"
    )
    told = finder.ask(asked)["changes"]["nodes"]
    assert {it["productId"] for it in told if it["deleted"]} == names_of_old(seen, scene)
    assert len({it["sequence"] for it in told}) == len(told) > 50


def test_a_forgotten_shop_leaves_no_word_in_the_search_index(scene: Scene) -> None:
    before = len(scene.indexed())
    scene.ask_to_forget()

    scene.deliver()

    left = len(scene.indexed())
    assert (before > left, left) == (True, len(scene.home.export()))
    assert not any("becher" in title for title in scene.indexed())


def test_a_shop_that_is_forgotten_takes_no_other_with_it(scene: Scene) -> None:
    names = names_of(scene.pan, scene.home)
    before = mentioning(names, rows(scene.home))
    scene.ask_to_forget()

    scene.deliver()

    assert mentioning(names, rows(scene.home)) == before


def test_a_shop_that_is_forgotten_leaves_no_file(scene: Scene) -> None:
    folder = scene.home.house.workdir(scene.hafen)
    (folder / "export.jsonl").write_text("{}")
    scene.ask_to_forget()

    scene.deliver()

    assert not folder.exists()


def test_a_shop_can_be_forgotten_after_its_app_was_removed(scene: Scene) -> None:
    scene.shops.hafen.changes.uninstall()
    scene.deliver()
    scene.ask_to_forget()

    assert scene.deliver() == [200]
    assert "con_" + scene.hafen.id.removeprefix("con_") not in str(rows(scene.home))


def test_a_forgotten_shop_can_be_connected_anew(scene: Scene) -> None:
    before = scene.home.export()
    scene.ask_to_forget()
    scene.deliver()

    scene.home.sync(scene.shops.connect_hafen(scene.home.house), Mode.FULL)

    assert scene.home.export() == before
