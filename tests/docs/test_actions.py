"""docs/actions.md is executed: every action from every status, its lines, and why a closing is not told."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cases.acting import Acting, Action, Effect
from cases.actions import SENT, SILENT, close, note, reopen, reply, resume, wait
from cases.amending import Cut, copy, fields, requester, split
from cases.assigning import assign, hand_to, prioritise, take
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.escalation import mails
from cases.joining import link, merge, unlink, unmerge
from cases.policy import Verdict
from cases.refusal import RefusedError
from cases.review import Field
from cases.routing import Queue
from cases.seconding import Wish, case_for, escalate, returned, tell
from cases.secondlevel import Escalations, Outcome, Role
from cases.tagging import labels_of, tag
from tests.cases.dossiers import ALICE, CALENDARS, NOW, RELAY, STAFF, acting, case
from tests.docs.tables import rows

Do = Callable[[Dossier, Acting], Effect]
OTHER = case(id=202600000009, number="TST-26-00009")
IN_OTHER = acting().line(EntryKind.MERGED, case=OTHER.number, status=Status.OPEN)
WISH = Wish(wording="NOTICe shows a blank page since Monday.")
ACTIONS: dict[str, Do] = {
    "reply": lambda case, who: reply(case, who, "Try again."),
    "reply --wait": lambda case, who: reply(case, who, "Which file?", wait=True),
    "reply --close": lambda case, who: reply(case, who, "Solved.", end=True),
    "note": lambda case, who: note(case, who, "Called."),
    "take": lambda case, who: take(replace(case, agent="paul"), who),
    "assign --to": lambda case, who: assign(case, who, "paul"),
    "assign --queue": lambda case, who: hand_to(case, who, Queue.LINE_2),
    "prioritise": lambda case, who: prioritise(case, who, 1, 1),
    "wait": lambda case, who: wait(case, who, 7),
    "resume": resume,
    "escalate": lambda case, who: escalate(case, who, WISH),
    "tell-n2": lambda case, who: tell(case, who, "File 12."),
    "returned": lambda case, who: returned(case, who, Outcome.SOLVED),
    "returned --outcome withdrawn": lambda case, who: returned(case, who, Outcome.WITHDRAWN),
    "close": close,
    "close --withdraw": lambda case, who: close(case, who, withdraw=True),
    "reopen": reopen,
    "split": lambda case, who: split(case, who, Cut(new=202600000008, chosen=(2,)), CALENDARS),
    "requester": lambda case, who: requester(case, who, "jan@example.org"),
    "copy": lambda case, who: copy(case, who, on=True),
    "field": lambda case, who: fields(case, who, {"place": "Huy"}),
    "link": lambda case, who: link(case, who, OTHER),
    "unlink": lambda case, who: unlink(replace(case, proposed=OTHER.id), who, OTHER),
    "merge": lambda case, who: merge(case, who, OTHER),
    "unmerge": lambda case, who: unmerge(replace(case, merged_into=OTHER.id, timeline=(IN_OTHER,)), who, OTHER),
    "tag": lambda case, who: tag(case, who, labels_of(case) | {Field.TOOL: "aucun"}),
}
TABLE = {row["action"]: row for row in rows("actions.md", "action | who")}
LINES = {row["line"]: set(row["particulars"].split()) for row in rows("actions.md", "line | particulars")}


def test_the_table_has_every_action() -> None:
    assert set(TABLE) == set(ACTIONS)
    assert {action.partition(" ")[0] for action in TABLE} == set(Action)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", TABLE)
def test_an_action_does_what_the_table_says(action: str, status: Status) -> None:
    before = case(status=status, submitter=RELAY)
    expected = TABLE[action]
    if not expected[status]:
        with pytest.raises(RefusedError):
            ACTIONS[action](before, acting())
        return
    effect = ACTIONS[action](before, acting())
    assert effect.columns.get("status", status) == expected[status]
    assert [line.kind for line in effect.lines] == expected["lines"].split()
    assert kinds_of_mails(before, effect) == expected["mails"].split()
    for line in effect.lines:
        assert set(line.data) <= LINES[line.kind]
        assert (line.actor, line.at) == ("marie", NOW)


@pytest.mark.parametrize("action", TABLE)
def test_an_action_is_done_by_who_may(action: str) -> None:
    some = next(status for status in Status if TABLE[action][status])
    before = case(status=some, submitter=RELAY)
    experts = replace(STAFF, escalations=Escalations(roles=(Role.EXPERT,)))
    if TABLE[action]["who"] == "all":
        ACTIONS[action](before, acting(profile=experts))
    else:
        with pytest.raises(RefusedError, match="ask one of these: expert"):
            ACTIONS[action](before, acting(profile=experts))
    with pytest.raises(RefusedError, match="auditor"):
        ACTIONS[action](before, acting(ALICE))


def kinds_of_mails(before: Dossier, effect: Effect) -> list[str]:
    leaving = list(effect.mails)
    if effect.escalated:
        leaving += mails(effect.escalated, case_for(before), 1, NOW)
    return [one.kind for one in leaving]


def test_what_becomes_of_a_closing_is_explained() -> None:
    explained = {row["word"] for row in rows("actions.md", "word | meaning")}
    reasons = {
        Verdict.NO_ADDRESS,
        Verdict.OWN_ADDRESS,
        Verdict.ROBOT_ADDRESS,
        Verdict.BY_RULE,
        Verdict.BUDGET,
        Verdict.BREAKER,
    }
    assert explained == {SENT, SILENT, *reasons}
