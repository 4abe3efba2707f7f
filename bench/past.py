"""A past: cases that were there before the measure began, with everything that hangs on them, made by SQLite itself."""

from pathlib import Path

from store import schema
from store.engine import open_engine

_EACH = "WITH RECURSIVE each (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM each WHERE i < :count)"
_RANDOM = "lower(hex(randomblob(16)))"
_WHEN = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (2 + i % 300) || ' days')"
_TEXT = "substr(replace(hex(zeroblob(400)), '00', 'mot '), 1, 600) || " + _RANDOM
_CONTENT = f"""json_object('from', json_object('name', '', 'address', ''), 'text', {_TEXT}, 'reply_text', {_TEXT})"""

STATEMENTS = (
    "INSERT INTO blob (sha256, size, body, created_at) VALUES ('past', 4, x'70617374', '2025-01-01 00:00:00.000')",
    f"""INSERT INTO "case" (id, number, status, channel, source, subject, lang, category, motif, tool, scope, review,
        tags, flags, requester_name, requester, submitter, opened_at, touched_at, person_key)
    {_EACH} SELECT 202500000000 + i, printf('MPA-25-%05d', i), 'closed', 'email', 'assistance', 'past ' || i, 'fr',
        'requete', 'acces', 'notice', 'in', 0, '{{}}', '[]', '', '', '', {_WHEN}, {_WHEN}, {_RANDOM} FROM each""",
    f"""INSERT INTO case_key (kind, key, case_id)
    {_EACH} SELECT 'participant', {_RANDOM}, 202500000000 + i FROM each""",
    f"""INSERT INTO case_key (kind, key, case_id)
    {_EACH} SELECT 'message_id', '<' || {_RANDOM} || '@example.com>', 202500000000 + i FROM each""",
    f"""INSERT INTO inbound (channel, source, external_id, sha256, size, received_at, disposition, reason, case_id,
        fingerprint, acknowledgement, sender, subject, content, state, due_at, person_key)
    {_EACH} SELECT 'email', 'assistance', '1:' || i, 'past', 4, {_WHEN}, 'case', 'new_case', 202500000000 + i,
        {_RANDOM}, 'new_case', '', 'past', {_CONTENT}, 'done', {_WHEN}, {_RANDOM} FROM each""",
    f"""INSERT INTO outbound (key, kind, case_id, mailbox, recipient, lang, message_id, automatic, context, created_at,
        sent_at, outcome, state, due_at, person_key)
    {_EACH} SELECT 'acknowledgement:' || (202500000000 + i), 'acknowledgement', 202500000000 + i, 'assistance',
        'person' || (abs(random()) % 1000000) || '@example.com', 'fr', '<' || {_RANDOM} || '@example.be>', 1, '{{}}',
        {_WHEN}, {_WHEN}, 'sent', 'done', {_WHEN}, {_RANDOM} FROM each""",
)


def make(path: Path, cases: int) -> None:
    """A database file with that many old cases, each with a message, two keys and a sent acknowledgement."""
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    if cases:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA cache_size=-500000")  # kB: keys are random, and each is a page
            connection.rollback()
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            for statement in STATEMENTS:
                connection.exec_driver_sql(statement, {"count": cases} if ":count" in statement else {})
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA optimize")
    engine.dispose()


_CALL_STATE = """'{"node":"end","ended":true}'"""

CALLS = (
    f"""INSERT INTO call (provider, call_sid, line, called, caller, caller_raw, lang, tools, state, step, started_at,
        queued_at, answered_at, ended_at, result, seconds, case_id, person_key)
    {_EACH} SELECT 'twilio', 'CA' || {_RANDOM}, '1718', '+3281001718', '+3247' || printf('%07d', i % 3000000),
        '+3247' || printf('%07d', i % 3000000), 'fr', '["notice"]', {_CALL_STATE}, 4, {_WHEN}, {_WHEN}, {_WHEN},
        {_WHEN}, 'answered', 180, 202500000000 + i, {_RANDOM} FROM each""",
    f"""INSERT INTO call_event (provider, call_sid, key, kind, at, raw, answer)
    {_EACH} SELECT 'twilio', 'CA' || {_RANDOM}, 'step:1', 'step', {_WHEN}, '{{}}', '{{}}' FROM each""",
)


def make_calls(path: Path, calls: int) -> None:
    """A database file with that many old calls, each with its case, and as many events."""
    make(path, calls)
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for statement in CALLS:
            connection.exec_driver_sql(statement, {"count": calls})
    engine.dispose()
