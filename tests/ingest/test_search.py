"""What came in is found by its words."""

from cases.folding import words
from store.search import Phrase, Wanted
from tests.ingest.conftest import Road
from tests.mails import mail

CARD = "Bonjour,\n\nMa demande est bloquée.\n\nBien à vous,\nJeanne Exemple\nArchitecte\nTél. 081 00 12 34\nAtelier"


def found(road: Road, text: str) -> int:
    phrase = Phrase(tuple(words(text)), False)
    return road.read(lambda tx: len(tx.search.find(Wanted(phrases=(phrase,)), None, 5).rows))


def test_the_card_below_a_first_message_is_found(road: Road) -> None:
    road.take_in(mail(CARD))
    assert (found(road, "081 00 12 34"), found(road, "demande bloquée")) == (1, 0)
    assert found(road, "est bloquée") == 1


def test_what_an_answer_quotes_is_not_found_again(road: Road) -> None:
    road.take_in(mail("Bonjour"))
    road.take_in(mail("Merci.\n\n> girouette", message_id="<m2@example.org>", References="<m1@example.org>"))
    assert found(road, "girouette") == 0
