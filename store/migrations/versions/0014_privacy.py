"""who was erased, and how far the purge has come"""

import sqlalchemy as sa
from alembic import op

from store.tables.base import Document, Identity, UtcDateTime


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

RUNNING = sa.text('ended_at IS NULL')
CLOSED = sa.text('closed_at IS NOT NULL')
COMPOSED = sa.text('sha256 IS NOT NULL')


def upgrade() -> None:
    op.create_table(
        'erasure',
        sa.Column('id', Identity, autoincrement=True, nullable=False),
        sa.Column('asked_at', UtcDateTime(), nullable=False),
        sa.Column('asked_by', sa.String(length=64), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('person', Document, nullable=True),
        sa.Column('certificate', Document, nullable=True),
        sa.Column('ended_at', UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure')),
    )
    op.create_index('ix_erasure_running', 'erasure', ['id'], sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_table(
        'tombstone',
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('erasure_id', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['erasure_id'], ['erasure.id'], name=op.f('fk_tombstone_erasure_id')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_tombstone')),
    )
    op.create_index('ix_tombstone_erasure_id', 'tombstone', ['erasure_id'])
    op.create_table(
        'purge',
        sa.Column('walk', sa.String(length=24), nullable=False),
        sa.Column('reached_at', UtcDateTime(), nullable=True),
        sa.Column('reached_id', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('count', sa.Integer(), server_default='0', nullable=False),
        sa.Column('bytes', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('oldest', UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint('walk', name=op.f('pk_purge')),
    )
    op.create_index('ix_case_closed_at', 'case', ['closed_at', 'id'], sqlite_where=CLOSED, postgresql_where=CLOSED)
    op.drop_index('ix_inbound_source_sha256', table_name='inbound')
    op.create_index('ix_inbound_sha256_source', 'inbound', ['sha256', 'source'])
    op.create_index('ix_outbound_sha256', 'outbound', ['sha256'], sqlite_where=COMPOSED, postgresql_where=COMPOSED)


def downgrade() -> None:
    op.drop_index('ix_outbound_sha256', table_name='outbound')
    op.drop_index('ix_inbound_sha256_source', table_name='inbound')
    op.create_index('ix_inbound_source_sha256', 'inbound', ['source', 'sha256'])
    op.drop_index('ix_case_closed_at', table_name='case')
    for table in ('purge', 'tombstone', 'erasure'):
        op.drop_table(table)
