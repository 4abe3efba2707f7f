"""What many people report at once is proposed to the team, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.proposals import Proposals
from cases.event import SenderKind
from cases.profile import KnownSender
from store.tx import Store
from tests.desk.incidents.trouble import THOMAS, Trouble


@pytest.fixture
def trouble(store: Store) -> Trouble:
    """A service to which one person a week told of trouble, and one a day asked something."""
    work = Trouble(store)
    begun, work.road.now = work.now, work.now - timedelta(days=56)
    while work.now < begun - timedelta(days=1):
        if work.now.weekday() == 0:
            work.reported(1, signs=("attach", "map"))
        work.reported(1, motif="demande_information", category="requete")
        work.later(days=1)
    work.looks()
    work.road.now = begun
    return work


def test_six_people_within_the_hour(trouble: Trouble) -> None:
    cases = trouble.reported(6)
    trouble.looks()
    [row] = trouble.rows()
    assert (row.state, row.tool, row.cases, row.since) == ("proposed", "mon_espace", 6, cases[0].opened_at)
    assert set(row.evidence["signs"]) == {"error", "login", "screen"}
    assert row.evidence["usual"] < 1
    assert row.evidence["chance"] < 0.001
    [mail] = trouble.sent("wave")
    assert mail.recipient == trouble.profile.mailbox("assistance").team
    assert mail.context["count"] >= 4


def test_it_is_proposed_once_and_grows(trouble: Trouble) -> None:
    for _ in range(9):
        trouble.reported()
        trouble.looks()
    assert [row.cases for row in trouble.rows()] == [9]
    assert len(trouble.sent("wave")) == 1


def test_a_process_that_begins_finds_its_own_proposals_there(trouble: Trouble) -> None:
    trouble.reported(6)
    trouble.looks()
    other = Trouble(trouble.store)
    other.road.now = trouble.now
    other.looks()
    assert [row.cases for row in trouble.rows()] == [6]


def test_questions_are_no_trouble_however_many(trouble: Trouble) -> None:
    trouble.reported(20, motif="demande_information", category="requete")
    trouble.looks()
    assert trouble.rows() == []


def test_five_troubles_with_five_tools_are_none_of_one(trouble: Trouble) -> None:
    for tool in ("mon_espace", "declarations", "notice", "twice", "gesper"):
        trouble.reported(1, tool=tool)
    trouble.looks()
    assert trouble.rows() == []


def test_one_person_who_writes_six_times_is_no_wave(trouble: Trouble) -> None:
    trouble.reported(6, sender="jeanne@example.org")
    trouble.looks()
    assert trouble.rows() == []


def test_what_one_relay_passes_on_is_told_by_many(trouble: Trouble) -> None:
    relay = KnownSender(match="relais@example.org", kind=SenderKind.RELAY, label="1718")
    trouble.road.profile = replace(trouble.profile, senders=(relay,))
    trouble.reported(6, sender="relais@example.org")
    trouble.looks()
    assert [row.cases for row in trouble.rows()] == [6]


def test_a_proposal_that_nobody_decides_about_does_not_hide_the_next_trouble(trouble: Trouble) -> None:
    trouble.proposed(6)
    trouble.later(days=2)
    trouble.reported(6)
    trouble.looks()
    assert [(row.state, row.cases) for row in trouble.rows()] == [("proposed", 6), ("proposed", 6)]
    assert len(trouble.sent("wave")) == 2


def test_an_incident_of_no_tool_hides_no_trouble_with_one(trouble: Trouble) -> None:
    [first] = trouble.reported(1, tool="aucun", signs=())
    trouble.acts.announce(trouble.acts.start(THOMAS, [first.number]), THOMAS, trouble.texts("panne"), automatic=True)
    trouble.reported(6)
    trouble.looks()
    assert [(row.tool, row.state, row.cases) for row in trouble.rows()] == [
        ("", "running", 1),
        ("mon_espace", "proposed", 6),
    ]


def test_what_cannot_be_kept_is_found_at_the_next_look(trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> None:
    trouble.proposed(6)
    [late] = trouble.reported(1)
    with monkeypatch.context() as broken, pytest.raises(OSError, match="gone"):
        broken.setattr(Proposals, "keep", _gone)
        trouble.looks()
    trouble.later(minutes=1)
    trouble.looks()
    assert late.number in [one.number for one in trouble.ties(trouble.rows()[0].id)]


def _gone(*_: object) -> None:
    raise OSError("the server is gone")


def test_another_trouble_with_the_same_tool_is_proposed_by_itself(trouble: Trouble) -> None:
    trouble.announced(6)
    trouble.reported(6, signs=("download", "map", "wrong_result"))
    trouble.reported(1)
    trouble.looks()
    assert [(row.state, row.cases) for row in trouble.rows()] == [("running", 7), ("proposed", 6)]
