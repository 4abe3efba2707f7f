"""articles, questions without one, status by phone, probes"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

NO_ARTICLE = sa.text("kind = 'no_article'")
AWAITED = sa.text('ended_at IS NULL')


def moment(name: str, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    identity = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('article',
    sa.Column('id', identity, autoincrement=True, nullable=False),
    sa.Column('article', sa.String(length=40), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('link', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('motif', sa.String(length=40), nullable=False),
    sa.Column('tool', sa.String(length=40), nullable=False),
    sa.Column('keywords', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('expires', sa.String(length=10), nullable=False),
    moment('written_at'),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    moment('approved_at', nullable=True),
    sa.Column('approved_by', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('article', 'lang', name=op.f('uq_article_article_lang'))
    )
    op.create_index('ix_entry_no_article', 'entry', ['at'], sqlite_where=NO_ARTICLE, postgresql_where=NO_ARTICLE)
    op.create_table('code_try',
    sa.Column('id', identity, autoincrement=True, nullable=False),
    sa.Column('call_id', sa.BigInteger(), nullable=False),
    moment('at'),
    sa.Column('known', sa.Boolean(), nullable=False),
    sa.Column('person_key', sa.String(length=32), nullable=True),
    sa.Column('retention', sa.String(length=16), server_default='call', nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_code_try_call_id_call')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_try'))
    )
    op.create_index('ix_code_try_at', 'code_try', ['at'])
    op.create_index(op.f('ix_code_try_call_id'), 'code_try', ['call_id'])
    op.create_index(op.f('ix_code_try_person_key'), 'code_try', ['person_key'])
    op.create_table('probe',
    sa.Column('id', identity, autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    moment('sent_at'),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('call_id', sa.BigInteger(), nullable=True),
    moment('arrived_at', nullable=True),
    moment('ended_at', nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_probe_call_id_call')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_probe_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_probe'))
    )
    op.create_index('ix_probe_awaited', 'probe', ['source'], sqlite_where=AWAITED, postgresql_where=AWAITED)
    op.create_index(op.f('ix_probe_call_id'), 'probe', ['call_id'])
    op.create_index(op.f('ix_probe_case_id'), 'probe', ['case_id'])


def downgrade() -> None:
    op.drop_index('ix_entry_no_article', table_name='entry')
    for name in ('probe', 'code_try', 'article'):
        op.drop_table(name)
