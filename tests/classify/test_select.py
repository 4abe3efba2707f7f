import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import Message
from classify.select import BODY_LIMIT, QUOTED_LIMIT, SUBJECT_LIMIT, condense, select, split_quote


@pytest.mark.parametrize(
    ("body", "new"),
    [
        ("Non, toujours pas.\n\nLe 12/05/2026 à 09:14, Assistance a écrit :\n> Est-ce résolu ?", "Non, toujours pas."),
        ("Ja bitte.\n\nAm 15.04.2026 um 09:26 schrieb Beistand:\n> Sollen wir?", "Ja bitte."),
        ("Nee.\n\nOp wo 11 mrt 2026 om 10:33 schreef Helpdesk <h@example.be>:\n> Lukt het?", "Nee."),
        ("Merci.\n\nDe : Assistance\nEnvoyé : lundi 9 mars 2026\nObjet : code\n\nBonjour", "Merci."),
        ("Bonjour, rien ne va.", "Bonjour, rien ne va."),
    ],
)
def test_new_text_is_read_apart_from_what_it_answers(body: str, new: str) -> None:
    assert split_quote(body)[0].strip() == new


def test_a_text_that_is_all_quote_is_kept() -> None:
    assert split_quote("> Bonjour\n> rien ne va") == ("> Bonjour\n> rien ne va", "")


def test_a_note_above_a_forward_keeps_the_forwarded_text() -> None:
    body = "Pour suite utile.\n\nDe : Rosa\nEnvoyé : mardi\nObjet : panne\n\nLa page est blanche."
    assert "page est blanche" in select(Message(subject="TR: panne", body=body)).body


def test_the_question_at_the_end_of_a_long_mail_survives_the_cut() -> None:
    story = "Notre village fêtait la moisson sous un beau soleil de juillet. " * 60
    question = "Comment puis-je remplacer mon architecte dans la demande ?"
    kept = condense(f"Madame, Monsieur,\n{story}\n{question}")
    assert question in kept
    assert len(kept) <= BODY_LIMIT


@given(st.text(max_size=5_000), st.text(max_size=400))
def test_any_text_is_read_within_the_limits(body: str, subject: str) -> None:
    reading = select(Message(subject=subject, body=body))
    assert len(reading.subject) <= SUBJECT_LIMIT * 4
    assert len(reading.body) <= BODY_LIMIT * 4
    assert len(reading.quoted) <= QUOTED_LIMIT
    assert "\0" not in reading.body
