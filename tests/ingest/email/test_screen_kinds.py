"""What is automatic and what a person wrote: real-looking mails, in both directions."""

import pytest

from cases.event import MessageKind
from ingest.email.parse import parse
from ingest.email.screen import kind_of
from tests.ingest.email.mails import Labelled, labelled

MACHINES, PEOPLE = labelled("automatic.txt"), labelled("personal.txt")


@pytest.mark.parametrize("mail", MACHINES, ids=lambda mail: mail.title)
def test_a_machine_is_recognised_and_the_rule_is_named(mail: Labelled) -> None:
    assert kind_of(parse(mail.raw)) == (mail.kind, mail.rule)


@pytest.mark.parametrize("mail", PEOPLE, ids=lambda mail: mail.title)
def test_a_person_is_never_taken_for_a_machine(mail: Labelled) -> None:
    assert kind_of(parse(mail.raw)) == (MessageKind.MESSAGE, "")


def test_the_sets_are_large_enough_to_mean_something() -> None:
    assert len(MACHINES) >= 50
    assert len(PEOPLE) >= 60
