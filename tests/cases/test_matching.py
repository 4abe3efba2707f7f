"""The table of docs/matching.md, cell by cell, and what is read as evidence."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import Status, case_id, case_number
from cases.event import Dmarc, InboundEvent
from cases.matching import (
    LONGEST_SUBJECT,
    MAX_REFERENCES,
    Age,
    Candidate,
    Choice,
    Evidence,
    Match,
    References,
    age,
    choose,
    decide,
    is_private,
    private,
    references,
)
from cases.profile import Matching
from cases.secondlevel import SecondLevel
from cases.tokens import Signer
from tests.cases.values import NOW, OURS, PROFILE, event, profile
from tests.docs.tables import rows

SIGNER = Signer(b"0123456789abcdef")
CASE = case_id(2026, 412)
CANDIDATE = Candidate(case_id=CASE, evidence=Evidence.TOKEN, participant=True, status=Status.OPEN, touched_at=NOW)

EVIDENCE = {kind.name.lower(): [kind] for kind in Evidence} | {"any": list(Evidence)}
SENDER = {"participant": [True], "stranger": [False], "any": [True, False]}
DMARC = {"failed": [Dmarc.FAIL], "not failed": [Dmarc.PASS, Dmarc.NONE], "any": list(Dmarc)}
STAFF = {"spoofed": [True], "not spoofed": [False]}

Cell = tuple[Evidence, bool, Dmarc, bool, Age]


def documented() -> list[tuple[Cell, Match]]:
    return [
        ((evidence, participant, dmarc, spoofed, case_age), Match(row[case_age]))
        for row in rows("matching.md", "evidence | sender")
        for evidence, participant, dmarc, spoofed, case_age in product(
            EVIDENCE[row["evidence"]], SENDER[row["sender"]], DMARC[row["DMARC"]], STAFF[row["staff address"]], Age
        )
    ]


TABLE = documented()


def test_the_table_has_every_cell_once() -> None:
    cells = [cell for cell, _ in TABLE]
    assert sorted(cells) == sorted(product(Evidence, [True, False], Dmarc, [True, False], Age))


@pytest.mark.parametrize(("cell", "expected"), TABLE)
def test_the_code_decides_each_cell_as_the_table_says(cell: Cell, expected: Match) -> None:
    evidence, participant, dmarc, spoofed, case_age = cell
    candidate = replace(CANDIDATE, evidence=evidence, participant=participant)
    assert decide(event(dmarc=dmarc, spoofed_staff=spoofed), candidate, case_age) is expected


SIDES = [
    (
        replace(CANDIDATE, evidence=evidence, participant=participant, second_level=second_level, escalated=True),
        believed,
        row[evidence.name.lower()] == "private",
    )
    for row in rows("matching.md", "sender | participant")
    for evidence, participant, second_level, believed in product(
        Evidence,
        {"yes": [True], "no": [False]}[row["participant"]],
        {"second level": [True], "anybody else": [False], "any": [True, False]}[row["sender"]],
        {"believed": [True], "not believed": [False], "any": [True, False]}[row["address"]],
    )
]
NOT_BELIEVED = ({"dmarc": Dmarc.FAIL}, {"spoofed_staff": True}, {"dmarc": Dmarc.FAIL, "spoofed_staff": True})


def test_the_table_of_the_private_thread_has_every_cell_once() -> None:
    cells = [(one.evidence, one.participant, one.second_level, believed) for one, believed, _ in SIDES]
    assert sorted(cells) == sorted(product(Evidence, [True, False], [True, False], [True, False]))


@pytest.mark.parametrize(("candidate", "believed", "expected"), SIDES)
def test_the_code_decides_which_side_as_the_table_says(candidate: Candidate, believed: bool, expected: bool) -> None:
    for changes in [{}, {"dmarc": Dmarc.PASS}] if believed else NOT_BELIEVED:
        assert is_private(event(**changes), candidate) is expected
        assert not is_private(event(**changes), replace(candidate, escalated=False))


RULES = Matching(reopen_days=30, old_days=365)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "silence", "expected"),
    [
        (Status.OPEN, timedelta(0), Age.OPEN),
        (Status.WAITING, timedelta(days=365), Age.OPEN),
        (Status.ESCALATED, timedelta(days=365) + SECOND, Age.OLD),
        (Status.CLOSED, timedelta(days=30), Age.CLOSED),
        (Status.CLOSED, timedelta(days=30) + SECOND, Age.OLD),
    ],
)
def test_age(status: Status, silence: timedelta, expected: Age) -> None:
    assert age(replace(CANDIDATE, status=status, touched_at=NOW - silence), RULES, NOW) is expected


def test_nothing_referred_to_is_a_new_case() -> None:
    assert choose(event(), [], RULES, NOW) == Choice(Match.NEW)


def test_a_spoofed_member_of_staff_gets_no_link() -> None:
    assert choose(event(spoofed_staff=True), [CANDIDATE], RULES, NOW) == Choice(Match.NEW)


def test_joining_comes_before_proposing_whatever_the_evidence() -> None:
    old = replace(CANDIDATE, case_id=CASE + 1, touched_at=NOW - timedelta(days=400))
    quoted = replace(CANDIDATE, evidence=Evidence.NUMBER)
    assert choose(event(), [old, quoted], RULES, NOW) == Choice(Match.JOIN, CASE, Evidence.NUMBER)


def test_strong_evidence_comes_before_a_recent_case() -> None:
    signed = replace(CANDIDATE, case_id=CASE + 1, touched_at=NOW - timedelta(days=2))
    quoted = replace(CANDIDATE, evidence=Evidence.REFERENCE)
    assert choose(event(), [signed, quoted], RULES, NOW).case_id == CASE + 1


def test_among_equals_the_case_touched_last_wins() -> None:
    earlier = replace(CANDIDATE, case_id=CASE + 1, touched_at=NOW - timedelta(days=2))
    assert choose(event(), [CANDIDATE, earlier], RULES, NOW).case_id == CASE


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        case_id=st.integers(1, 9),
        evidence=st.sampled_from(Evidence),
        participant=st.booleans(),
        status=st.sampled_from(Status),
        touched_at=st.integers(0, 500).map(lambda days: NOW - timedelta(days=days)),
        escalated=st.booleans(),
        second_level=st.booleans(),
    ),
    max_size=5,
)
EVENTS = st.builds(event, dmarc=st.sampled_from(Dmarc), spoofed_staff=st.booleans())


@given(EVENTS, CANDIDATES)
def test_what_a_public_participant_writes_is_never_private(received: InboundEvent, found: list[Candidate]) -> None:
    thread = private(received, found, choose(received, found, RULES, NOW))
    assert thread is None or (thread.escalated and (thread.second_level or not thread.participant))
    everywhere = [replace(one, participant=True, second_level=False) for one in found]
    assert private(received, everywhere, choose(received, everywhere, RULES, NOW)) is None


@given(EVENTS, CANDIDATES)
def test_a_private_thread_gives_way_only_to_stronger_evidence(received: InboundEvent, found: list[Candidate]) -> None:
    choice = choose(received, found, RULES, NOW)
    thread = private(received, found, choice)
    strongest = max((one.evidence for one in found if is_private(received, one)), default=None)
    if strongest is None:
        assert thread is None
    elif thread is None:
        assert choice.match is Match.JOIN
        assert choice.evidence is not None
        assert choice.evidence > strongest
    else:
        assert thread.evidence is strongest


@given(CANDIDATES, st.sampled_from(Dmarc), st.randoms())
def test_the_order_of_candidates_does_not_matter(found: list[Candidate], dmarc: Dmarc, random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    received = event(dmarc=dmarc)
    assert choose(received, found, RULES, NOW) == choose(received, shuffled, RULES, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"references": ("<unknown@example.com>", SIGNER.message_id(CASE, "acknowledgement:1", "example.org"))},
        {"recipients": (f"help+{SIGNER.case_token(CASE)}@example.org",)},
        {"text": f"Good morning\n\n> Reference: {SIGNER.case_token(CASE).upper()}\n"},
    ],
    ids=["message-id", "sub-address", "text"],
)
def test_a_signed_token_is_found(changes: dict[str, object]) -> None:
    assert references(event(**changes), PROFILE, SIGNER).tokens == (CASE,)


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: [TST-26-00412] permit", (CASE,)),
        ("tst-26-00412 and TST-25-00001", (CASE, case_id(2025, 1))),
        ("TST-26-00412 TST-26-00412", (CASE,)),
        ("XTST-26-00412", ()),
        ("TST-26-412", ()),
        ("OTHER-26-00412", ()),
        ("", ()),
    ],
)
def test_numbers_in_the_subject(subject: str, numbers: tuple[int, ...]) -> None:
    assert references(event(subject=subject), PROFILE, SIGNER).numbers == numbers


def test_a_number_in_the_text_is_no_evidence() -> None:
    found = references(event(text=f"see {case_number('TST', CASE)}"), PROFILE, SIGNER)
    assert found == References()


@pytest.mark.parametrize(
    "changes",
    [
        {"references": (SIGNER.thread_message_id(CASE, "escalation:1", "example.org"),)},
        {"recipients": (f"help+{SIGNER.thread_token(CASE)}@example.org",)},
        {"text": f"> Reference: {SIGNER.thread_token(CASE)}\n"},
    ],
    ids=["message-id", "sub-address", "text"],
)
def test_the_token_of_the_thread_is_no_token_of_the_case(changes: dict[str, object]) -> None:
    found = references(event(**changes), PROFILE, SIGNER)
    assert (found.threads, found.tokens) == ((CASE,), ())


DIGITAL = SecondLevel(
    id="digital", label="Digital", address="n2@digital.example.be", senders=("@sd.example.be",), ticket=r"DIG-\d{1,9}"
)


@pytest.mark.parametrize(
    ("address", "subject", "tickets"),
    [
        ("n2@digital.example.be", "[DIG-12] Re: MPA", (("digital", "DIG-12"),)),
        ("robot@sd.example.be", "DIG-12", (("digital", "DIG-12"),)),
        ("robot@sd.example.be", "no key", ()),
        ("robot@sd.example.be", "x" * LONGEST_SUBJECT + " DIG-12", ()),
        ("an.peeters@example.com", "DIG-12", ()),
    ],
)
def test_a_ticket_s_key_is_read_in_the_second_level_s_own_mail(
    address: str, subject: str, tickets: tuple[tuple[str, str], ...]
) -> None:
    known = profile(second_level=(DIGITAL, replace(DIGITAL, id="none", ticket="")))
    assert references(event(address=address, subject=subject), known, SIGNER).tickets == tickets


def test_only_the_nearest_references_count() -> None:
    ids = tuple(f"<{number}@example.com>" for number in range(100))
    assert references(event(references=ids), PROFILE, SIGNER).message_ids == ids[-MAX_REFERENCES:]


def test_our_own_plain_address_is_no_evidence() -> None:
    assert references(event(recipients=(OURS,)), PROFILE, SIGNER).tokens == ()
