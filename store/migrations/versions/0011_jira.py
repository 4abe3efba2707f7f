"""cases that are kept in Jira as well"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from store.tables.base import Document, Identity, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")
HELD = sa.text("state = 'held'")
LOOKED_AT = sa.text("look_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(64), nullable=True),
        sa.Column("issue_id", sa.String(32), nullable=True),
        sa.Column("link", sa.String(400), server_default="", nullable=False),
        sa.Column("status", sa.String(120), server_default="", nullable=False),
        sa.Column("agreed", sa.String(12), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("look_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(500), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_ticket")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_ticket_case_id_case")),
    )
    op.create_index(op.f("ix_ticket_key"), "ticket", ["key"])
    op.create_index(op.f("ix_ticket_issue_id"), "ticket", ["issue_id"])
    op.create_index("ix_ticket_look_at", "ticket", ["look_at"], sqlite_where=LOOKED_AT, postgresql_where=LOOKED_AT)
    op.create_table(
        "ticket_push",
        sa.Column("id", Identity, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("data", Document, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sending_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(120), nullable=True),
        *work(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_push")),
        sa.UniqueConstraint("key", name=op.f("uq_ticket_push_key")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_ticket_push_case_id_case")),
    )
    op.create_index("ix_ticket_push_case_id_state", "ticket_push", ["case_id", "state"])
    op.create_index("ix_ticket_push_due", "ticket_push", ["due_at"], sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_index("ix_ticket_push_held", "ticket_push", ["id"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_table(
        "ticket_notice",
        sa.Column("id", Identity, autoincrement=True, nullable=False),
        sa.Column("identifier", sa.String(200), nullable=False),
        sa.Column("issue", sa.String(64), nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        *work(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_notice")),
        sa.UniqueConstraint("identifier", name=op.f("uq_ticket_notice_identifier")),
    )
    op.create_index("ix_ticket_notice_due", "ticket_notice", ["due_at"], sqlite_where=PENDING, postgresql_where=PENDING)


def work() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("state", sa.String(8), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease", sa.String(40), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("ticket_notice")
    op.drop_table("ticket_push")
    op.drop_table("ticket")
