"""full-text search, and by what the inbox finds cases"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from cases.folding import folded


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

BATCH = 1_000
PER_CASE = 65_536
DUE = {
    'sqlite': "min(coalesce(response_due_at, '9999-12-31 00:00:00.000000'),"
    " coalesce(resolution_due_at, '9999-12-31 00:00:00.000000'), coalesce(n2_due_at, '9999-12-31 00:00:00.000000'))",
    'postgresql': "coalesce(least(response_due_at, resolution_due_at, n2_due_at),"
    " '9999-12-31 00:00:00+00'::timestamptz)",
}
TRUTH = {'sqlite': ('1', '0'), 'postgresql': ('true', 'false')}
OPEN = "status != 'closed' AND hidden IS {false}"
INDEXES = (
    ('ix_case_inbox', '({due}), id', OPEN),
    ('ix_case_inbox_status', 'status, ({due}), id', OPEN),
    ('ix_case_inbox_agent', 'agent, ({due}), id', OPEN),
    ('ix_case_inbox_review', '({due}), id', f'{OPEN} AND review IS {{true}}'),
    ('ix_case_inbox_closed', 'closed_at, id', "status = 'closed' AND hidden IS {false}"),
    ('ix_case_opened_at', 'opened_at, id', ''),
    ('ix_case_tool', 'tool, opened_at, id', ''),
    ('ix_case_category', 'category, opened_at, id', ''),
)
TABLES = {
    'sqlite': (
        'CREATE TABLE words (id INTEGER NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL,'
        ' CONSTRAINT pk_words PRIMARY KEY (id))',
        "CREATE VIRTUAL TABLE words_index USING fts5(sender, text, content='words', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2')",
        'CREATE TRIGGER words_added AFTER INSERT ON words BEGIN'
        ' INSERT INTO words_index (rowid, sender, text) VALUES (new.id, new.sender, new.text); END',
        'CREATE TRIGGER words_deleted AFTER DELETE ON words BEGIN INSERT INTO words_index'
        " (words_index, rowid, sender, text) VALUES ('delete', old.id, old.sender, old.text); END",
    ),
    'postgresql': (
        'CREATE TABLE words (id BIGINT NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL,'
        " vector tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple', sender), 'A') ||"
        " setweight(to_tsvector('simple', text), 'B')) STORED, CONSTRAINT pk_words PRIMARY KEY (id))",
        'CREATE INDEX ix_words_vector ON words USING gin (vector)',
    ),
}
MESSAGES = """
    SELECT inbound.id, inbound.case_id, number, sender, inbound.subject, content FROM inbound
    JOIN "case" ON "case".id = inbound.case_id WHERE disposition <> 'duplicate' AND inbound.id > :last"""
PHONED = """
    SELECT id, id AS case_id, number, requester_name, phone FROM "case" WHERE channel = 'phone' AND id > :last"""
ENTRIES = "SELECT id, case_id, text FROM entry WHERE text <> '' AND id > :last"
SPOKEN = "SELECT id, case_id, transcript AS text FROM recording WHERE case_id IS NOT NULL AND transcript <> '' AND id > :last"
ADD = sa.text(
    'INSERT INTO words (id, sender, text) SELECT coalesce(max(id), :first) + 1, :sender, :text FROM words'
    ' WHERE id > :first AND id < :end'
).bindparams(*(sa.bindparam(name, type_=sa.BigInteger()) for name in ('first', 'end')),
             *(sa.bindparam(name, type_=sa.Text()) for name in ('sender', 'text')))

Words = tuple[str, str]
"""Who wrote, and what; both folded."""


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    true, false = TRUTH[dialect]
    blanks = {'due': DUE[dialect], 'true': true, 'false': false}
    for name, columns, where in INDEXES:
        only = f' WHERE {where.format(**blanks)}' if where else ''
        connection.exec_driver_sql(f'CREATE INDEX {name} ON "case" ({columns.format(**blanks)}){only}')
    for statement in TABLES[dialect]:
        connection.exec_driver_sql(statement)
    for rows, of in ((MESSAGES, _message), (PHONED, _phoned), (ENTRIES, _text), (SPOKEN, _text)):
        _fill(connection, rows, of)


def _fill(connection: sa.Connection, rows: str, of: Callable[[Any], Words]) -> None:
    """Keep the words of all rows that are there."""
    last = 0
    while found := connection.execute(sa.text(f'{rows} ORDER BY 1 LIMIT {BATCH}'), {'last': last}).all():
        last = found[-1].id
        connection.execute(ADD, [_row(row.case_id, *of(row)) for row in found])


def _row(case_id: int, sender: str, text: str) -> dict[str, Any]:
    return {'first': case_id * PER_CASE, 'end': (case_id + 1) * PER_CASE, 'sender': sender, 'text': text}


def _message(row: Any) -> Words:
    content = json.loads(row.content) if isinstance(row.content, str) else row.content or {}
    sender = content.get('from', {}).get('name', ''), row.sender or ''
    text = content.get('reply_text') or content.get('text', '')
    return folded(*sender), folded(row.number, row.subject or '', *sender, text)


def _phoned(row: Any) -> Words:
    sender = row.requester_name, row.phone or ''
    return folded(*sender), folded(row.number, *sender)


def _text(row: Any) -> Words:
    return '', folded(row.text)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE words_index')
    op.execute('DROP TABLE words')
    for name, *_ in INDEXES:
        op.execute(f'DROP INDEX {name}')
