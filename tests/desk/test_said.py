"""What was not done is said in the reader's language."""

from dataclasses import replace
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from cases.acting import Action, StaleError
from cases.actions import note, reopen
from cases.amending import requester
from cases.assigning import agent_of, take
from cases.case import EntryKind, Status
from cases.refusal import ENGLISH, Refusal, RefusedError
from cases.seconding import Wish, escalate
from cases.secondlevel import Escalations, Role
from desk.pages import Named
from desk.said import refused, stale
from desk.words import LANGUAGES, Words, catalogue
from tests.cases.dossiers import ALICE, STAFF, acting, case

FRENCH = Words("fr", ZoneInfo("Europe/Brussels"))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def values_of(refusal: Refusal) -> dict[str, str]:
    return {name: name for text in ENGLISH[refusal] for name in blanks(text)}


@pytest.mark.parametrize("refusal", Refusal)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_is_said_in_every_language(lang: str, refusal: Refusal) -> None:
    error = RefusedError(refusal, **values_of(refusal))
    cause, mend = refused(replace(FRENCH, lang=lang), error)
    assert cause
    assert mend.endswith(".")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_action_and_role_has_its_word(lang: str) -> None:
    wanted = {f"refused.action.{one}" for one in Action} | {f"refused.role.{one}" for one in Role}
    assert wanted <= catalogue(lang).keys()


def test_the_terminal_says_what_it_always_said() -> None:
    said = []
    experts = replace(STAFF, escalations=Escalations(roles=(Role.EXPERT,)))
    for attempt in (
        lambda: note(case(), acting(), " "),
        lambda: note(case(hidden=True), acting(), "Called."),
        lambda: note(case(), acting(ALICE), "Called."),
        lambda: take(case(status=Status.CLOSED), acting()),
        lambda: reopen(case(status=Status.OPEN), acting()),
        lambda: requester(case(), acting(), ""),
        lambda: escalate(case(), acting(profile=experts), Wish(wording="It is broken since Monday.")),
        lambda: agent_of(STAFF, ""),
    ):
        with pytest.raises(RefusedError) as error:
            attempt()
        said.append(str(error.value))
    number, name = case().number, acting().name
    assert said == [
        "there is no text; write one",
        f"{number} is hidden; re-open it first",
        f"{acting(ALICE).name} is an auditor, who reads and changes nothing; ask somebody of the team",
        f"{number} is closed: `take` cannot be done; re-open it first",
        f"{number} is open: `reopen` cannot be done; there is nothing to do",
        "nothing is not one address; write one such as jeanne@example.org",
        f"{name} may not escalate as agent; ask one of these: expert",
        f"the profile has no agent without a name; use one of {', '.join(one.id for one in STAFF.routing.agents)}",
    ]


def test_words_of_ours_are_said_in_the_readers_language() -> None:
    error = RefusedError(Refusal.CLOSED, number="MPA-26-00001", status=Status.CLOSED, action=Action.TAKE)
    assert refused(FRENCH, error)[0] == "MPA-26-00001 est au statut « Clos » : impossible de le prendre"
    error = RefusedError(Refusal.MAY_NOT_ESCALATE, name="Paul", role=Role.AGENT, roles="expert, supervisor")
    assert refused(FRENCH, error)[1] == "Demandez à une personne de ce rôle : expert, responsable."


def test_a_stale_case_says_what_happened_meanwhile() -> None:
    lines = [acting().line(EntryKind.NOTE, str(place)) for place in range(5)]
    found = stale(Named(STAFF, FRENCH), StaleError(case(), lines))
    assert len(found.lines) == 3
    assert acting().name in found.lines[0]
