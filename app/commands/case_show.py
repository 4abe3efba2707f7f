"""`aiguillage case list` and `case show`: which cases there are, and everything about one."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.acting import AsJson, Number, desk_of
from app.commands.common import open_house, print_json, print_rows
from cases.case import Status
from cases.errors import ConfigurationError
from cases.routing import Queue

if TYPE_CHECKING:
    from cases.dossier import Dossier
    from desk.inbox.query import Fault
    from desk.timeline import Line

MOST_FOUND = 200
CLOCKS = {"response": "response_due_at", "resolution": "resolution_due_at", "second level": "n2_due_at"}


def list_cases(
    queue: Annotated[str, typer.Option(help="Only this queue.")] = "",
    agent: Annotated[str, typer.Option(help="Only this agent's.")] = "",
    status: Annotated[str, typer.Option(help="Only this status; every one but closed if absent.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only where a clock has run out.")] = False,
    as_json: AsJson = False,
) -> None:
    """List cases, the most urgent first, then the oldest."""
    from store.cases import Filter

    house = open_house()
    agents = [one.id for one in house.profile.routing.agents]
    for option, value, known in (("--queue", queue, Queue), ("--agent", agent, agents), ("--status", status, Status)):
        if value and value not in list(known):
            raise ConfigurationError([(option, f"there is no {value}", f"use one of {', '.join(known)}")])
    now, zone = house.clock(), ZoneInfo(house.profile.timezone)
    wanted = Filter(queue=queue, agent=agent, status=status, overdue_at=now if overdue else None)
    with house.store.reading() as tx:
        rows = [_listed(row, now, zone, as_json=as_json) for row in tx.cases.listed(wanted)]
    print_rows(rows, as_json=as_json, empty="There is no such case.")


def _listed(row: Any, now: datetime, zone: ZoneInfo, *, as_json: bool) -> dict[str, Any]:
    due = min((at for column in CLOCKS.values() if (at := getattr(row, column))), default=None)
    overdue = due is not None and due < now
    told = {"case": row.number, "priority": row.priority, "status": row.status, "queue": row.queue, "agent": row.agent}
    if as_json:
        due_at = due.isoformat() if due else None
        return told | {"due_at": due_at, "overdue": overdue, "tool": row.tool, "lang": row.lang, "subject": row.subject}
    when = f"{_local(due, zone)}{' overdue' if overdue else ''}" if due else ""
    return told | {"due": when, "subject": plain(row.subject)[:60]}


def search(
    query: Annotated[
        list[str], typer.Argument(help='Words, "words in a row", ref: from: cat: tool: status: before: after:')
    ],
    as_json: AsJson = False,
) -> None:
    """Find cases by what was written in them, the newest first; at most 200."""
    from desk.inbox.query import Reading, read

    house = open_house()
    now, zone = house.clock(), ZoneInfo(house.profile.timezone)
    asked = read(" ".join(query), Reading(house.profile, now.astimezone(zone).date()))
    if asked.faults:
        raise ConfigurationError([_wrong(fault, zone) for fault in asked.faults])
    with house.store.reading() as tx:
        found = tx.search.find(asked.wanted, None, MOST_FOUND)
    rows = [_listed(row, now, zone, as_json=as_json) for row in found.rows]
    print_rows(rows, as_json=as_json, empty="There is no such case.")


def _wrong(fault: "Fault", zone: ZoneInfo) -> tuple[str, str, str]:
    """A part of a search that is not understood, in the words of the pages."""
    from desk.words import Words

    words = Words("en", zone)
    wrong = words(f"inbox.wrong.{fault.wrong}", part=plain(fault.part))
    return "QUERY", wrong, words(f"inbox.mend.{fault.wrong}", known=", ".join(fault.known))


def show(number: Number, as_json: AsJson = False) -> None:
    """Show a case and its timeline; the thread with the second level, which no requester sees, is marked."""
    from desk.timeline import timeline

    house = open_house()
    case = desk_of(house).read(number)
    with house.store.reading() as tx:
        row = tx.cases.find(case.id)
        parts = tx.cases.inbound(case.id), tx.cases.entries(case.id), tx.cases.outbound(case.id)
        lines = timeline(*parts, {}, tx.recordings.of_case(case.id))
    due = {name: getattr(row, column) for name, column in CLOCKS.items() if getattr(row, column)}
    if as_json:
        print_json(_as_json(case, due, lines))
        return
    zone = ZoneInfo(house.profile.timezone)
    for part in (*_head(case, due, zone), "", *(_shown(line, zone) for line in lines)):
        sys.stdout.write(part + "\n")


def _as_json(case: "Dossier", due: dict[str, datetime], lines: "Sequence[Line]") -> dict[str, Any]:
    return {
        **_facts(case),
        "version": case.version,
        "due_at": {name: at.isoformat() for name, at in due.items()},
        "files": [{"place": place, "message": one.id, **asdict(file)} for place, (one, file) in _files(case)],
        "timeline": [_told(line) for line in lines],
    }


def _facts(case: "Dossier") -> dict[str, Any]:
    return {
        "case": case.number,
        "status": case.status,
        "priority": case.assessment.priority,
        "impact": case.assessment.impact,
        "urgency": case.assessment.urgency,
        "queue": case.queue,
        "agent": case.agent,
        "subject": plain(case.subject),
        "requester": case.requester.address,
        "name": plain(case.requester.name),
        "submitter": case.submitter,
        "relay": case.relay,
        "copied": case.copied,
        "tool": case.tool,
        "motif": case.motif,
        "category": case.category,
        "lang": case.lang,
        "fields": dict(case.fields),
        "second_level": [{"n2": one.n2, "ticket": one.ticket, "outcome": one.outcome} for one in case.stays],
    }


def _files(case: "Dossier") -> Iterator[tuple[int, Any]]:
    return enumerate(case.files, start=1)


def _told(line: "Line") -> dict[str, Any]:
    told = asdict(line)
    return told | {"at": line.at.isoformat(), "private": is_private(line)}


def is_private(line: "Line") -> bool:
    """Whether the line is of the thread with the second level."""
    from desk.timeline import Voicemail

    return not isinstance(line, Voicemail) and line.private


def _head(case: "Dossier", due: dict[str, datetime], zone: ZoneInfo) -> Iterator[str]:
    """What is known of the case, a line for each thing that there is."""
    facts = _facts(case)
    yield f"{case.number}  {case.status}  {case.assessment.priority}  {case.queue}  {case.agent or 'nobody'}"
    for name in ("subject", "requester", "name", "submitter", "relay", "tool", "motif", "category", "lang"):
        if facts[name]:
            yield f"{name:13}{facts[name]}"
    for name, at in due.items():
        yield f"{'due':13}{name} {_local(at, zone)}"
    for stay in case.stays:
        yield f"{'second level':13}{stay.n2} {stay.ticket} {stay.outcome or 'has it'}"
    for name, value in case.fields.items():
        yield f"{'field':13}{name}={value}"
    for place, (message, file) in _files(case):
        yield f"{'file':13}{place} {plain(file.filename)} ({file.size} bytes, message {message.id})"


def _shown(line: "Line", zone: ZoneInfo) -> str:
    """One line of the timeline, its text below it."""
    mark = " [private]" if is_private(line) else ""
    title, text = _worded(line)
    below = "\n" + indent(plain(text).strip(), "    ") if text.strip() else ""
    return f"{_local(line.at, zone)}{mark} {title}{below}"


def _worded(line: "Line") -> tuple[str, str]:
    from desk.timeline import Decision, Mail, Message

    if isinstance(line, Message):
        return f"message {line.id} from {plain(line.address)}: {plain(line.subject)}", line.text
    if isinstance(line, Mail):
        return f"mail {line.what} to {line.recipient} ({line.state})", line.error
    if isinstance(line, Decision):
        rest = ", ".join(
            f"{name} {_particular(value)}" for name, value in line.data.items() if value and name != "text"
        )
        return " ".join(filter(None, (line.word, line.actor, rest and f"({plain(rest)})"))), line.data.get("text", "")
    return f"voicemail of {line.seconds} s", line.text


def _particular(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "yes" if value is True else str(value)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def plain(text: str) -> str:
    """What strangers wrote, without anything that a terminal would obey."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
