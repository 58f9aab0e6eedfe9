"""Note when a shop's orders were read last, in a column that nothing ever wrote."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the column its new name: both databases can do so in place."""
    op.execute("ALTER TABLE connection RENAME COLUMN context_at TO orders_at")
