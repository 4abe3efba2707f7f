"""Killed with SIGKILL at each boundary of what is done in Jira and of what comes back: nothing is lost, nothing is done
or said twice."""

import multiprocessing
import re
import signal
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from cases import actions
from cases.case import EntryKind, Status
from store.engine import open_engine
from store.failpoint import arm
from store.tx import Store
from tests.desk.jira.conftest import JiraWork
from tests.desk.jira.test_pushing import WISH
from tests.desk.test_escalations import PICTURE, WITH_FILE
from tests.mails import mail
from tests.roads.house import ROOT
from tests.servers.jira import Jira

STEPS = 5
"""A create, an escalation's words and file, our answer, the status."""


def places() -> list[str]:
    """Every boundary of the two, as their sources name them."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in Path(ROOT / "desk/jira").glob("*.py"))
    names = set(re.findall(r'store\.run\("([^"]+)"', text)) - NOT_PASSED
    reached = set(re.findall(r'\breach\("([^"]+)"\)', text))
    return sorted(reached | {f"{name}.{side}" for name in names for side in ("before", "after")})


NOT_PASSED = {"ticket.fail", "ticket.unseen", "ticket.notices", "ticket.seen"}
"""A Jira that is away, and webhooks: tests/desk/jira/test_pushing.py and tests/roads/test_jira.py."""


def letter(place: str) -> bytes:
    """A mail with a file; another one for each place."""
    fields = {"Content_Type": 'multipart/mixed; boundary="b"', "Content_Transfer_Encoding": ""}
    return mail(WITH_FILE, subject=f"Page blanche, {place}", message_id=f"<{place}@example.org>", **fields)


def work_on(url: str, server: Jira, now: datetime, point: str) -> None:
    """Do all that is due, in a process that dies at that failpoint."""
    arm(point)
    work = JiraWork(Store(open_engine(url)), server)
    work.road.now = now
    work.turn()


def run(url: str, work: JiraWork, point: str = "") -> int | None:
    arguments = (url, work.server, work.now, point)
    child = multiprocessing.get_context("fork").Process(target=work_on, args=arguments)
    child.start()
    child.join(60)
    return child.exitcode


def test_every_boundary_is_found() -> None:
    assert {"jira.sent", "jira.seen", "ticket.claim.before", "ticket.sending.after", "ticket.done.before"} <= set(
        places()
    )


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("server", ["cloud"], indirect=True)
@pytest.mark.parametrize("passage", [1, 2, STEPS])
def test_killed_anywhere_each_thing_is_done_once(sqlite_url: str, server: Jira, passage: int) -> None:
    """One installation lives through all of it: a case for each boundary."""
    store = Store(open_engine(sqlite_url))
    work = JiraWork(store, server)
    numbers = []
    for place in places():
        number = work.opened(letter(place))
        numbers.append(number)
        work.desk.escalate(number, "marie", WISH, [1])
        work.do(number, actions.reply, "Nous demandons à Digital.")
        died = run(sqlite_url, work, f"{place}:{passage}")
        assert died == -signal.SIGKILL or (died == 0 and passage > 1), place
        with store.transaction("test") as tx:
            tx.tickets.pushes.release_all(work.now)
        for issue in server.issues.values():
            if issue.words[-1:] != ["Réparé."]:
                server.comments(issue.key, "Réparé.")
        for _ in range(2):
            work.minutes(61)
            assert run(sqlite_url, work) == 0
    assert Counter(one.fields["customfield_10050"] for one in server.issues.values()) == Counter(numbers)
    for number in numbers:
        issue = work.issue(number)
        ours = [one.partition("\n")[0] for one in issue.words if one != "Réparé."]
        assert sorted(ours) == ["Escalade :", "Réponse au demandeur :"]
        assert list(issue.files.values()) == [PICTURE]
        assert issue.status == "Escaladé"
        case = work.desk.read(number)
        assert case.status is Status.ESCALATED
        kinds = Counter(line.kind for line in case.timeline)
        assert kinds[EntryKind.TICKET_MADE] == 1
        theirs = {line.data["comment"] for line in case.timeline if line.kind == EntryKind.TICKET_WROTE}
        assert kinds[EntryKind.TICKET_WROTE] == len(theirs) == len(issue.words) - len(ours)
        assert work.waiting(number) == []
    store.engine.dispose()
