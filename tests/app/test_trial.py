"""What would become of a case, from made-up attributes: what the shipped profile promises, read at its own clock."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app import holidays, trial
from cases.errors import ConfigurationError
from cases.timers import Calendars
from tests.profiles import shipped

PROFILE = shipped()
FRIDAY = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)  # 16:00 in Brussels; the clocks change on Sunday


def foreseen(*written: str) -> dict[str, Any]:
    calendars = Calendars(PROFILE, holidays.sound_calendars(PROFILE))
    return trial.foreseen(trial.attributes(written, PROFILE), calendars, FRIDAY)


def test_a_sure_fault_goes_to_the_second_level_of_its_tool_at_once() -> None:
    found = foreseen("motif=incident", "tool=notice", "urgency=2", "impact=2")
    assert found == {
        "priority": "P2",
        "reasons": ["text_impact", "text_urgency"],
        "queue": "n2",
        "why": "rule",
        "rule": "panne sûre : second niveau",
        "agent": "",
        "n2": "digital",
        "answer_by": "2026-03-30T11:30+02:00",
        "solved_by": "2026-03-30T16:00+02:00",
        "n2_by": "2026-03-30T11:30+02:00",
        "receipt": "acknowledgement",
        "receipt_rule": "",
        "missing": ["dossier", "capture"],
        "articles": [],
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", {"queue": "line1", "rule": "première ligne", "answer_by": "2026-03-31T16:00+02:00", "priority": "P4"}),
        ("motif=incident tool=twice", {"n2": "rfa"}),
        ("motif=incident tool=gesper", {"n2": "gesper"}),
        ("motif=incident tool=aucun", {"queue": "line2", "rule": "panne à vérifier", "n2": ""}),
        ("motif=incident tool=notice review=yes", {"queue": "line2", "rule": "panne à vérifier", "articles": []}),
        ("motif=incident tool=notice review=yes sure=yes", {"n2": "digital"}),
        ("motif=incident tool=notice sure=no", {"queue": "line2"}),
        ("lang=de", {"queue": "line1", "agent": "anke"}),
        ("source=beistand", {"agent": "anke"}),
        ("source=1719 channel=phone", {"agent": "anke"}),
        ("impact=1 urgency=1", {"priority": "P1", "queue": "line2", "agent": "thomas"}),
        ("tool=twice motif=assistance_fonctionnelle", {"queue": "line3"}),
        ("sender=staff", {"priority": "P3", "reasons": ["sender"]}),
        ("scope=metier", {"queue": "line1", "receipt": "redirect"}),
        ("scope=metier review=yes", {"receipt": "acknowledgement"}),
        ("scope=spam", {"receipt": "nothing", "receipt_rule": "publicité"}),
        ("motif=demande_information tool=mon_espace lang=de", {"articles": []}),  # nothing is said
        ("field.dossier=10012904", {"queue": "line1"}),
    ],
)
def test_the_shipped_profile_does_as_it_says(written: str, expected: dict[str, Any]) -> None:
    found = foreseen(*written.split())
    assert {name: found[name] for name in expected} == expected


def test_every_attribute_that_no_case_has_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        foreseen("tool=netice", "colour=red", "priority=P1", "impact=0", "lang")
    assert {key for key, _, _ in caught.value.faults} == {"tool", "colour", "priority", "impact", "lang"}
