"""The tables of docs/jira.md, executed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cases.acting import Acting, Effect
from cases.case import EntryKind, Status
from cases.dossier import Dossier, Stay
from cases.secondlevel import Outcome
from cases.ticket import Closing, Owner, Pushing, PushKind, Written
from cases.ticket_fold import AGENT, Folded, Link, Seen, fold
from tests.cases.dossiers import acting, case
from tests.desk.jira.conftest import JIRA, STATUSES
from tests.docs.tables import rows

NAMES = {ours: name for name, ours in STATUSES.items()}
NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
WHOSE = ("here alone", "there alone", "both")


def acted(jira: object) -> Acting:
    known = acting()
    return replace(known, agent=AGENT, profile=replace(known.profile, jira=jira))


def standing(status: Status) -> Dossier:
    stays = (Stay(id=1, n2="digital"),) if status is Status.ESCALATED else ()
    return replace(case(), status=status, stays=stays, messages=())


def folded(status: Status, agreed: Status, there: str, before: str, **jira: object) -> Folded:
    link = Link(key="DIG-1", status=before, agreed=agreed)
    return fold(standing(status), link, Seen(status=there), acted(replace(JIRA, **jira)))


def after(status: Status, found: Folded) -> str:
    changed = str(found.effect.columns.get("status", status))
    return "" if changed == status else changed


@pytest.mark.parametrize("row", rows("jira.md", "here | open | waiting"), ids=lambda row: row["here"])
def test_what_taking_over_does(row: dict[str, str]) -> None:
    status = Status(row["here"])
    for meaning in (Status.OPEN, Status.WAITING, Status.ESCALATED):
        found = folded(status, status, NAMES[meaning], "Ailleurs")
        assert after(status, found) == row[meaning], meaning
    for closing in Closing:
        found = folded(status, status, NAMES[Status.CLOSED], "Ailleurs", closing=closing)
        assert after(status, found) == row[f"closed, `{closing}"], closing
    assert not folded(status, status, NAMES[Status.OPEN], NAMES[Status.OPEN]).changes


@pytest.mark.parametrize("owner", list(Owner))
def test_whose_status_stands(owner: Owner) -> None:
    said = {row["changed"]: row[f'status_owner = "{owner}"'] for row in rows("jira.md", "changed | status_owner")}
    assert tuple(said) == WHOSE
    here = folded(Status.WAITING, Status.OPEN, "En cours", "En cours", status_owner=owner)
    assert (here.push, here.changes) == (True, False)
    there = folded(Status.OPEN, Status.OPEN, "En attente", "En cours", status_owner=owner)
    assert (there.push, after(Status.OPEN, there)) == (False, "waiting")
    both = folded(Status.WAITING, Status.NEW, "En cours", "Ouvert", status_owner=owner)
    [line] = [line for line in both.effect.lines if line.kind == EntryKind.TICKET_MOVED]
    assert (both.push, line.data["lost"]) == ((True, "jira") if owner is Owner.HERE else (False, "here"))
    assert ("Jira lost" in said["both"]) is (owner is Owner.HERE)
    assert ("taken over" in said["both"]) is (after(Status.WAITING, both) == "open")


SAID = [
    row | {"line": kind}
    for row in rows("jira.md", "line | said there")
    for kind in row["line"].replace("`", "").split(", ")
]


@pytest.mark.parametrize("row", SAID, ids=lambda row: row["line"])
def test_what_is_said_there(row: dict[str, str]) -> None:
    data = {"message": 1, "n2": "digital", "outcome": Outcome.WITHDRAWN, "files": [{"filename": "a.png"}], "before": {}}
    line = Written(id=7, case_id=1, kind=row["line"], actor="marie", said=True, data=data)
    pushes = Pushing(jira=JIRA, there={"digital"}, undo=timedelta(seconds=10)).of([], [line], {1})
    said = [push for push in pushes if push.kind is not PushKind.STATUS]
    kinds = [push.kind for push in said]
    assert bool(said) is (row["said there"] != "nothing, ever")
    assert (PushKind.ATTACH in kinds) is ("files" in row["said there"])
    assert any(push.wait for push in said) is ("taken back" in row["said there"])
    if "`via` Jira" in row["said there"]:
        assert not [
            push
            for push in Pushing(jira=JIRA, there=()).of([], [line], {1})
            if push.kind in (PushKind.COMMENT, PushKind.ATTACH)
        ]


def test_an_empty_effect_is_no_change() -> None:
    assert not Folded(effect=Effect(), agreed=Status.OPEN).changes
