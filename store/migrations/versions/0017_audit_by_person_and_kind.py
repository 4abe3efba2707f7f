"""the audit by person and by kind"""

from alembic import op


revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_audit_actor_id": ["actor", "id"],
    "ix_audit_action_id": ["action", "id"],
    "ix_audit_actor_action_id": ["actor", "action", "id"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "audit", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="audit")
