"""when it was last backed up"""

import sqlalchemy as sa
from alembic import op


revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("folder", sa.String(400), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.String(400), nullable=True),
        sa.PrimaryKeyConstraint("folder", name=op.f("pk_backup")),
    )


def downgrade() -> None:
    op.drop_table("backup")
