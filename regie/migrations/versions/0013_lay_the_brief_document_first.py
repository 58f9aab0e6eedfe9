"""Lay the brief document before the whole one, where the order of columns matters.

SQLite goes through all that lies before a column to reach it. Lists read the brief document of many
products and the whole one of none; with the whole one in front they fetched that as well. Postgres
keeps long values elsewhere.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write the table of products anew, in the transaction of the upgrade."""
    if op.get_bind().dialect.name == "sqlite":
        order: list[tuple[str, ...]] = [("brief", "document")]
        with op.batch_alter_table("product", recreate="always", partial_reordering=order):
            pass
