"""Let an order that cannot be taken in be named as people know it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what stands there has no number until it fails again."""
    op.add_column("trouble", sa.Column("number", sa.Text(), nullable=True))
