"""An installation that was filled by its own doors, with work in every state, and what it holds as plain rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select, update

from cases.assigning import take
from cases.seconding import Wish
from cases.ticket import created
from desk.jira.following import queue
from store.engine import open_engine
from store.search import Words
from store.seats import By
from store.tables import (
    article,
    audit,
    backup,
    bulk,
    call,
    case,
    code_try,
    day_count,
    draft,
    erasure,
    form_draft,
    looking,
    metadata,
    probe,
    purge,
    session,
    sign_in_link,
    tombstone,
)
from store.tx import Store, Transaction
from tests.desk.working import Work
from tests.ingest.voice.phone import CLOSED, Telephone
from tests.ingest.voice.test_dialling import Desk as Seats
from tests.ingest.voice.test_dialling import promise, wait
from tests.mails import mail

Rows = dict[str, list[str]]

LEFT_BEHIND = ("lease", "lease_until")


def fill(store: Store) -> Work:
    """Mails and calls, some done, some claimed, some waiting; what people and the second level did with them."""
    work = Work(store)
    numbers = [work.opened(mail(f"Mail {n}: \x1f é € 🙂\n", message_id=f"<{n}@example.org>")) for n in range(3)]
    work.do(numbers[0], take)
    work.desk.escalate(numbers[0], "marie", Wish(wording="NOTICe shows a blank page since Monday."))
    _telephone(store, work)
    late = work.road.receive(*(mail(f"{n}\n", message_id=f"<late{n}@example.org>") for n in range(2)))
    with store.transaction("test.rest") as tx:
        _rest(tx, work, [work.desk.read(number).id for number in numbers], late)
    return work


def _telephone(store: Store, work: Work) -> None:
    """A callback, a caller who waits and for whom a seat rings, and a message after hours."""
    phone = Telephone(store, work.profile)
    seats = Seats(phone)
    promise(phone)
    wait(phone, "CA2", "+32470001235")
    seats.works()
    phone.now = CLOSED
    phone.ring(sid="CA3")
    phone.keys("1 4 2", "CA3")
    phone.leaves_message(sid="CA3")
    phone.recording(sid="CA3")


def _rest(tx: Transaction, work: Work, cases: list[int], messages: list[int]) -> None:
    now, seat = work.now, {"number": "+3281001809", "label": "Nine", "areas": ["fr"], "ring_order": 9, "active": False}
    tx.seats.add([seat], By("thomas", now))
    tx.presence.note("marie", now, present=True)
    said = {"case_id": cases[1], "closing": 1, "satisfied": False, "comment": "", "at": now, "person_key": None}
    tx.satisfactions.say(said)
    tx.contacts.link("j@example.org", "p" * 32, now)
    found = {"tool": "notice", "state": "running", "since": now, "evidence": {"signs": ["error"]}, "texts": {}}
    major = tx.incidents.add({**found, "history": [], "made_at": now, "changed_at": now})
    tied = {"incident_id": major, "case_id": cases[0], "state": "linked", "actor": "thomas", "at": now, "told": 0}
    tx.incidents.tie([{**tied, "person_key": None}])
    tx.mailboxes.acquire("assistance", "a process", now, timedelta(minutes=1))
    tx.inbound.claim("a worker", 1, now, messages)
    tx.banners.start({"line": "", "texts": {"fr": "Panne"}, "starts_at": now, "made_at": now, "made_by": "thomas"})
    labels = {"motif": "acces", "tool": "aucun", "scope": "in"}
    corrected = {"cause": "doubt", "shown": labels, "chosen": labels, "changed": False, "actor": "marie", "why": ""}
    of_case = {"case_id": cases[0], "inbound_id": messages[0], "model": "light-1", "at": now}
    undone = tx.corrections.add(corrected | of_case | {"undoes": None})
    tx.corrections.add(corrected | of_case | {"undoes": undone})
    compared = {"inbound_id": messages[0], "shown_model": "light-0", "shown": labels, "said": labels, "differs": False}
    tx.tagged.add_comparisons([compared | {"model": "light-1", "at": now}])
    words = dict.fromkeys(("caller_name", "motif", "tool", "reason"), "x") | {"lang": "fr", "outcome": "solved"}
    tx.logged.add_once([words | {"key": "k", "at": now, "agent": "marie", "minutes": None, "made_at": now}])
    tx.search.add([Words(cases[0], "panne", "marie")])
    _desk(tx, work, cases)
    _jira(tx, work, cases[0])
    _programs(tx, work)
    _known(tx, work)
    # a case that refers to one that comes after it
    tx.connection.execute(update(case).where(case.c.id == cases[0]).values(linked_case_id=cases[2]))


def _desk(tx: Transaction, work: Work, cases: list[int]) -> None:
    """What the desk keeps of people and their work."""
    now, mine = work.now, {"account_id": "marie"}
    tx.accounts.add({"id": "marie", "email": "m@example.org", "name": "Marie", "role": "agent", "created_at": now})
    kept = {
        session: {**mine, "digest": "s", "how": "password", "opened_at": now, "seen_at": now, "ends_at": now},
        sign_in_link: {**mine, "digest": "l", "ends_at": now},
        audit: {"at": now, "actor": "marie", "action": "x", "about": "x", "data": {}},
        draft: {**mine, "key": "case:1", "body": {"text": "Bonjour"}, "saved_at": now},
        looking: {**mine, "case_id": cases[0], "writing": True, "seen_at": now},
        bulk: {**mine, "action": "take", "changed": {"done": []}, "at": now},
        form_draft: {"digest": "f", "fields": {}, "files": [], "saved_at": now},
    }
    for table, row in kept.items():
        tx.connection.execute(table.insert(), row)


def _jira(tx: Transaction, work: Work, case_id: int) -> None:
    """A ticket, something to do there that somebody has in hand, and a webhook."""
    now = work.now
    notice = {"identifier": "n", "issue": "DIG-1", "author": "robin", "event": "jira:issue_updated"}
    queue(tx, [created(case_id)], now)
    tx.tickets.made(case_id, key="DIG-1", issue_id="10001", status="Ouvert", made_at=now, seen_at=now, look_at=now)
    tx.tickets.pushes.claim_first("a worker", 1, now)
    tx.tickets.notices.keep({**notice, "received_at": now, "due_at": now})


def _programs(tx: Transaction, work: Work) -> None:
    """A program with a token and a question under way, and an event that it is to be told."""
    now, mine = work.now, {"program_id": "crm"}
    tx.programs.add("crm", "agent", now)
    tx.programs.add_token({**mine, "digest": "t", "hint": "agl_t", "made_at": now, "ends_at": None})
    tx.programs.begin({**mine, "key": "k", "fingerprint": "f", "begun_at": now})
    tx.hooks.begin(now)
    tx.hooks.keep([{"case_id": 1, "etag": '"1-0-0"', "status": "new"}])
    tx.hooks.deliveries.add([{**mine, "type": "case.opened", "body": "{}", "created_at": now, "due_at": now}])


def _known(tx: Transaction, work: Work) -> None:
    """What helps, what was asked for by phone, what a day counted, what was tried, erased and purged."""
    now, some_call = work.now, tx.connection.execute(select(call.c.id).limit(1)).scalar_one()
    words = dict.fromkeys(("title", "link", "category", "motif", "tool", "keywords", "summary", "expires"), "x")
    kept = {
        article: words | {"article": "a", "lang": "fr", "written_at": now, "written_by": "marie"},
        code_try: {"call_id": some_call, "at": now, "known": False},
        probe: {"kind": "mail", "source": "assistance", "sent_at": now},
        day_count: {"day": now.date().isoformat(), "counts": {"cases": 3}, "known_at": now, "settled": False},
        erasure: {"asked_at": now, "asked_by": "thomas", "reason": "they asked", "certificate": {}, "ended_at": now},
        tombstone: {"key": "k", "kind": "message", "at": now},
        purge: {"walk": "raw", "reached_at": now},
        backup: {"folder": "/var/backups", "tried_at": now, "made_at": now, "bytes": 1_000_000},
    }
    for table, row in kept.items():
        tx.connection.execute(table.insert(), row)


def quiet(*_: object) -> None:
    """Nobody watches."""


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """The database at that address, let go of afterwards."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


def content(url: str) -> Rows:
    """What it holds."""
    with engine_of(url) as engine:
        return rows(engine)


def rows(engine: Engine) -> Rows:
    """Every row of every table, in an order of their own, without who holds them."""
    with engine.connect() as connection, connection.begin():
        found = {table.name: connection.execute(select(table)).mappings() for table in metadata.sorted_tables}
        return {name: sorted(repr(_plain(row)) for row in mappings) for name, mappings in found.items()}


def _plain(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in LEFT_BEHIND}
