"""What people are told of a major incident. Values in, values out."""

from dataclasses import replace
from typing import Any

import pytest

from cases.case import Status
from cases.event import Address
from cases.major import State, Word
from cases.telling import LEFT_ALONE, PERSON_TOLD, notice, tell
from tests.cases.dossiers import case as dossier
from tests.cases.test_major import ACTING, PROFILE, running


def test_a_person_is_told_once_in_the_language_of_the_case() -> None:
    case = replace(dossier(), lang="de", requester=Address("", "anke@example.org"))
    told = tell(running(), case, ACTING, "p1", known=False)
    assert told.effect is not None
    [mail] = told.effect.mails
    assert (mail.context["text"], mail.lang, mail.automatic) == ("message de", "de", False)
    assert mail.key == "incident:7:1:p1"
    again = tell(running(), case, ACTING, "p1", known=True)
    assert again.fate == PERSON_TOLD
    assert again.effect is not None
    assert again.effect.mails == ()


@pytest.mark.parametrize("more", [{"status": Status.CLOSED}, {"hidden": True}])
def test_what_was_closed_meanwhile_is_left_alone(more: Any) -> None:
    told = tell(running(), replace(dossier(), **more), ACTING, "p1", known=False)
    assert (told.effect, told.fate) == (None, LEFT_ALONE)


@pytest.mark.parametrize("state", [State.RUNNING, State.OVER])
def test_whose_case_went_into_another_is_told_and_neither_case_is_closed_for_it(state: State) -> None:
    case = replace(dossier(), status=Status.CLOSED, merged_into=5)
    told = tell(replace(running(), state=state), case, ACTING, "p1", known=False)
    assert told.effect is not None
    assert [mail.kind for mail in told.effect.mails] == ["incident"]
    assert (dict(told.effect.columns), told.effect.there) == ({}, None)


def test_the_last_word_closes_a_case_in_silence_where_the_person_has_it() -> None:
    over = replace(running(), state=State.OVER, messages=2)
    told = tell(over, dossier(), ACTING, "p1", known=False)
    silent = tell(over, dossier(), ACTING, "p1", known=True)
    assert told.effect is not None
    assert silent.effect is not None
    assert told.effect.columns["status"] is silent.effect.columns["status"] is Status.CLOSED
    assert [mail.kind for mail in told.effect.mails] == ["closing"]
    assert silent.effect.mails == ()


def test_the_second_level_is_told_where_it_has_an_address_for_it() -> None:
    levels = tuple(replace(one, major="") for one in PROFILE.second_level)
    none = replace(ACTING, profile=replace(PROFILE, second_level=levels))
    assert notice(running(), dossier(), none, ["A"], Word.OVER) is None
    some = tuple(replace(one, major="Major@digital.example.be") for one in PROFILE.second_level)
    mail = notice(running(), dossier(), replace(none, profile=replace(PROFILE, second_level=some)), ["A"], Word.OVER)
    assert mail is not None
    assert (mail.recipient, mail.context["what"]) == ("major@digital.example.be", "over")
