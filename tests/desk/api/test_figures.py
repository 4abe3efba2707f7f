"""The figures for programs: those of the report, a document that describes them, and what cannot be asked for."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import holidays
from cases.secondlevel import Role
from desk.dashboard.plain import plain
from desk.dashboard.reckoning import Reckoning
from desk.dashboard.reviewing import Reviewing
from desk.period import Kind, Period
from store.tx import Store
from tests.desk.api.programs import calling, problem
from tests.desk.working import Work
from tests.mails import mail


def reviewed(work: Work, kind: Kind, day: date) -> Any:
    calendars = {name: holidays.calendar(work.profile, name) for name in work.profile.hours}
    reviewing = Reviewing(Reckoning(work.store, work.profile, calendars, lambda: work.now))
    return plain(reviewing.review(Period.around(kind, day), anew=True))


@pytest.mark.parametrize("kind", Kind)
def test_they_are_those_of_the_report(client: TestClient, work: Work, kind: Kind) -> None:
    work.opened(mail(message_id="<a@example.org>"))
    found = client.get(f"/figures?period={kind}").json()
    expected = reviewed(work, kind, work.now.date())
    assert found.pop("known_at").removesuffix("Z") == expected.pop("known_at").removesuffix("+00:00")
    assert found == expected
    assert found["tables"]["by_hour"]


def test_a_month_is_asked_for_by_any_of_its_days(client: TestClient, work: Work) -> None:
    before = work.now.date().replace(day=1) - timedelta(days=1)
    found = client.get("/figures", params={"day": before.isoformat()}).json()
    assert (found["first"], found["last"]) == (before.replace(day=1).isoformat(), before.isoformat())
    assert found["missing"][-1] == "nothing"


@pytest.mark.parametrize("asked", ["day=2099-01-01", "day=0001-01-01", "day=x", "period=year"])
def test_what_cannot_be_counted_is_said(client: TestClient, asked: str) -> None:
    assert problem(client.get(f"/figures?{asked}")) == (422, "invalid")


def test_an_auditor_may_read_them(pages: FastAPI, store: Store) -> None:
    with calling(pages, store, "audit", Role.AUDITOR) as auditor:
        assert auditor.get("/figures").status_code == 200
