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
    # not in a batch, which would make the table anew without its indexes of expressions
    op.drop_column('case', 'merged_into')
