"""Write the schemas down: `python -m gateway.snapshot` renews graphql/*.graphql."""

from pathlib import Path

from graphql import print_schema

from gateway.catalogue.schema import schema
from gateway.courier.schema import schema as courier_schema
from gateway.merchant.schema import schema as merchant_schema

SNAPSHOT = Path(__file__).parent.parent / "catalogue.graphql"
MERCHANT_SNAPSHOT = SNAPSHOT.with_name("merchant.graphql")
COURIER_SNAPSHOT = SNAPSHOT.with_name("courier.graphql")


def sdl() -> str:
    """Return the catalogue's schema as SDL with its descriptions."""
    return print_schema(schema().graphql_schema) + "\n"


def merchant_sdl() -> str:
    """Return the merchant's schema in the same form."""
    return print_schema(merchant_schema().graphql_schema) + "\n"


def courier_sdl() -> str:
    """Return the courier's schema in the same form."""
    return print_schema(courier_schema().graphql_schema) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(sdl(), encoding="utf-8")
    MERCHANT_SNAPSHOT.write_text(merchant_sdl(), encoding="utf-8")
    COURIER_SNAPSHOT.write_text(courier_sdl(), encoding="utf-8")
