"""the cases of each queue and of each person, and those that carry a flag"""

from alembic import op


revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = "status != 'closed' AND hidden IS {false}"
INDEXES = (
    ("ix_case_of_queue", "queue, priority, opened_at, id, status, hidden, agent", f"{OPEN} AND agent IS NULL"),
    ("ix_case_of_agent", "agent, priority, opened_at, id, status, hidden", f"{OPEN} AND agent IS NOT NULL"),
    ("ix_case_flagged", "priority, opened_at, id", f"{OPEN} AND agent IS NOT NULL AND CAST(flags AS TEXT) != '[]'"),
)


def upgrade() -> None:
    connection = op.get_bind()
    false = "0" if connection.dialect.name == "sqlite" else "false"
    for name, columns, where in INDEXES:
        only = where.format(false=false)
        connection.exec_driver_sql(f'CREATE INDEX {name} ON "case" ({columns}) WHERE {only}')


def downgrade() -> None:
    for name, _, _ in INDEXES:
        op.drop_index(name, table_name="case")
