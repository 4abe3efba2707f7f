"""Many cases with all that hangs on them, made by the database itself: SQLite or PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

from sqlalchemy import text

from store.tables import blob
from store.tables.search import PER_CASE
from store.tx import Store

FIRST = 202500000000
"""The id of case 0; the newest is the last, a minute younger than the one before."""
OPEN_OF = 20
"""One case in so many is open."""
CALLED_OF, PROMISED_OF, HELD = 10, 5_000, 200
"""One case in so many is a call's, one in so many somebody is to be called back for; so many messages are set aside."""
THREAD = 50
"""Messages of the case with a long thread, and as many answers."""
COMMON = "bonjour je ne parviens pas a ouvrir le dossier de permis merci de votre aide bien a vous"
MODULI = (20, 20, 50, 50, 100, 200, 200, 500, 1_000, 1_000, 2_000, 5_000, 5_000, 10_000, 20_000, 20_000)
PRIME = 7_919

_SAID = " || ".join(
    [f"'{COMMON}'", *(f"' mot{m}x' || ((i * {PRIME + n}) % {m})" for n, m in enumerate(MODULI)), "' unique' || i"]
)
"""About forty words: some in every message, some in one of a hundred or of ten thousand, one in this one alone."""
_PERSON = "'person' || (i % 250000)"
_PHONE = "'+3247' || (1000000 + i % 3000000)"
_PICKED = "CASE i % 3 WHEN 0 THEN '{}' WHEN 1 THEN '{}' ELSE '{}' END"
_DETAILS = """{"urgency":3,"impact":3,"several_requests":false,"confidence":{"motif":0.9},"reason":"","evidence":[],
"members":{},"cues":{},"model":"x"}"""
_TAGS = f"'{_DETAILS}'"
_QUOTED = "\\n\\nLe lundi 2 mars 2026, le service a écrit :\\n> Bonjour,\\n> Votre demande est bien reçue.\\n"


def _content(quoted: str = "") -> str:
    """The content of a message as it is kept; `quoted` is what stands below the new text."""
    return f"""'{{"from":{{"name":"","address":""}},"kind":"message","text":"' || {_SAID} || '{quoted}",
"reply_text":"' || {_SAID} || '","attachments":[],"lang":"fr","category":"","motif":"","tool":"","scope":"in",
"tags":{_DETAILS},"flags":[],"defects":[],"headers":{{}}}}'"""


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
    with store.transaction("bench.many") as tx:
        tx.connection.execute(blob.insert(), _blobs())
    for statement in _statements({name: part.replace("{count}", str(cases)) for name, part in parts.items()}, cases):
        with store.transaction("bench.many") as tx:
            tx.connection.execute(text(statement.replace(":", "\\:")))  # nothing in it is a parameter
    optimised = "VACUUM ANALYZE" if store.engine.dialect.name == "postgresql" else "PRAGMA optimize"
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(optimised))


def long_thread(cases: int) -> int:
    """The case with a long thread, one of the open ones, by the number of its row."""
    return cases // 4 // OPEN_OF * OPEN_OF


def _blobs() -> list[dict[str, object]]:
    """What came in, of which nothing is read, and what left, which a page shows."""
    raws = {"past": b"", "sent": bytes(_letter())}
    return [{"sha256": name, "size": len(raw), "body": raw, "created_at": _MADE} for name, raw in raws.items()]


_MADE = datetime(2025, 1, 1, tzinfo=UTC)


def _letter() -> EmailMessage:
    """A mail of ours, as notify writes them."""
    letter = EmailMessage()
    letter["From"], letter["To"] = "Assistance <assistance@example.be>", "person1@example.org"
    letter["Subject"], letter["Content-Language"] = "[MPA-25-1] Votre demande est bien reçue", "fr"
    letter["Message-ID"], letter["Auto-Submitted"] = "<1@example.be>", "auto-replied"
    words = "Bonjour,\n\nNous avons bien reçu votre demande. " + f"{COMMON}.\n" * 8
    letter.set_content(words)
    letter.add_alternative(f"<html lang=fr><body><p>{words}</p></body></html>", subtype="html")
    return letter


def _statements(parts: dict[str, str], cases: int) -> Iterator[str]:
    yield from _of_cases(parts)
    yield from _of_calls(parts)
    yield from _of_one(parts, long_thread(cases))


