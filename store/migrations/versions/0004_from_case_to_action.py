"""from case to action"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('presence',
    sa.Column('agent', sa.String(length=64), nullable=False),
    sa.Column('present', sa.Boolean(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('agent', name=op.f('pk_presence'))
    )
    op.create_table('escalation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('n2', sa.String(length=64), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('rule', sa.String(length=64), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('details', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('ticket', sa.String(length=64), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='case', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_escalation_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation'))
    )
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_escalation_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_escalation_person_key'), ['person_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_escalation_ticket'), ['ticket'], unique=False)
        batch_op.create_index('uq_escalation_open', ['case_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('satisfaction',
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('closing', sa.SmallInteger(), nullable=False),
    sa.Column('satisfied', sa.Boolean(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='case', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_satisfaction_case_id')),
    sa.PrimaryKeyConstraint('case_id', 'closing', name=op.f('pk_satisfaction'))
    )
    with op.batch_alter_table('satisfaction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_satisfaction_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_satisfaction_person_key'), ['person_key'], unique=False)

    with op.batch_alter_table('banner', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tools', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('impact', sa.SmallInteger(), server_default='3', nullable=False))
        batch_op.add_column(sa.Column('urgency', sa.SmallInteger(), server_default='3', nullable=False))
        batch_op.add_column(sa.Column('priority', sa.String(length=2), server_default='P4', nullable=False))
        batch_op.add_column(sa.Column('assessment', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('queue', sa.String(length=12), server_default='supervisor', nullable=False))
        batch_op.add_column(sa.Column('routing', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('agent', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('response_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('resolution_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('n2_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('alarm_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('relay', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('copied', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('fields', sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index('ix_case_agent', ['agent'], unique=False, sqlite_where=sa.text("agent IS NOT NULL AND status != 'closed'"), postgresql_where=sa.text("agent IS NOT NULL AND status != 'closed'"))
        batch_op.create_index('ix_case_alarm_at', ['alarm_at'], unique=False, sqlite_where=sa.text('alarm_at IS NOT NULL'), postgresql_where=sa.text('alarm_at IS NOT NULL'))
        batch_op.create_index('ix_case_unassigned', ['priority', 'opened_at'], unique=False, sqlite_where=sa.text("agent IS NULL AND status != 'closed' AND hidden IS 0"), postgresql_where=sa.text("agent IS NULL AND status != 'closed' AND hidden IS false"))

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.add_column(sa.Column('escalation_id', sa.BigInteger(), nullable=True))

    with op.batch_alter_table('outbound', schema=None) as batch_op:
        batch_op.add_column(sa.Column('escalation_id', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('outbound', schema=None) as batch_op:
        batch_op.drop_column('escalation_id')

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_column('escalation_id')

    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index('ix_case_unassigned', sqlite_where=sa.text("agent IS NULL AND status != 'closed' AND hidden IS 0"), postgresql_where=sa.text("agent IS NULL AND status != 'closed' AND hidden IS false"))
        batch_op.drop_index('ix_case_alarm_at', sqlite_where=sa.text('alarm_at IS NOT NULL'), postgresql_where=sa.text('alarm_at IS NOT NULL'))
        batch_op.drop_index('ix_case_agent', sqlite_where=sa.text("agent IS NOT NULL AND status != 'closed'"), postgresql_where=sa.text("agent IS NOT NULL AND status != 'closed'"))
        batch_op.drop_column('fields')
        batch_op.drop_column('copied')
        batch_op.drop_column('relay')
        batch_op.drop_column('alarm_at')
        batch_op.drop_column('n2_due_at')
        batch_op.drop_column('resolution_due_at')
        batch_op.drop_column('response_due_at')
        batch_op.drop_column('agent')
        batch_op.drop_column('routing')
        batch_op.drop_column('queue')
        batch_op.drop_column('assessment')
        batch_op.drop_column('priority')
        batch_op.drop_column('urgency')
        batch_op.drop_column('impact')

    with op.batch_alter_table('banner', schema=None) as batch_op:
        batch_op.drop_column('tools')

    with op.batch_alter_table('satisfaction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_satisfaction_person_key'))
        batch_op.drop_index(batch_op.f('ix_satisfaction_at'))

    op.drop_table('satisfaction')
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.drop_index('uq_escalation_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_escalation_ticket'))
        batch_op.drop_index(batch_op.f('ix_escalation_person_key'))
        batch_op.drop_index(batch_op.f('ix_escalation_case_id'))

    op.drop_table('escalation')
    op.drop_table('presence')
