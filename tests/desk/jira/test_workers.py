"""Several workers at once, on both databases: each thing is done once and in order, each comment is heard once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from cases import actions
from cases.case import EntryKind
from desk.jira.looking import Looking
from desk.jira.pushing import Pusher
from tests.desk.jira.conftest import JiraWork
from tests.desk.jira.test_looking import another_office
from tests.mails import mail

WORKERS, CASES = 3, 4


def worked(work: JiraWork) -> None:
    """All that is due, done by one worker among several."""
    office = another_office(work)
    pusher, looking = Pusher(office=office), Looking(office=office)
    idle = 0
    while idle < 3:  # what another worker has in hand may lead to more
        idle = 0 if pusher.process() + looking.process() else idle + 1


@pytest.mark.parametrize("server", ["cloud"], indirect=True)
def test_each_thing_is_done_once_whoever_does_it(jira_work: JiraWork) -> None:
    numbers = [jira_work.opened(mail(message_id=f"<m{n}@example.org>", subject=f"N° {n}")) for n in range(CASES)]
    for number in numbers:
        for text in ("Un.", "Deux.", "Trois."):
            jira_work.do(number, actions.reply, text)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(worked, [jira_work] * WORKERS))
    jira_work.turn()
    assert len(jira_work.server.issues) == CASES
    for number in numbers:
        said = [text.split("\n\n")[1] for text in jira_work.issue(number).words]
        assert said == ["Un.", "Deux.", "Trois."]
        assert (jira_work.issue(number).status, jira_work.waiting(number)) == ("En cours", [])
        for text in ("Vu.", "Réparé."):
            jira_work.server.comments(jira_work.issue(number).key, text)
            body, headers = jira_work.server.webhook("comment_created", jira_work.issue(number).key)
            jira_work.hears(body, headers)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(worked, [jira_work] * WORKERS))
    jira_work.minutes(61)
    jira_work.turn()
    for number in numbers:
        heard = [line.text for line in jira_work.lines(number, EntryKind.TICKET_WROTE)]
        assert heard == ["Vu.", "Réparé."]
