"""the phone"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('banner',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('line', sa.String(length=64), nullable=False),
    sa.Column('texts', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_banner'))
    )
    with op.batch_alter_table('banner', schema=None) as batch_op:
        batch_op.create_index('ix_banner_ends_at', ['ends_at'], unique=False)

    op.create_table('call_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('provider', sa.String(length=16), nullable=False),
    sa.Column('call_sid', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('raw', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('answer', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='call', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_event')),
    sa.UniqueConstraint('provider', 'call_sid', 'key', name=op.f('uq_call_event_provider_call_sid_key'))
    )
    with op.batch_alter_table('call_event', schema=None) as batch_op:
        batch_op.create_index('ix_call_event_at', ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_event_person_key'), ['person_key'], unique=False)

    op.create_table('seat',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=64), nullable=False),
    sa.Column('areas', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('ring_order', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('(true)'), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_seat'))
    )
    op.create_table('seat_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_change'))
    )
    op.create_table('call',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('provider', sa.String(length=16), nullable=False),
    sa.Column('call_sid', sa.String(length=64), nullable=False),
    sa.Column('line', sa.String(length=64), nullable=False),
    sa.Column('called', sa.String(length=64), nullable=False),
    sa.Column('caller', sa.String(length=20), nullable=True),
    sa.Column('caller_raw', sa.String(length=128), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('tools', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('state', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('step', sa.Integer(), server_default='0', nullable=False),
    sa.Column('in_hours', sa.Boolean(), server_default=sa.text('(true)'), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(length=64), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(length=12), nullable=True),
    sa.Column('left_at_node', sa.String(length=64), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='call', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_call_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call')),
    sa.UniqueConstraint('provider', 'call_sid', name=op.f('uq_call_provider_call_sid'))
    )
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.create_index('ix_call_caller_started_at', ['caller', 'started_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_call_line_started_at', ['line', 'started_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_person_key'), ['person_key'], unique=False)
        batch_op.create_index('ix_call_running', ['started_at'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index('ix_call_waiting', ['queued_at'], unique=False, sqlite_where=sa.text('queued_at IS NOT NULL AND answered_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('queued_at IS NOT NULL AND answered_at IS NULL AND ended_at IS NULL'))

    op.create_table('logged_call',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agent', sa.String(length=64), nullable=False),
    sa.Column('caller_name', sa.Text(), nullable=False),
    sa.Column('caller', sa.String(length=20), nullable=True),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('motif', sa.String(length=40), nullable=False),
    sa.Column('tool', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='call', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_logged_call_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logged_call')),
    sa.UniqueConstraint('key', name=op.f('uq_logged_call_key'))
    )
    with op.batch_alter_table('logged_call', schema=None) as batch_op:
        batch_op.create_index('ix_logged_call_at', ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_logged_call_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_logged_call_person_key'), ['person_key'], unique=False)

    op.create_table('callback',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('call_id', sa.BigInteger(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('tool', sa.String(length=40), nullable=False),
    sa.Column('line', sa.String(length=64), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('promised_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('call_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('slot', sa.String(length=12), nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('open', sa.Boolean(), server_default=sa.text('(true)'), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=24), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='call', nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_callback_call_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_callback_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback'))
    )
    with op.batch_alter_table('callback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_callback_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_callback_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_callback_due', ['call_at'], unique=False, sqlite_where=sa.text('open IS 1'), postgresql_where=sa.text('open IS true'))
        batch_op.create_index(batch_op.f('ix_callback_person_key'), ['person_key'], unique=False)
        batch_op.create_index('uq_callback_open', ['number', 'tool'], unique=True, sqlite_where=sa.text('open IS 1'), postgresql_where=sa.text('open IS true'))

    op.create_table('recording',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('provider', sa.String(length=16), nullable=False),
    sa.Column('recording_sid', sa.String(length=64), nullable=False),
    sa.Column('call_sid', sa.String(length=64), nullable=False),
    sa.Column('call_id', sa.BigInteger(), nullable=True),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('content_type', sa.String(length=40), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('transcript', sa.Text(), nullable=True),
    sa.Column('transcript_logprob', sa.Float(), nullable=True),
    sa.Column('transcribed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=8), server_default='pending', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='audio', nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_recording_call_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_recording_case_id')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_recording_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording')),
    sa.UniqueConstraint('provider', 'recording_sid', name=op.f('uq_recording_provider_recording_sid'))
    )
    with op.batch_alter_table('recording', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recording_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_recording_call_sid'), ['call_sid'], unique=False)
        batch_op.create_index(batch_op.f('ix_recording_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_recording_kept', ['recorded_at'], unique=False, sqlite_where=sa.text('sha256 IS NOT NULL'), postgresql_where=sa.text('sha256 IS NOT NULL'))
        batch_op.create_index('ix_recording_due', ['due_at'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index(batch_op.f('ix_recording_person_key'), ['person_key'], unique=False)

    op.create_table('leg',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('call_id', sa.BigInteger(), nullable=True),
    sa.Column('callback_id', sa.BigInteger(), nullable=True),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=64), nullable=False),
    sa.Column('line', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('call_sid', sa.String(length=64), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=24), nullable=True),
    sa.Column('state', sa.String(length=8), server_default='pending', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_leg_call_id')),
    sa.ForeignKeyConstraint(['callback_id'], ['callback.id'], name=op.f('fk_leg_callback_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leg')),
    sa.UniqueConstraint('key', name=op.f('uq_leg_key'))
    )
    with op.batch_alter_table('leg', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leg_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_leg_call_sid'), ['call_sid'], unique=False)
        batch_op.create_index(batch_op.f('ix_leg_callback_id'), ['callback_id'], unique=False)
        batch_op.create_index('ix_leg_due', ['due_at'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index('ix_leg_running', ['number'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone', sa.String(length=20), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_column('phone')

    with op.batch_alter_table('leg', schema=None) as batch_op:
        batch_op.drop_index('ix_leg_running', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_leg_due', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f('ix_leg_callback_id'))
        batch_op.drop_index(batch_op.f('ix_leg_call_sid'))
        batch_op.drop_index(batch_op.f('ix_leg_call_id'))

    op.drop_table('leg')
    with op.batch_alter_table('recording', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recording_person_key'))
        batch_op.drop_index('ix_recording_kept', sqlite_where=sa.text('sha256 IS NOT NULL'), postgresql_where=sa.text('sha256 IS NOT NULL'))
        batch_op.drop_index('ix_recording_due', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f('ix_recording_case_id'))
        batch_op.drop_index(batch_op.f('ix_recording_call_sid'))
        batch_op.drop_index(batch_op.f('ix_recording_call_id'))

    op.drop_table('recording')
    with op.batch_alter_table('callback', schema=None) as batch_op:
        batch_op.drop_index('uq_callback_open', sqlite_where=sa.text('open IS 1'), postgresql_where=sa.text('open IS true'))
        batch_op.drop_index(batch_op.f('ix_callback_person_key'))
        batch_op.drop_index('ix_callback_due', sqlite_where=sa.text('open IS 1'), postgresql_where=sa.text('open IS true'))
        batch_op.drop_index(batch_op.f('ix_callback_case_id'))
        batch_op.drop_index(batch_op.f('ix_callback_call_id'))

    op.drop_table('callback')
    with op.batch_alter_table('logged_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_logged_call_person_key'))
        batch_op.drop_index(batch_op.f('ix_logged_call_case_id'))
        batch_op.drop_index('ix_logged_call_at')

    op.drop_table('logged_call')
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.drop_index('ix_call_waiting', sqlite_where=sa.text('queued_at IS NOT NULL AND answered_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('queued_at IS NOT NULL AND answered_at IS NULL AND ended_at IS NULL'))
        batch_op.drop_index('ix_call_running', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_call_person_key'))
        batch_op.drop_index('ix_call_line_started_at')
        batch_op.drop_index(batch_op.f('ix_call_case_id'))
        batch_op.drop_index('ix_call_caller_started_at')

    op.drop_table('call')
    op.drop_table('seat_change')
    op.drop_table('seat')
    with op.batch_alter_table('call_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_event_person_key'))
        batch_op.drop_index('ix_call_event_at')

    op.drop_table('call_event')
    with op.batch_alter_table('banner', schema=None) as batch_op:
        batch_op.drop_index('ix_banner_ends_at')

    op.drop_table('banner')
