"""the first tables"""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('blob',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retention', sa.String(length=16), server_default='raw', nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_blob'))
    )
    op.create_table('case',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('motif', sa.String(length=40), nullable=False),
    sa.Column('tool', sa.String(length=40), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('review', sa.Boolean(), nullable=False),
    sa.Column('tags', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('flags', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('requester_name', sa.Text(), nullable=False),
    sa.Column('requester', sa.String(length=320), nullable=False),
    sa.Column('submitter', sa.String(length=320), nullable=False),
    sa.Column('hidden', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('linked_case_id', sa.BigInteger(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='case', nullable=False),
    sa.ForeignKeyConstraint(['linked_case_id'], ['case.id'], name=op.f('fk_case_linked_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('number', name=op.f('uq_case_number'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_person_key'), ['person_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_touched_at'), ['touched_at'], unique=False)

    op.create_table('contact_address',
    sa.Column('address', sa.String(length=320), nullable=False),
    sa.Column('person_key', sa.String(length=32), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_contact_address'))
    )
    with op.batch_alter_table('contact_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_address_person_key'), ['person_key'], unique=False)

    op.create_table('counter',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_counter'))
    )
    op.create_table('mailbox_state',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('last_uid', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('polled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('sub_addressing', sa.Boolean(), nullable=True),
    sa.Column('lag_seconds', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_mailbox_state'))
    )
    op.create_table('case_key',
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('key', sa.String(length=512), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_key_case_id')),
    sa.PrimaryKeyConstraint('kind', 'key', 'case_id', name=op.f('pk_case_key'))
    )
    with op.batch_alter_table('case_key', schema=None) as batch_op:
        batch_op.create_index('ix_case_key_case_id', ['case_id'], unique=False)

    op.create_table('entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='case', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_entry_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_person_key'), ['person_key'], unique=False)

    op.create_table('inbound',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('external_id', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('backfill', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('marked', sa.Boolean(), server_default=sa.text('(true)'), nullable=False),
    sa.Column('disposition', sa.String(length=10), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.Column('acknowledgement', sa.String(length=40), nullable=True),
    sa.Column('sender', sa.String(length=320), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('state', sa.String(length=8), server_default='pending', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='message', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_inbound_case_id')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_inbound_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound')),
    sa.UniqueConstraint('source', 'external_id', name=op.f('uq_inbound_source_external_id'))
    )
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_inbound_due', ['due_at'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index(batch_op.f('ix_inbound_fingerprint'), ['fingerprint'], unique=False)
        batch_op.create_index('ix_inbound_held', ['id'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.create_index(batch_op.f('ix_inbound_person_key'), ['person_key'], unique=False)
        batch_op.create_index('ix_inbound_received_at_source', ['received_at', 'source'], unique=False)
        batch_op.create_index('ix_inbound_source_sha256', ['source', 'sha256'], unique=False)
        batch_op.create_index('ix_inbound_unmarked', ['source'], unique=False, sqlite_where=sa.text('marked IS 0'), postgresql_where=sa.text('marked IS false'))

    op.create_table('outbound',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('mailbox', sa.String(length=64), nullable=False),
    sa.Column('recipient', sa.String(length=320), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('context', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sending_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('smtp_reply', sa.Text(), nullable=True),
    sa.Column('undelivered', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('state', sa.String(length=8), server_default='pending', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='message', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_outbound_case_id')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_outbound_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbound')),
    sa.UniqueConstraint('key', name=op.f('uq_outbound_key'))
    )
    with op.batch_alter_table('outbound', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbound_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_outbound_due', ['due_at'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index('ix_outbound_held', ['id'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.create_index('ix_outbound_mailbox_created_at', ['mailbox', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbound_person_key'), ['person_key'], unique=False)
        batch_op.create_index('ix_outbound_recipient_created_at', ['recipient', 'created_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('outbound', schema=None) as batch_op:
        batch_op.drop_index('ix_outbound_recipient_created_at')
        batch_op.drop_index(batch_op.f('ix_outbound_person_key'))
        batch_op.drop_index('ix_outbound_mailbox_created_at')
        batch_op.drop_index('ix_outbound_held', sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.drop_index('ix_outbound_due', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f('ix_outbound_case_id'))

    op.drop_table('outbound')
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_unmarked', sqlite_where=sa.text('marked IS 0'), postgresql_where=sa.text('marked IS false'))
        batch_op.drop_index('ix_inbound_source_sha256')
        batch_op.drop_index('ix_inbound_received_at_source')
        batch_op.drop_index(batch_op.f('ix_inbound_person_key'))
        batch_op.drop_index('ix_inbound_held', sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.drop_index(batch_op.f('ix_inbound_fingerprint'))
        batch_op.drop_index('ix_inbound_due', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f('ix_inbound_case_id'))

    op.drop_table('inbound')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_person_key'))
        batch_op.drop_index(batch_op.f('ix_entry_case_id'))

    op.drop_table('entry')
    with op.batch_alter_table('case_key', schema=None) as batch_op:
        batch_op.drop_index('ix_case_key_case_id')

    op.drop_table('case_key')
    op.drop_table('mailbox_state')
    op.drop_table('counter')
    with op.batch_alter_table('contact_address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_address_person_key'))

    op.drop_table('contact_address')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_touched_at'))
        batch_op.drop_index(batch_op.f('ix_case_person_key'))

    op.drop_table('case')
    op.drop_table('blob')
