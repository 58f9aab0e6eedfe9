"""Write the schema down: `python -m gateway.snapshot` renews graphql/catalogue.graphql."""

from pathlib import Path

from graphql import print_schema

from gateway.schema import schema

SNAPSHOT = Path(__file__).parent.parent / "catalogue.graphql"


def sdl() -> str:
    """Return the schema as SDL with its descriptions."""
    return print_schema(schema().graphql_schema) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(sdl(), encoding="utf-8")
