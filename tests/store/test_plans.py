"""Every statement of the road is answered by index: what is asked of a large table may not read it whole."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from store.calls import Request
from store.engine import open_engine
from store.inbound import Delivery
from store.inbox import Place, View
from store.known import Questions
from store.search import Phrase, Wanted, Words
from store.tables import (
    audit,
    banner,
    blob,
    call,
    call_event,
    callback,
    case,
    case_key,
    contact_address,
    entry,
    escalation,
    inbound,
    leg,
    logged_call,
    outbound,
    recording,
    words,
)
from store.tables.search import PER_CASE
from store.tx import Store

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
MANY = 1_000
"""Rows of a table, of which all cases are open; beyond these none is."""
TORTURE = 100_000
LARGE = (
    *("blob", "inbound", "case", "case_key", "entry", "escalation", "outbound", "contact_address"),
    *("words", "call", "call_event", "recording", "leg", "callback", "logged_call", "banner", "audit"),
)

TIMERS = ("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at", "touched_at")

Statement = tuple[str, Any]


def case_of(number: int) -> int:
    return 202600000000 + number


class Full(Store):
    """A store with so many rows in each large table."""

    def __init__(self, engine: Engine, rows: int) -> None:
        super().__init__(engine)
        self.rows = rows


SIZES = [
    *(pytest.param(("sqlite", count), marks=marks) for count, marks in ((MANY, ()), (TORTURE, pytest.mark.torture))),
    pytest.param(("postgresql", MANY), marks=pytest.mark.servers("postgres")),
    pytest.param(("postgresql", TORTURE), marks=[pytest.mark.servers("postgres"), pytest.mark.torture]),
]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]}-{size[1]}")
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    """The rows of as many mails that are done. SQLite has no statistics, as in service; PostgreSQL's are fresh.

    PostgreSQL reads a small table whole where that is cheaper: there it is told to do so only where no index serves. Of
    a large one it says what it really does.
    """
    database, rows = request.param
    if database == "sqlite":
        path = tmp_path_factory.mktemp("plans") / "aiguillage.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield from filled(f"sqlite:///{path}", rows)
        return
    with request.getfixturevalue("postgres").database() as url:
        yield from filled(url, rows)


def filled(url: str, rows: int) -> Iterator[Full]:
    store = Full(open_engine(url), rows)
    with store.transaction("test.fill") as tx:
        for table, make in ROWS.items():
            tx.connection.execute(table.insert(), [make(number) for number in range(1, rows + 1)])
        if tx.connection.dialect.name == "postgresql":
            tx.connection.execute(text("ANALYZE"))
    yield store
    store.engine.dispose()


ROWS: dict[Any, Any] = {
    blob: lambda n: {"sha256": f"{n:064}", "size": 1, "body": b"x", "created_at": NOW},
    case: lambda n: {
        **dict.fromkeys(("source", "subject", "category", "motif", "tool", "scope", "requester"), "x"),
        "status": "open" if n <= MANY else "closed",
        "id": case_of(n),
        "number": f"MPA-26-{n:05}",
        "channel": "email",
        "lang": "fr",
        "review": False,
        "tags": {},
        "flags": [],
        "requester_name": "",
        "submitter": "x",
        "opened_at": NOW - timedelta(minutes=n),
        "touched_at": NOW - timedelta(minutes=n),
        "priority": f"P{n % 4 + 1}",
        "queue": ("line1", "line2", "n2")[n % 3],
        "agent": (None, "anna")[n % 2],
        "alarm_at": NOW + timedelta(minutes=n) if n <= MANY else None,
    },
    escalation: lambda n: {
        "case_id": case_of(n),
        **dict.fromkeys(("n2", "actor", "rule", "wording"), "x"),
        "details": {},
        "opened_at": NOW,
        "ended_at": NOW if n % 2 or n > MANY else None,
    },
    case_key: lambda n: {
        "kind": ("participant", "message_id")[n % 2],
        "key": (f"person{n}", f"<{n}@x>")[n % 2],
        "case_id": case_of(n),
    },
    entry: lambda n: {
        "case_id": case_of(n),
        "kind": "note",
        "at": NOW,
        "actor": "x",
        "text": "",
        "data": {},
    },
    inbound: lambda n: {
        "channel": "email",
        "source": "box",
        "external_id": f"1:{n}",
        "sha256": f"{n:064}",
        "size": 1,
        "received_at": NOW - timedelta(minutes=n),
        "state": "done",
        "due_at": NOW - timedelta(minutes=n),
        "disposition": "case",
        "case_id": case_of(n),
        "fingerprint": f"{n:064}",
    },
    outbound: lambda n: {
        "key": f"acknowledgement:{n}",
        "kind": "acknowledgement",
        "case_id": case_of(n),
        "mailbox": "box",
        "recipient": f"u{n}@x",
        "lang": "fr",
        "message_id": f"<o{n}@x>",
        "automatic": True,
        "context": {},
        "created_at": NOW - timedelta(minutes=n),
        "due_at": NOW - timedelta(minutes=n),
        "state": "done",
    },
    contact_address: lambda n: {"address": f"+3247000{n:04}", "person_key": f"person{n}"},
    call: lambda n: {
        **dict.fromkeys(("called", "caller_raw"), "x"),
        "id": n,
        "provider": "x",
        "call_sid": f"CA{n}",
        "line": "1718",
        "caller": f"+3247000{n:04}",
        "lang": "fr",
        "tools": [],
        "state": {},
        "case_id": case_of(n),
        "started_at": NOW - timedelta(minutes=n),
        "queued_at": NOW - timedelta(minutes=n),
        "answered_at": NOW - timedelta(minutes=n),
        "ended_at": NOW - timedelta(minutes=n),
        "result": "answered",
    },
    call_event: lambda n: {
        "provider": "x",
        "call_sid": f"CA{n}",
        "key": "started",
        "kind": "started",
        "at": NOW - timedelta(minutes=n),
        "raw": {},
        "answer": {},
    },
    recording: lambda n: {
        "provider": "x",
        "recording_sid": f"RE{n}",
        "call_sid": f"CA{n}",
        "call_id": n,
        "case_id": case_of(n),
        "seconds": 1,
        "status": "completed",
        "recorded_at": NOW,
        "state": "done",
        "due_at": NOW,
    },
    callback: lambda n: {
        **dict.fromkeys(("arrived_at", "promised_by", "call_at"), NOW - timedelta(minutes=n)),
        "id": n,
        "call_id": n,
        "case_id": case_of(n),
        "number": f"+3247000{n:04}",
        "tool": "notice",
        "line": "1718",
        "lang": "fr",
        "slot": "soon",
        "open": False,
    },
    leg: lambda n: {
        **dict.fromkeys(("number", "label", "line"), "x"),
        **dict.fromkeys(("created_at", "ended_at", "due_at"), NOW - timedelta(minutes=n)),
        "key": f"call:{n}:1",
        "call_id": n,
        "state": "done",
    },
    banner: lambda n: {
        "line": "",
        "texts": {},
        "made_at": NOW,
        "made_by": "x",
        "starts_at": NOW - timedelta(days=n + 1),
        "ends_at": NOW - timedelta(days=n),
    },
    audit: lambda n: {"at": NOW, "actor": f"a{n % 9}", "action": f"b{n % 7}", "about": "", "data": {}},
    words: lambda n: {"id": case_of(n) * PER_CASE + 1, "sender": "jeanne", "text": f"la panne {n}"},
    logged_call: lambda n: {
        **dict.fromkeys(("agent", "caller_name", "motif", "tool", "reason", "outcome"), "x"),
        **dict.fromkeys(("at", "made_at"), NOW - timedelta(minutes=n)),
        "key": f"k{n}",
        "lang": "fr",
        "case_id": case_of(n),
    },
}


@pytest.mark.parametrize("batch", [0, 1, 50])
def test_what_is_known_is_looked_up_by_index(full: Full, batch: int) -> None:
    some = range(1, batch + 1)
    asked = Questions(
        fingerprints=[f"{n:064}" for n in some],
        message_ids=[f"<{n}@x>" for n in some],
        case_ids=[case_of(n) for n in some],
        tickets=[f"DIG-{n}" for n in some],
        outbound_ids=list(some),
        returned_case_ids=[case_of(n) for n in some],
        recipients=[f"u{n}@x" for n in some],
        mailboxes=["box"],
        window_start=NOW - timedelta(days=1),
        hour_start=NOW - timedelta(hours=1),
    )
    assert read_whole(full, lambda tx: tx.known.ask(asked)) == set()


def test_what_runs_now_is_found_by_index(full: Full) -> None:
    assert read_whole(full, lambda tx: tx.banners.running(NOW)) == set()


def test_intake_writes_by_index(full: Full) -> None:
    def road(tx: Any) -> None:
        delivery = Delivery(source="box", external_id="2:1", raw=b"new", received_at=NOW)
        [identity] = tx.inbound.add_once([delivery], NOW)
        tx.inbound.claim_batch("lease", NOW)
        tx.inbound.first_undecided("lease", NOW)
        tx.inbound.claim_batch("lease", NOW, [identity])
        tx.timelines.of([case_of(1), case_of(2)])
        tx.escalations.heard([(1, NOW, "DIG-1")])
        tx.escalations.of_case(case_of(1))
        tx.cases.touch([{"case_id": case_of(1), "read": "new", "status": "open", "touched_at": NOW}])
        tx.cases.add_keys([("message_id", "<new@x>", case_of(1))])
        tx.outbound.undelivered(1, {"status": "5.1.1", "action": "failed"})
        tx.inbound.retry_later("lease", identity, "later", NOW)
        tx.inbound.get([identity])
        tx.inbound.known_ids("box", ["1:1", "1:2"])
        tx.inbound.known_hashes("box", [f"{1:064}"])
        tx.inbound.unmarked("box")
        tx.inbound.mark("box", ["1:1"])

    assert read_whole(full, road) == set()


def test_the_outbox_is_worked_by_index(full: Full) -> None:
    def road(tx: Any) -> None:
        tx.outbound.due_mailboxes(NOW)
        tx.outbound.claim_from(["box"], "lease", 50, NOW)
        tx.outbound.keep("lease", [(1, f"{1:064}", b"x")], NOW)
        tx.outbound.sending("lease", 1, NOW, NOW, None)
        tx.outbound.answered("lease", 1, "sent", "250 ok", NOW)
        tx.outbound.bodies([f"{1:064}"])
        tx.outbound.pending()
        tx.outbound.count(["box"], NOW, NOW)
        tx.outbound.held()

    assert read_whole(full, road) == set()


def test_pages_and_the_day_s_balance_are_read_by_index(full: Full) -> None:
    def pages(tx: Any) -> None:
        tx.views.revision()
        tx.views.held()
        tx.views.without_case(NOW - timedelta(days=1), NOW)
        tx.inbound.balance(NOW - timedelta(days=1), NOW)
        tx.cases.find_number("MPA-26-00001")
        tx.cases.outbound(case_of(1))
        tx.cases.entries(case_of(1), case_of(2))
        tx.cases.of_person("0" * 32, case_of(1), 51)
        tx.cases.merged(case_of(1))
        tx.cases.merged_into([case_of(n) for n in range(50)])
        tx.cases.named([f"MPA-26-{n:05}" for n in range(50)], [])
        tx.cases.named([], [case_of(n) for n in range(50)])
        tx.cases.standing(case_of(1))
        tx.calls.of_case(case_of(1))
        tx.recordings.of_case(case_of(1), case_of(2))

    assert read_whole(full, pages) == set()


def test_each_view_of_the_inbox_is_listed_and_counted_by_index(full: Full) -> None:
    def views(tx: Any) -> None:
        tx.inbox.counts("anna", NOW)
        for start in (None, Place(NOW, case_of(500))):
            for view in View:
                tx.inbox.cases(view, "anna", NOW, start, 50)
            tx.inbox.callbacks(start, 50)
            tx.inbox.held(start, 50)

    assert read_whole(full, views) == set()


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(phrases=(Phrase(("panne",)),)),
        Wanted(phrases=(Phrase(("la", "pan"), open_end=True),), senders=(Phrase(("jeanne",)),)),
        Wanted(phrases=(Phrase(("panne",)),), since=NOW - timedelta(days=3), until=NOW, tools=("x",)),
        Wanted(number="MPA-26-00001"),
        Wanted(tools=("x",), statuses=("open",)),
        Wanted(categories=("x",)),
        Wanted(since=NOW - timedelta(days=1)),
        Wanted(until=NOW - timedelta(days=1)),
        Wanted(statuses=("new", "waiting")),
    ],
)
def test_searches_go_by_index(full: Full, wanted: Wanted) -> None:
    def looks(tx: Any) -> None:
        tx.search.find(wanted, None, 50)
        tx.search.find(wanted, Place(NOW, case_of(500)), 50)

    assert read_whole(full, looks) == set()


def test_words_are_kept_and_erased_by_index(full: Full) -> None:
    def road(tx: Any) -> None:
        tx.search.add([Words(case_of(1), "panne", "jeanne")])
        tx.search.erase(case_of(1))

    assert read_whole(full, road) == set()


def test_a_call_is_worked_by_index(full: Full) -> None:
    def road(tx: Any) -> None:
        request = Request(provider="x", call_sid="CA1", key="step:1", kind="step", at=NOW, raw={})
        row = tx.calls.lock("x", "CA1")
        tx.calls.known(request, "1718", NOW)
        tx.calls.change(1, {"step": 2})
        tx.calls.keep(request, {"step": 2})
        tx.calls.last_answer("x", "CA1")
        tx.calls.waiting()
        tx.calls.talks("1718")
        tx.callbacks.due(NOW, ["1718"])
        tx.legs.running()
        tx.legs.find(1)
        tx.contacts.person_of("+32470000001")
        tx.calls.open_cases(["person1", "person2"])
        tx.calls.latest_name(["person1"])
        tx.calls.keyed_case(case_of(1), ["person1"])
        tx.calls.own_recordings(row, case_of(1))
        tx.cases.settle(case_of(1), {"new"}, "closed", [], NOW)

    assert read_whole(full, road) == set()


def test_calls_are_found_by_index(full: Full) -> None:
    def looks(tx: Any) -> None:
        tx.calls.find(1)
        tx.calls.find_sid("x", "CA1")
        tx.calls.of_case(case_of(1))
        tx.calls.events("x", "CA1")
        tx.calls.running(NOW)

    assert read_whole(full, looks) == set()


def test_the_work_on_calls_goes_by_index(full: Full) -> None:
    def road(tx: Any) -> None:
        tx.legs.due_count(NOW)
        tx.legs.claim("lease", 1, NOW)
        tx.legs.of([1, 2], [3])
        leg = tx.legs.find(1)
        tx.legs.is_wanted(leg)
        tx.legs.person_sid(leg)
        tx.legs.unwanted()
        tx.legs.unheard(NOW)
        tx.legs.undecided(NOW)
        tx.legs.known_sids(["CA1"])
        tx.legs.decide(1, "busy")
        tx.legs.end(1, NOW)
        tx.callbacks.of_call(1)
        tx.callbacks.of_sid("x", "CA1")
        tx.callbacks.of_sid("x", "CA2")
        tx.callbacks.lock(1)
        tx.callbacks.change(1, tries=1)
        tx.callbacks.address_of(case_of(1), "+32470000001", "person1")
        tx.recordings.claim("lease", 1, NOW)
        tx.recordings.change("lease", 1, attempts=1)
        tx.recordings.known_sids("x", ["RE1"])
        tx.recordings.unowned(NOW)
        tx.recordings.kept_before(NOW)
        tx.recordings.forget([1, 2])
        tx.recordings.of_case(case_of(1))
        tx.recordings.sound(1)
        tx.recordings.release_all(NOW)

    assert read_whole(full, road) == set()


def test_figures_and_logged_calls_are_read_by_index(full: Full) -> None:
    hour = (NOW - timedelta(hours=1), NOW)

    def looks(tx: Any) -> None:
        list(tx.call_events.between(*hour))
        list(tx.call_events.between(*hour, steps=hour))
        tx.views.calls(["1718", "1719"], *hour)
        tx.logged.find(["k1", "k2"])
        list(tx.logged.between(*hour))
        tx.logged.tie({"k1": case_of(1)})
        tx.logged.remove("k3")
        tx.cases.hide(case_of(1), 1, NOW)

    assert read_whole(full, looks) == set()


def test_the_sweep_goes_by_index(full: Full) -> None:
    def road(tx: Any) -> None:
        tx.alarms.is_due(NOW)
        tx.alarms.claim(NOW, 100)
        tx.alarms.timelines([case_of(1), case_of(2)])
        tx.alarms.escalations([case_of(1), case_of(2)])
        tx.alarms.set([{"id": case_of(1), **dict.fromkeys(TIMERS, NOW)}])
        tx.alarms.climb([{"id": case_of(1), "queue": "line2", "routing": {}, "agent": None}])

    assert read_whole(full, road) == set()


def test_work_is_offered_by_index(full: Full) -> None:
    def road(tx: Any) -> None:
        tx.presence.load(["anna", "paul"])
        [row, *_] = tx.presence.waiting(["line1", "line2"], 500)
        tx.presence.offer(row, "anna", NOW)

    assert read_whole(full, road) == set()


def test_who_leads_and_who_reviews_read_by_index(full: Full) -> None:
    def looks(tx: Any) -> None:
        tx.supervision.of_queue("supervisor", 50)
        tx.supervision.of_agent("paul", 50)
        tx.supervision.flagged("help", 50)
        tx.supervision.by_agent(["anna", "paul"])
        tx.supervision.by_queue(("line1", "n2"))
        tx.corrections.doubted(500)
        tx.corrections.accepted(NOW - timedelta(days=30), 500)
        tx.corrections.listed([case_of(1), case_of(2)])
        tx.tagged.newest(NOW - timedelta(weeks=8), 5_000)
        tx.inbound.held(200)
        tx.outbound.held(200)

    assert read_whole(full, looks) == set()


@pytest.mark.parametrize("before", [0, 500])
@pytest.mark.parametrize(("actor", "action"), [("a1", ""), ("", "b1"), ("a1", "b1"), ("nobody", "b1")])
def test_the_audit_of_a_person_or_of_a_kind_is_read_by_an_index_of_its_own(
    full: Full, before: int, actor: str, action: str
) -> None:
    def looks(tx: Any) -> None:
        tx.audit.page(51, before, actor, action)

    assert read_whole(full, looks) == set()
    with full.reading() as tx:
        found = tx.audit.page(full.rows, before, actor, action)
    assert {(row.actor, row.action) for row in found if actor and action} <= {(actor, action)}


def test_what_programs_are_told_of_is_found_by_index(full: Full) -> None:
    def looks(tx: Any) -> None:
        ids = tx.hooks.lately(NOW - timedelta(minutes=5), case_of(full.rows - 3))
        tx.hooks.standing(ids)
        tx.hooks.turned(ids, NOW - timedelta(minutes=5))
        tx.hooks.line_of(case_of(1))

    assert read_whole(full, looks) == set()


class Unchanged(Exception):  # noqa: N818 - no error: it rolls back
    """Leaves the rows as they were for the next test."""


def read_whole(store: Full, act: Any) -> set[tuple[str, str]]:
    """(table, statement) of what the database would answer by reading a large table from end to end."""
    statements: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        statements.append((statement, parameters[0] if many else parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    with suppress(Unchanged), store.transaction("test.road") as tx:
        act(tx)
        raise Unchanged
    event.remove(store.engine, "before_cursor_execute", note)
    explained = [one for one in statements if not one[0].startswith(("BEGIN", "SET"))]
    assert explained
    return {(table, statement) for statement, given in explained for table in whole(store, statement, given)}


def whole(store: Full, statement: str, parameters: Any) -> Iterator[str]:
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            yield from (name for *_, detail in rows for name in LARGE if _scans(detail, name))
        else:
            if store.rows < TORTURE:
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # small tables are read whole for speed
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
            yield from _sequential(plan if isinstance(plan, list) else json.loads(plan))


COARSE = re.compile(r"\((kind|mailbox|source|provider|state)=\?\)$")
"""A search by nothing but one of these columns reads a large part of the table."""
PARTIAL = re.compile(r"ix_\w+_(due|held|to_review|unmarked|waiting|running|kept|unassigned|flagged|inbox\w*)\b")


def _scans(detail: str, table: str) -> bool:
    """SQLite says SCAN where it walks a table or index from its begin; a partial index holds few rows."""
    verb, name, *_ = detail.split(" ")
    if name != table or PARTIAL.search(detail):
        return False
    return verb == "SCAN" or COARSE.search(detail) is not None


EARLY = 0.2
"""The part of a table after which the planner expects a LIMIT to be filled: that is no reading from end to end."""


def _sequential(plan: Any, part: float = 1.0) -> Iterator[str]:
    if isinstance(plan, list):
        for one in plan:
            yield from _sequential(one, part)
    elif isinstance(plan, dict):
        if plan.get("Node Type") == "Seq Scan" and plan["Relation Name"] in LARGE and part > EARLY:
            yield plan["Relation Name"]
        cut = plan.get("Node Type") == "Limit"
        for one in plan.values():
            yield from _sequential(one, plan["Total Cost"] / (plan["Plans"][0]["Total Cost"] or 1.0) if cut else 1.0)
