"""The search index can be written anew by hand."""

from sqlalchemy import text

from regie.upkeep import Upkeep
from tests.kit.command import Command

FIND = '{products(filter: {text: "mug"}) {totalCount}}'


def found(regie: Command) -> int:
    key = regie.ok("key", "create")
    answer = regie.ask(FIND, key).json
    assert answer
    return int(answer["data"]["products"]["totalCount"])


def test_an_index_that_lost_its_entries_is_written_anew(regie: Command) -> None:
    with regie.house() as house:
        Upkeep(house).catch_up()
    whole = found(regie)
    with regie.house() as house, house.database.write() as connection:
        connection.execute(text("DELETE FROM search_entry"))
    assert found(regie) == 0 < whole

    said = regie.ok("search", "rebuild")

    assert "indexed up to change" in said
    assert found(regie) == whole
