"""files of drafts are found by their age"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

OF_DRAFTS = sa.text("retention = 'draft'")


def upgrade() -> None:
    op.create_index('ix_blob_draft', 'blob', ['created_at'], sqlite_where=OF_DRAFTS, postgresql_where=OF_DRAFTS)


def downgrade() -> None:
    op.drop_index('ix_blob_draft', table_name='blob')
