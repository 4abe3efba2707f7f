"""The ticket on the page of its case."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.http import application
from cases.secondlevel import Via
from cases.ticket import Pushed
from tests.desk.conftest import QuietDemo, serving
from tests.desk.jira.conftest import JIRA, JiraWork
from tests.desk.signed import BASE, browsing
from tests.mails import mail
from tests.servers.jira import Trouble


def page(work: JiraWork, demo: QuietDemo, number: str) -> str:
    pages = application(serving(work.store, work.profile, demo), bind="127.0.0.1:8080", public_url=BASE)
    with browsing(pages, work.store) as browser:
        assert isinstance(browser, TestClient)
        found = browser.get(f"/desk/cases/{number}")
    assert found.status_code == 200
    return found.text


@pytest.mark.parametrize("server", ["cloud"], indirect=True)
def test_a_page_shows_the_key_and_why_something_waits(jira_work: JiraWork, demo: QuietDemo) -> None:
    number = jira_work.opened(mail())
    jira_work.server.break_next(Trouble(401))
    jira_work.turn()
    waiting = page(jira_work, demo, number)
    assert "Pas encore créé" in waiting
    assert "Jira refuses the token (401)" in waiting
    jira_work.minutes(20)
    jira_work.turn()
    jira_work.server.comments("DIG-1", "Nous <b>regardons</b>.")
    jira_work.server.moves("DIG-1", "En cours", told=False)
    jira_work.minutes(61)
    jira_work.turn()
    shown = page(jira_work, demo, number)
    assert 'href="https://jira.example.org/servicedesk/customer/portal/1/DIG-1"' in shown
    assert "Nous &lt;b&gt;regardons&lt;/b&gt;." in shown
    assert "Statut dans Jira" in shown
    jira_work.use(replace(JIRA, push=Pushed.NOTHING), via=Via.MAIL)
    assert "part-ticket" not in page(jira_work, demo, number)
