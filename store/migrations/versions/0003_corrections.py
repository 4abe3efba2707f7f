"""corrections of tags, and what a shadow model says"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('correction',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('inbound_id', sa.BigInteger(), nullable=False),
    sa.Column('cause', sa.String(length=8), nullable=False),
    sa.Column('shown', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('chosen', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('changed', sa.Boolean(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('model', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undoes', sa.BigInteger(), nullable=True),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='case', nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_correction_case_id')),
    sa.ForeignKeyConstraint(['inbound_id'], ['inbound.id'], name=op.f('fk_correction_inbound_id')),
    sa.ForeignKeyConstraint(['undoes'], ['correction.id'], name=op.f('fk_correction_undoes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction')),
    sa.UniqueConstraint('undoes', name=op.f('uq_correction_undoes'))
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_person_key'), ['person_key'], unique=False)

    op.create_table('shadow_tags',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('inbound_id', sa.BigInteger(), nullable=False),
    sa.Column('model', sa.String(length=64), nullable=False),
    sa.Column('shown_model', sa.String(length=64), nullable=False),
    sa.Column('shown', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('said', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('differs', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='case', nullable=False),
    sa.ForeignKeyConstraint(['inbound_id'], ['inbound.id'], name=op.f('fk_shadow_tags_inbound_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shadow_tags')),
    sa.UniqueConstraint('model', 'inbound_id', name=op.f('uq_shadow_tags_model_inbound_id'))
    )
    with op.batch_alter_table('shadow_tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shadow_tags_person_key'), ['person_key'], unique=False)

    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index('ix_case_to_review', ['id'], unique=False, sqlite_where=sa.text('review IS 1 AND hidden IS 0'), postgresql_where=sa.text('review IS true AND hidden IS false'))


def downgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index('ix_case_to_review', sqlite_where=sa.text('review IS 1 AND hidden IS 0'), postgresql_where=sa.text('review IS true AND hidden IS false'))

    with op.batch_alter_table('shadow_tags', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shadow_tags_person_key'))

    op.drop_table('shadow_tags')
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_person_key'))
        batch_op.drop_index(batch_op.f('ix_correction_case_id'))

    op.drop_table('correction')
