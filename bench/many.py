"""Many cases with their messages, receipts and words, made by the database itself: SQLite or PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy import text

from store.tables.search import PER_CASE
from store.tx import Store

FIRST = 202500000000
"""The id of case 0; the newest is the last, a minute younger than the one before."""
OPEN_OF = 20
"""One case in so many is open."""
COMMON = "bonjour je ne parviens pas a ouvrir le dossier de permis merci de votre aide bien a vous"
MODULI = (20, 20, 50, 50, 100, 200, 200, 500, 1_000, 1_000, 2_000, 5_000, 5_000, 10_000, 20_000, 20_000)
PRIME = 7_919

_SAID = " || ".join(
    [f"'{COMMON}'", *(f"' mot{m}x' || ((i * {PRIME + n}) % {m})" for n, m in enumerate(MODULI)), "' unique' || i"]
)
"""About forty words: some in every message, some in one of a hundred or of ten thousand, one in this one alone."""
_PERSON = "'person' || (i % 250000)"
_PICKED = "CASE i % 3 WHEN 0 THEN '{}' WHEN 1 THEN '{}' ELSE '{}' END"
_DETAILS = """{"urgency":3,"impact":3,"several_requests":false,"confidence":{"motif":0.9},"reason":"","evidence":[],
"members":{},"cues":{},"model":"x"}"""
_TAGS = f"'{_DETAILS}'"
_CONTENT = f"""'{{"from":{{"name":"","address":""}},"kind":"message","text":"' || {_SAID} || '","reply_text":"' ||
{_SAID} || '","attachments":[],"lang":"fr","category":"","motif":"","tool":"","scope":"in","tags":{_DETAILS},"flags":[],
"defects":[],"headers":{{}}}}'"""


DIALECTS = {
    "sqlite": {
        "each": "(WITH RECURSIVE each (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM each WHERE i < {count} - 1)"
        " SELECT i FROM each)",
        "at": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ({count} - i) || ' minutes')",
        "due": "strftime('%Y-%m-%d %H:%M:%f', 'now', (i * 31 % 2640 - 240) || ' minutes')",
        "json": "{}",
        "true": "1",
        "false": "0",
    },
    "postgresql": {
        "each": "generate_series(0::bigint, {count} - 1) AS each (i)",
        "at": "now() - make_interval(mins => ({count} - i)::int)",
        "due": "now() + make_interval(mins => (i * 31 % 2640 - 240)::int)",
        "json": "CAST({} AS json)",
        "true": "true",
        "false": "false",
    },
}


def make(store: Store, cases: int) -> None:
    """Fill an empty, migrated database."""
    parts = DIALECTS[store.engine.dialect.name]
    for statement in _statements({name: part.replace("{count}", str(cases)) for name, part in parts.items()}):
        with store.transaction("bench.many") as tx:
            tx.connection.execute(text(statement.replace(":", "\\:")))  # nothing in it is a parameter
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _statements(parts: dict[str, str]) -> Iterator[str]:
    each, at, true, false = (parts[name] for name in ("each", "at", "true", "false"))
    json = parts["json"].format
    yield f"INSERT INTO blob (sha256, size, body, created_at) SELECT 'past', 0, '', {at} FROM {each} WHERE i = 0"
    yield f"""INSERT INTO "case" (id, number, status, channel, source, subject, lang, category, motif, tool, scope,
        review, tags, flags, requester_name, requester, submitter, queue, agent, opened_at, touched_at, closed_at,
        response_due_at)
    SELECT {FIRST} + i, 'MPA-25-' || i, {_if_open(_PICKED.format("new", "waiting", "escalated"), "'closed'")}, 'email',
        'assistance', 'past ' || i, 'fr', {_PICKED.format("incident", "requete", "information")}, 'acces',
        {_PICKED.format("notice", "twice", "gesper")}, 'in',
        {_if_open(f"CASE WHEN i % 60 = 0 THEN {true} ELSE {false} END", false)}, {json(_TAGS)}, {json("'[]'")}, '',
        {_PERSON} || '@example.org', {_PERSON} || '@example.org', 'line1',
        {_if_open("CASE WHEN i % 40 = 0 THEN 'thomas' END", "NULL")}, {at}, {at}, {_if_open("NULL", at)},
        {_if_open(parts["due"], "NULL")} FROM {each}"""
    yield f"""INSERT INTO inbound (channel, source, external_id, sha256, size, received_at, disposition, reason,
        case_id, sender, subject, content, state, due_at)
    SELECT 'email', 'assistance', '1-' || i, 'past', 4, {at}, 'case', 'new_case', {FIRST} + i,
        {_PERSON} || '@example.org', 'past', {json(_CONTENT)}, 'done', {at} FROM {each}"""
    yield f"""INSERT INTO outbound (key, kind, case_id, mailbox, recipient, lang, message_id, automatic, context,
        created_at, sent_at, outcome, state, due_at)
    SELECT 'acknowledgement-' || i, 'acknowledgement', {FIRST} + i, 'assistance', {_PERSON} || '@example.org', 'fr',
        '<' || i || '@example.be>', {true}, {json("'{}'")}, {at}, {at}, 'sent', 'done', {at} FROM {each}"""
    yield f"""INSERT INTO words (id, sender, text)
    SELECT ({FIRST} + i) * {PER_CASE} + 1, {_PERSON} || ' example org',
        'mpa 25 ' || i || ' ' || {_PERSON} || ' example org ' || {_SAID} FROM {each}"""


def _if_open(then: str, otherwise: str) -> str:
    return f"CASE WHEN i % {OPEN_OF} = 0 THEN {then} ELSE {otherwise} END"
