"""programs that use the API, and what they are told"""

import sqlalchemy as sa
from alembic import op

from store.tables.base import Document, Identity, UtcDateTime


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

TOLD = sa.text('address IS NOT NULL')
PENDING = sa.text("state = 'pending'")
HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.create_table(
        'program',
        sa.Column('id', sa.String(length=40), nullable=False),
        sa.Column('role', sa.String(length=16), nullable=False),
        sa.Column('added_at', UtcDateTime(), nullable=False),
        sa.Column('revoked_at', UtcDateTime(), nullable=True),
        sa.Column('address', sa.String(length=500), nullable=True),
        sa.Column('events', Document, nullable=True),
        sa.Column('salt', sa.String(length=64), nullable=True),
        sa.Column('salt_before', sa.String(length=64), nullable=True),
        sa.Column('salt_before_until', UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_program')),
    )
    op.create_index('ix_program_address', 'program', ['id'], sqlite_where=TOLD, postgresql_where=TOLD)
    op.create_table(
        'program_token',
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('program_id', sa.String(length=40), nullable=False),
        sa.Column('hint', sa.String(length=16), nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        sa.Column('ends_at', UtcDateTime(), nullable=True),
        sa.Column('used_at', UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_program_token_program_id_program')),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_program_token')),
    )
    op.create_index('ix_program_token_program_id', 'program_token', ['program_id'])
    op.create_table(
        'program_answer',
        sa.Column('program_id', sa.String(length=40), nullable=False),
        sa.Column('key', sa.String(length=255), nullable=False),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.Column('begun_at', UtcDateTime(), nullable=False),
        sa.Column('answer', Document, nullable=True),
        sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_program_answer_program_id_program')),
        sa.PrimaryKeyConstraint('program_id', 'key', name=op.f('pk_program_answer')),
    )
    op.create_index('ix_program_answer_begun_at', 'program_answer', ['begun_at'])
    op.create_table(
        'program_delivery',
        sa.Column('id', Identity, autoincrement=True, nullable=False),
        sa.Column('program_id', sa.String(length=40), nullable=False),
        sa.Column('type', sa.String(length=24), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('done_at', UtcDateTime(), nullable=True),
        sa.Column('status', sa.SmallInteger(), nullable=True),
        sa.Column('state', sa.String(length=8), server_default='pending', nullable=False),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('due_at', UtcDateTime(), nullable=False),
        sa.Column('lease', sa.String(length=40), nullable=True),
        sa.Column('last_error', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_program_delivery_program_id_program')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_program_delivery')),
    )
    op.create_index('ix_program_delivery_program_id', 'program_delivery', ['program_id'])
    op.create_index('ix_program_delivery_created_at', 'program_delivery', ['created_at'])
    op.create_index('ix_program_delivery_due', 'program_delivery', ['due_at'], sqlite_where=PENDING,
                    postgresql_where=PENDING)
    op.create_index('ix_program_delivery_held', 'program_delivery', ['id'], sqlite_where=HELD, postgresql_where=HELD)
    op.create_table(
        'program_told',
        sa.Column('case_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('etag', sa.String(length=64), nullable=False),
        sa.Column('status', sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint('case_id', name=op.f('pk_program_told')),
    )
    op.create_table(
        'program_seen',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('touched_at', UtcDateTime(), nullable=False),
        sa.Column('first_case', sa.BigInteger(), nullable=False),
        sa.Column('last_case', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_program_seen')),
    )


def downgrade() -> None:
    for name in ('program_seen', 'program_told', 'program_delivery', 'program_answer', 'program_token', 'program'):
        op.drop_table(name)
