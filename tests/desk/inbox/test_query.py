"""What people write into the search field is understood, or said to be wrong; nothing else."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import Status
from cases.profile import Profile
from desk.inbox.query import LONGEST, NAMES, Chip, Fault, Reading, Wrong, parts, read
from store.search import Phrase, Wanted

CHIPS = [f"{name}:{value}" for name in NAMES for value in ("x", "clos", "24/03/2026", '"a b"')]


@pytest.fixture(scope="module")
def reading(profile: Profile) -> Reading:
    return Reading(profile, date(2026, 3, 24))


def wanted(text: str, reading: Reading) -> Wanted:
    query = read(text, reading)
    assert query.faults == ()
    return query.wanted


def test_words_phrases_and_the_begin_of_the_last(reading: Reading) -> None:
    found = wanted('Écran "page blanche" erreu', reading)
    assert found.phrases == (Phrase(("ecran",)), Phrase(("page", "blanche")), Phrase(("erreu",), open_end=True))
    assert wanted('erreur "page blanche"', reading).phrases[-1] == Phrase(("page", "blanche"))
    assert wanted("erreur 5", reading).phrases[-1] == Phrase(("5",))
    assert wanted("page outil:notice", reading).phrases == (Phrase(("page",), open_end=True),)


def test_an_address_an_hour_and_a_subject_are_words(reading: Reading) -> None:
    for text in ("https://example.org/a", "09:30", "Re: question", "jeanne@example.org"):
        assert not read(text, reading).chips
        assert wanted(text, reading).phrases
    assert wanted("jeanne@example.org", reading).phrases == (Phrase(("jeanne", "example", "org"), open_end=True),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ref:MPA-26-00412", Wanted(number="MPA-26-00412")),
        ("nr:mpa-26-412", Wanted(number="MPA-26-00412")),
        ("REF:25-412", Wanted(number="MPA-25-00412")),
        ("nummer:412", Wanted(number="MPA-26-00412")),
        ("de:dupont", Wanted(senders=(Phrase(("dupont",), open_end=True),))),
        ('von:"Jeanne Dupont"', Wanted(senders=(Phrase(("jeanne", "dupont")),))),
        ("cat:incident", Wanted(categories=("incident",))),
        ("Kat:Störung", Wanted(categories=("incident",))),
        ("outil:notice", Wanted(tools=("notice",))),
        ('toepassing:"mon espace"', Wanted(tools=("mon_espace",))),
        ("statut:clos", Wanted(statuses=(Status.CLOSED,))),
        ("status:gesch statut:nouveau", Wanted(statuses=(Status.CLOSED, Status.NEW))),
        ('statut:"en attente"', Wanted(statuses=(Status.WAITING,))),
        ("avant:24/03/2026", Wanted(until=datetime(2026, 3, 23, 23, tzinfo=UTC))),
        ("nach:24.3.", Fault(Wrong.DATE, "24.3.")),
        ("nach:24.3", Wanted(since=datetime(2026, 3, 23, 23, tzinfo=UTC))),
        ("après:2026-07-01", Wanted(since=datetime(2026, 6, 30, 22, tzinfo=UTC))),
        ("avant:31/02/2026", Fault(Wrong.DATE, "31/02/2026")),
        ("before:0001-01-01", Fault(Wrong.DATE, "0001-01-01")),
        ("ref:abc", Fault(Wrong.REF, "abc")),
        ("de:...", Fault(Wrong.FROM, "...")),
        ("statut:bleu", Fault(Wrong.STATUS, "bleu")),
        ("foo:bar", Fault(Wrong.NAME, "foo")),
        ("...", Fault(Wrong.NOTHING)),
        ("", Fault(Wrong.NOTHING)),
    ],
)
def test_chips_in_every_language(text: str, expected: Wanted | Fault, reading: Reading) -> None:
    query = read(text, reading)
    assert query.faults == ((expected,) if isinstance(expected, Fault) else ())
    if isinstance(expected, Wanted):
        assert query.wanted == expected


def test_what_there_is_is_said_beside_a_wrong_label(reading: Reading) -> None:
    [fault] = read("outil:marteau", reading).faults
    assert fault.wrong is Wrong.TOOL
    assert "notice" in fault.known


def test_a_search_too_long_is_said(reading: Reading) -> None:
    assert Fault(Wrong.TOO_LONG) in read("x " * LONGEST, reading).faults


def test_taking_a_chip_out_leaves_the_rest(reading: Reading) -> None:
    query = read('panne outil:notice "page blanche" statut:clos', reading)
    assert [query.without(chip) for chip in query.chips] == [
        'panne "page blanche" statut:clos',
        'panne outil:notice "page blanche"',
    ]


@given(st.text(max_size=LONGEST))
def test_nothing_that_is_written_is_too_odd(profile: Profile, text: str) -> None:
    query = read(text, Reading(profile, date(2026, 3, 24)))
    assert query.faults or query.wanted != Wanted()


@given(st.lists(st.sampled_from(CHIPS) | st.sampled_from(["panne", '"page blanche"', "500"]), max_size=5))
def test_a_search_reads_the_same_once_it_is_written_anew(profile: Profile, texts: list[str]) -> None:
    reading = Reading(profile, date(2026, 3, 24))
    query = read(" ".join(texts), reading)
    assert [one.written for one in query.parts] == texts
    assert len(query.chips) == sum(":" in text for text in texts)
    assert all(part.chip in Chip for part in query.chips)
    for chip in query.chips:
        assert len(parts(query.without(chip))) == len(texts) - 1
