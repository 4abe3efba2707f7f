"""what each day counted"""

import sqlalchemy as sa
from alembic import op


revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UNSETTLED = sa.text("settled IS false")


def upgrade() -> None:
    op.create_table(
        "day_count",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_count")),
    )
    op.create_index(
        "ix_day_count_unsettled",
        "day_count",
        ["known_at"],
        sqlite_where=sa.text("settled IS 0"),
        postgresql_where=UNSETTLED,
    )


def downgrade() -> None:
    op.drop_index("ix_day_count_unsettled", table_name="day_count")
    op.drop_table("day_count")
