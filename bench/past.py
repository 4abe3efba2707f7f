"""A past: cases that were there before the measure began, with all that hangs on them, made by the database itself.

Keys are random where those of mails are, so that each lies on a page of its own.
"""

from sqlalchemy import Engine, text

from store import schema
from store.engine import open_engine
from store.tables.search import PER_CASE

FIRST = 202500000000
DIALECTS = {
    "sqlite": {
        "each": "(WITH RECURSIVE each (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM each WHERE i < {count})"
        " SELECT i FROM each)",
        "random": "lower(hex(randomblob(16)))",
        "when": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (2 + i % 300) || ' days')",
        "json": "{}",
        "true": "1",
        "false": "0",
        "empty": "x'70617374'",
    },
    "postgresql": {
        "each": "generate_series(1::bigint, {count}) AS each (i)",
        "random": "md5(random()::text || i)",
        "when": "now() - make_interval(days => (2 + i % 300)::int)",
        "json": "CAST({} AS json)",
        "true": "true",
        "false": "false",
        "empty": "'past'::bytea",
    },
}
_SAID = "'bonjour je ne parviens pas a ouvrir mon dossier mot' || (i % 5000) || ' mot' || (i % 20011)"
_TEXT = '\'{"from":{"name":"","address":""},"text":"\' || ' + " || ' ' || ".join([_SAID] * 10) + " || '\"}'"

STATEMENTS = (
    "INSERT INTO blob (sha256, size, body, created_at) SELECT {random} || {random}, 4, {empty}, {when} FROM {each}",
    """INSERT INTO "case" (id, number, status, channel, source, subject, lang, category, motif, tool, scope, review,
        tags, flags, requester_name, requester, submitter, opened_at, touched_at, closed_at, person_key)
    SELECT {first} + i, 'MPA-25-' || i, 'closed', 'email', 'assistance', 'past ' || i, 'fr', 'requete', 'acces',
        'notice', 'in', {false}, {tags}, {flags}, '', '', '', {when}, {when}, {when}, {random} FROM {each}""",
    "INSERT INTO case_key (kind, key, case_id) SELECT 'participant', {random}, {first} + i FROM {each}",
    """INSERT INTO case_key (kind, key, case_id)
    SELECT 'message_id', '<' || {random} || '@example.com>', {first} + i FROM {each}""",
    """INSERT INTO inbound (channel, source, external_id, sha256, size, received_at, disposition, reason, case_id,
        fingerprint, acknowledgement, sender, subject, content, state, due_at, person_key)
    SELECT 'email', 'assistance', '1:' || i, sha256, 4, {when}, 'case', 'new_case', {first} + i,
        {random}, 'new_case', '', 'past', {content}, 'done', {when}, {random}
    FROM (SELECT sha256, row_number() OVER () AS i FROM blob) AS bytes""",
    """INSERT INTO outbound (key, kind, case_id, mailbox, recipient, lang, message_id, automatic, context, created_at,
        sent_at, outcome, state, due_at, person_key)
    SELECT 'acknowledgement:' || ({first} + i), 'acknowledgement', {first} + i, 'assistance',
        'person' || (i * 7919 % 1000000) || '@example.com', 'fr', '<' || {random} || '@example.be>', {true}, {tags},
        {when}, {when}, 'sent', 'done', {when}, {random} FROM {each}""",
    "INSERT INTO words (id, sender, text) SELECT ({first} + i) * {per_case} + 1, 'person', {said} FROM {each}",
)


def make(url: str, cases: int) -> None:
    """Bring an empty database up to date and give it that many old cases, each with a message, keys, words and a sent
    acknowledgement."""
    engine = open_engine(url)
    schema.upgrade(engine)
    if cases:
        _fill(engine, STATEMENTS, cases)
    engine.dispose()


def _fill(engine: Engine, statements: tuple[str, ...], count: int) -> None:
    parts = {name: part.replace("{count}", str(count)) for name, part in DIALECTS[engine.dialect.name].items()}
    json = parts.pop("json").format
    parts |= {"first": str(FIRST), "per_case": str(PER_CASE), "said": _SAID}
    parts |= {"tags": json("'{}'"), "flags": json("'[]'"), "content": json(_TEXT), "state": json(_CALL_STATE)}
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-500000")  # kB: keys are random, and each is a page
        connection.rollback()
    for statement in statements:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(text(statement.format(**parts).replace(":", "\\:")))  # nothing in it is a parameter
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


_CALL_STATE = """'{"node":"end","ended":true}'"""

CALLS = (
    """INSERT INTO call (provider, call_sid, line, called, caller, caller_raw, lang, tools, state, step, started_at,
        queued_at, answered_at, ended_at, result, seconds, case_id, person_key)
    SELECT 'twilio', 'CA' || {random}, '1718', '+3281001718', '+3247' || (i % 3000000),
        '+3247' || (i % 3000000), 'fr', {flags}, {state}, 4, {when}, {when}, {when},
        {when}, 'answered', 180, {first} + i, {random} FROM {each}""",
    """INSERT INTO call_event (provider, call_sid, key, kind, at, raw, answer)
    SELECT 'twilio', 'CA' || {random}, 'step:1', 'step', {when}, {tags}, {tags} FROM {each}""",
)


def make_calls(url: str, calls: int) -> None:
    """The same with as many old calls, each of a case, and as many events."""
    make(url, calls)
    engine = open_engine(url)
    _fill(engine, CALLS, calls)
    engine.dispose()
