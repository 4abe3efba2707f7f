"""who may use the desk, and what it keeps of their work"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def moment(name: str, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    identity = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('account',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('password', sa.Text(), nullable=True),
    sa.Column('issuer', sa.String(length=255), nullable=True),
    sa.Column('subject', sa.String(length=255), nullable=True),
    sa.Column('preferences', sa.JSON(none_as_null=True), nullable=False),
    moment('created_at'),
    moment('disabled_at', nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_account_issuer_subject'))
    )
    op.create_table('session',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('how', sa.String(length=8), nullable=False),
    moment('opened_at'),
    moment('seen_at'),
    moment('ends_at'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_session_account_id_account')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_session'))
    )
    op.create_index(op.f('ix_session_account_id'), 'session', ['account_id'])
    op.create_index(op.f('ix_session_ends_at'), 'session', ['ends_at'])
    op.create_table('sign_in_link',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    moment('ends_at'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_link_account_id_account')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_sign_in_link'))
    )
    op.create_index(op.f('ix_sign_in_link_account_id'), 'sign_in_link', ['account_id'])
    op.create_table('audit',
    sa.Column('id', identity, autoincrement=True, nullable=False),
    moment('at'),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=24), nullable=False),
    sa.Column('about', sa.String(length=64), nullable=False),
    sa.Column('data', sa.JSON(none_as_null=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_index('ix_audit_about_id', 'audit', ['about', 'id'])
    op.create_table('draft',
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('body', sa.JSON(none_as_null=True), nullable=False),
    moment('saved_at'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_draft_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'key', name=op.f('pk_draft'))
    )
    op.create_index(op.f('ix_draft_saved_at'), 'draft', ['saved_at'])
    op.create_table('looking',
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('writing', sa.Boolean(), nullable=False),
    moment('seen_at'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_looking_account_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_looking_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'account_id', name=op.f('pk_looking'))
    )
    op.create_index(op.f('ix_looking_seen_at'), 'looking', ['seen_at'])
    op.create_table('bulk',
    sa.Column('id', identity, autoincrement=True, nullable=False),
    sa.Column('account_id', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=24), nullable=False),
    sa.Column('changed', sa.JSON(none_as_null=True), nullable=False),
    moment('at'),
    moment('undone_at', nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_bulk_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk'))
    )
    op.create_index(op.f('ix_bulk_account_id_at'), 'bulk', ['account_id', 'at'])
    op.create_table('form_draft',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('fields', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('files', sa.JSON(none_as_null=True), nullable=False),
    moment('saved_at'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_form_draft'))
    )
    op.create_index(op.f('ix_form_draft_saved_at'), 'form_draft', ['saved_at'])


def downgrade() -> None:
    for name in ('form_draft', 'bulk', 'looking', 'draft', 'audit', 'sign_in_link', 'session', 'account'):
        op.drop_table(name)
