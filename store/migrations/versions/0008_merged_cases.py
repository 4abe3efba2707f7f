"""cases that were merged into another"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MERGED = sa.text('merged_into IS NOT NULL')


def upgrade() -> None:
    op.add_column('case', sa.Column('merged_into', sa.BigInteger(), nullable=True))
    op.create_index('ix_case_merged_into', 'case', ['merged_into'], sqlite_where=MERGED, postgresql_where=MERGED)


def downgrade() -> None:
    op.drop_index('ix_case_merged_into', table_name='case')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_column('merged_into')
