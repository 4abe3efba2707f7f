"""many cases of one trouble are one major incident"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from store.tables.base import Document, Identity, UtcDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

ALIVE = sa.text("state IN ('proposed', 'running')")
LINKED = sa.text("state = 'linked'")


def upgrade() -> None:
    op.add_column('case', sa.Column('signs', sa.Text(), server_default='', nullable=False))
    op.create_table(
        'incident',
        sa.Column('id', Identity, autoincrement=True, nullable=False),
        sa.Column('tool', sa.String(40), nullable=False),
        sa.Column('state', sa.String(10), nullable=False),
        sa.Column('since', UtcDateTime(), nullable=False),
        sa.Column('evidence', Document, nullable=False),
        sa.Column('texts', Document, nullable=False),
        sa.Column('automatic', sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column('banner_id', sa.BigInteger(), nullable=True),
        sa.Column('messages', sa.Integer(), server_default='0', nullable=False),
        sa.Column('history', Document, nullable=False),
        sa.Column('version', sa.Integer(), server_default='1', nullable=False),
        sa.Column('made_at', UtcDateTime(), nullable=False),
        sa.Column('changed_at', UtcDateTime(), nullable=False),
        sa.Column('ended_at', UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_incident')),
        sa.ForeignKeyConstraint(['banner_id'], ['banner.id'], name=op.f('fk_incident_banner_id_banner')),
    )
    op.create_index('ix_incident_alive', 'incident', ['tool'], sqlite_where=ALIVE, postgresql_where=ALIVE)
    op.create_table(
        'incident_case',
        sa.Column('incident_id', sa.BigInteger(), nullable=False),
        sa.Column('case_id', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(10), nullable=False),
        sa.Column('actor', sa.String(64), nullable=False),
        sa.Column('at', UtcDateTime(), nullable=False),
        sa.Column('told', sa.Integer(), server_default='0', nullable=False),
        sa.Column('mailed', sa.Integer(), server_default='0', nullable=False),
        sa.Column('fate', sa.String(40), server_default='', nullable=False),
        *personal(),
        sa.PrimaryKeyConstraint('incident_id', 'case_id', name=op.f('pk_incident_case')),
        sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_incident_case_incident_id_incident')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_incident_case_case_id_case')),
    )
    op.create_index(op.f('ix_incident_case_person_key'), 'incident_case', ['person_key'])
    op.create_index('ix_incident_case_case_id', 'incident_case', ['case_id'])
    op.create_index(
        'ix_incident_case_linked',
        'incident_case',
        ['incident_id', 'told'],
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.add_column('banner', sa.Column('receipts', Document, nullable=True))


def personal() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column('person_key', sa.String(32), nullable=True),
        sa.Column('retention', sa.String(16), server_default='case', nullable=False),
    )


def downgrade() -> None:
    op.drop_column('banner', 'receipts')
    op.drop_table('incident_case')
    op.drop_table('incident')
    # not in a batch, which would make the table anew without its indexes of expressions
    op.drop_column('case', 'signs')