def _of_cases(parts: dict[str, str]) -> Iterator[str]:
    """Every case with its message, its receipt, its lines and its words."""
    each, at, true, false = (parts[name] for name in ("each", "at", "true", "false"))
    json = parts["json"].format
    yield f"""INSERT INTO "case" (id, number, status, channel, source, subject, lang, category, motif, tool, scope,
        review, tags, flags, requester_name, requester, submitter, queue, agent, opened_at, touched_at, closed_at,
        response_due_at, person_key)
    SELECT {FIRST} + i, 'MPA-25-' || i, {_if_open(_PICKED.format("new", "waiting", "escalated"), "'closed'")}, 'email',
        'assistance', 'past ' || i, 'fr', {_PICKED.format("incident", "requete", "information")}, 'acces',
        {_PICKED.format("notice", "twice", "gesper")}, 'in',
        {_if_open(f"CASE WHEN i % 60 = 0 THEN {true} ELSE {false} END", false)}, {json(_TAGS)}, {json("'[]'")}, '',
        {_PERSON} || '@example.org', {_PERSON} || '@example.org', 'line1',
        {_if_open("CASE WHEN i % 40 = 0 THEN 'thomas' END", "NULL")}, {at}, {at}, {_if_open("NULL", at)},
        {_if_open(parts["due"], "NULL")}, {_PERSON} FROM {each}"""
    yield f"""INSERT INTO inbound (channel, source, external_id, sha256, size, received_at, disposition, reason,
        case_id, sender, subject, content, state, due_at)
    SELECT 'email', 'assistance', '1-' || i, 'past', 4, {at}, 'case', 'new_case', {FIRST} + i,
        {_PERSON} || '@example.org', 'past', {json(_content())}, 'done', {at} FROM {each}"""
    yield f"""INSERT INTO outbound (key, kind, case_id, mailbox, recipient, lang, message_id, automatic, context,
        sha256, created_at, sent_at, outcome, state, due_at)
    SELECT 'acknowledgement-' || i, 'acknowledgement', {FIRST} + i, 'assistance', {_PERSON} || '@example.org', 'fr',
        '<' || i || '@example.be>', {true}, {json("'{}'")}, 'sent', {at}, {at}, 'sent', 'done', {at} FROM {each}"""
    for kind, actor in (("routed", "rule"), ("assigned", "thomas")):
        yield f"""INSERT INTO entry (case_id, kind, at, actor, text, data)
        SELECT {FIRST} + i, '{kind}', {at}, '{actor}', '', {json(_ROUTED)} FROM {each}"""
    yield f"""INSERT INTO words (id, sender, text)
    SELECT ({FIRST} + i) * {PER_CASE} + 1, {_PERSON} || ' example org',
        'mpa 25 ' || i || ' ' || {_PERSON} || ' example org ' || {_SAID} FROM {each}"""


_ROUTED = """'{"queue":"line1","why":"rule","rule":"the rest","skills":[],"agent":"thomas"}'"""
_ENDED = """'{"node":"end","ended":true}'"""


def _of_calls(parts: dict[str, str]) -> Iterator[str]:
    """Calls, those that somebody is to be called back for, and messages that wait for a person."""
    each, at, true = (parts[name] for name in ("each", "at", "true"))
    json = parts["json"].format
    yield f"""INSERT INTO call (provider, call_sid, line, called, caller, caller_raw, lang, tools, state, step,
        started_at, queued_at, answered_at, ended_at, result, seconds, case_id)
    SELECT 'twilio', 'CA' || i, '1718', '+3281001718', {_PHONE}, {_PHONE}, 'fr', {json("'[]'")},
        {json(_ENDED)}, 4, {at}, {at}, {at}, {at}, 'answered', 180, {FIRST} + i
    FROM {each} WHERE i % {CALLED_OF} = 0"""
    yield f"""INSERT INTO callback (call_id, case_id, number, tool, line, lang, arrived_at, promised_by, call_at, slot,
        open)
    SELECT id, case_id, caller, 'notice', '1718', 'fr', started_at, started_at, started_at, 'soon', {true}
    FROM call WHERE case_id % {PROMISED_OF} = 0"""
    yield f"""INSERT INTO inbound (channel, source, external_id, sha256, size, received_at, disposition, reason,
        sender, subject, content, state, due_at)
    SELECT 'email', 'assistance', '2-' || i, 'past', 4, {at}, 'held', 'damaged',
        {_PERSON} || '@example.org', 'held', {json(_content())}, 'held', {at} FROM {each} WHERE i < {HELD}"""


def _of_one(parts: dict[str, str], chosen: int) -> Iterator[str]:
    """The long thread: each message quotes the one before, each answer is a line and a mail."""
    each, at, false = (parts[name] for name in ("each", "at", "false"))
    json = parts["json"].format
    yield f"""INSERT INTO inbound (channel, source, external_id, sha256, size, received_at, disposition, reason,
        case_id, sender, subject, content, state, due_at)
    SELECT 'email', 'assistance', '3-' || i, 'past', 4, {at}, 'reply', 'token', {FIRST + chosen},
        'person{chosen % 250000}@example.org', 'past', {json(_content(_QUOTED))}, 'done', {at}
    FROM {each} WHERE i < {THREAD}"""
    said = f"""'{{"text":"' || {_SAID} || '","by":"Thomas"}}'"""
    yield f"""INSERT INTO entry (case_id, kind, at, actor, text, data)
    SELECT {FIRST + chosen}, 'answered', {at}, 'thomas', {_SAID}, {json(said)} FROM {each} WHERE i < {THREAD}"""
    yield f"""INSERT INTO outbound (key, kind, case_id, mailbox, recipient, lang, message_id, automatic, context,
        sha256, created_at, sent_at, outcome, state, due_at)
    SELECT 'reply:{chosen}:' || id, 'reply', case_id, 'assistance', 'person{chosen % 250000}@example.org', 'fr',
        '<reply' || id || '@example.be>', {false}, data, 'sent', at, at, 'sent', 'done', at
    FROM entry WHERE case_id = {FIRST + chosen} AND kind = 'answered'"""


def _if_open(then: str, otherwise: str) -> str:
    return f"CASE WHEN i % {OPEN_OF} = 0 THEN {then} ELSE {otherwise} END"
