"""Which engine searches a merchant's catalogue: chosen by who writes, followed by who reads."""

from connector.store.listing import reader
from connector.store.search import follow
from connector.store.search.choose import AUTOMATIC, TANTIVY, choose
from connector.store.search.index import Search
from regie.house import House


def chosen(house: House, merchant_id: str) -> Search:
    """Return the engine that is to index: what is wished, or by size.

    Once tantivy has taken over it stays, so that no catalogue around the limit goes to and fro.
    """
    with house.database.read() as connection:
        products = sum(reader.count(connection, merchant_id).values())
        standing = follow.position(connection, merchant_id)
    stays = house.settings.search == AUTOMATIC and standing and standing.engine == TANTIVY
    wish = TANTIVY if stays else house.settings.search
    return _choose(house, products, wish)


def standing(house: House, merchant_id: str) -> Search | None:
    """Return the engine that has indexed, None where it is the database's own."""
    with house.database.read() as connection:
        found = follow.position(connection, merchant_id)
    if found is None or found.engine != TANTIVY:
        return None
    return _choose(house, 0, TANTIVY)


def _choose(house: House, products: int, wish: str) -> Search:
    folder = house.settings.home_path / "search"
    return choose(house.database, products=products, folder=folder, wish=wish)
