"""What the choices in the form say, and how far they are heeded."""

from dataclasses import replace

import pytest

from cases import form_faults
from cases.case import Status
from cases.event import CHOSEN, SEEN_ANYWAY, Channel, Chosen, Dmarc, Tags
from cases.form import SAYS_OTHERWISE, Choice, Privacy, WebForm, chosen, heeded
from cases.matching import Age, Candidate, Evidence, Match, decide, is_private
from tests.cases.values import LABELS, NOW, PROFILE, event

CATEGORIES = {"acces": "requete", "incident": "incident"}
SURE = Tags(lang="fr", category="requete", motif="acces", tool="aucun", scope="in", review=False)
DOUBTFUL = replace(SURE, review=True, reason="unsure")
SAID = Chosen(path=("a",), lang="de", motif="incident", tool="notice", scope="metier")

FINE = Choice(id="fine", labels=LABELS, motif="acces")
FORM = WebForm(
    mailbox="help",
    phone="+3281000000",
    help=LABELS,
    consent=LABELS,
    privacy=Privacy(kept=LABELS, rights=LABELS, contact=LABELS, path=("theme", "fine")),
    themes=(Choice(id="theme", labels=LABELS, tool="notice", reasons=(FINE,)),),
)


def test_the_finer_choice_wins_and_the_other_stands_where_it_says_nothing() -> None:
    form = replace(FORM, themes=(replace(FORM.themes[0], motif="incident"),))
    assert chosen(form, ("theme", "fine", "gone"), "nl") == Chosen(
        path=("theme", "fine"), lang="nl", motif="acces", tool="notice"
    )
    assert chosen(form, ("theme",), "nl").motif == "incident"


def test_the_tool_counts_and_the_language_is_that_of_the_page() -> None:
    tags = heeded(SURE, replace(SAID, motif=""), CATEGORIES)
    assert (tags.tool, tags.lang, tags.review, tags.reason) == ("notice", "de", False, CHOSEN)
    assert tags.sure


def test_a_motif_counts_where_the_text_leaves_doubts() -> None:
    tags = heeded(DOUBTFUL, SAID, CATEGORIES)
    assert (tags.motif, tags.category, tags.scope) == ("incident", "incident", "metier")
    assert tags.review
    assert tags.reason == f"unsure, {CHOSEN}"


def test_a_text_that_says_otherwise_for_sure_is_looked_at() -> None:
    tags = heeded(SURE, SAID, CATEGORIES)
    assert (tags.motif, tags.scope, tags.review) == ("acces", "in", True)
    assert SAYS_OTHERWISE in tags.reason
    assert not tags.sure


def test_a_possible_incident_is_as_sure_as_before() -> None:
    tags = replace(SURE, review=True, reason=SEEN_ANYWAY)
    assert heeded(tags, replace(SAID, motif="acces"), CATEGORIES).sure


def test_without_a_form_nothing_changes() -> None:
    assert heeded(SURE, None, CATEGORIES) is SURE


def test_a_sound_form_has_no_fault() -> None:
    assert list(form_faults.faults(replace(PROFILE, web_form=FORM))) == []
    assert list(form_faults.faults(PROFILE)) == []


def test_a_mailbox_is_not_called_as_the_form() -> None:
    box = replace(PROFILE.mailboxes[0], name="form")
    [(key, cause, _)] = form_faults.faults(replace(PROFILE, mailboxes=(box,)))
    assert (key, "balance" in cause) == ("form", True)


def test_a_mailbox_that_sends_people_here_answers_nobody_who_came() -> None:
    box = replace(PROFILE.mailboxes[0], retired=True)
    [(key, cause, _)] = form_faults.faults(replace(PROFILE, mailboxes=(box,), web_form=FORM))
    assert (key, cause) == ("form.mailbox", "help sends people to this form")


@pytest.mark.parametrize("evidence", [Evidence.NUMBER, Evidence.REFERENCE, Evidence.TOKEN])
def test_an_address_that_was_typed_joins_by_token_alone(evidence: Evidence) -> None:
    case = Candidate(case_id=1, evidence=evidence, participant=True, status=Status.OPEN, touched_at=NOW)
    typed = event(channel=Channel.FORM)
    assert decide(typed, case, Age.OPEN) is (Match.JOIN if evidence is Evidence.TOKEN else Match.PROPOSE)


def test_a_second_level_does_not_speak_by_the_form() -> None:
    case = Candidate(
        case_id=1,
        evidence=Evidence.NUMBER,
        participant=False,
        status=Status.ESCALATED,
        touched_at=NOW,
        escalated=True,
        second_level=True,
    )
    assert is_private(event(dmarc=Dmarc.NONE), case)
    assert not is_private(event(channel=Channel.FORM), case)
