"""The oracle sees what is lost and what is double, and says so to whoever starts it."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import insert

from store.tables import case
from store.tx import Store
from tests.mails import mail
from tests.notify.sweeping import FIRST, at, new_case
from tests.roads.house import ROOT
from tests.roads.oracle import ENVELOPE, Balance, Letter, balance
from tests.servers.imap import OtherClient

PEOPLE = ["an@example.org", "bo@example.org"]
ONE_EACH = Counter(PEOPLE)
RECEIPTS = [Letter(f"<{one}>", one) for one in PEOPLE]


def test_one_case_and_one_receipt_each_is_whole() -> None:
    found = balance(PEOPLE, ONE_EACH, RECEIPTS)
    assert found.is_whole
    assert (found.inputs, found.cases, found.repeats, found.copies) == (2, 2, 0, 1)


def test_a_mail_that_came_twice_is_a_repeat_and_one_that_came_three_times_is_double() -> None:
    twice = balance(PEOPLE, ONE_EACH, [*RECEIPTS, RECEIPTS[0]])
    assert twice.is_whole
    assert (twice.repeats, twice.copies) == (1, 2)
    assert not balance(PEOPLE, ONE_EACH, [*RECEIPTS, *[RECEIPTS[0]] * 2]).is_whole


def test_a_mail_to_two_people_is_no_repeat() -> None:
    found = balance(PEOPLE, ONE_EACH, [Letter("<m>", one) for one in PEOPLE])
    assert (found.repeats, found.second_receipts) == (0, [])


@pytest.mark.parametrize(
    ("cases", "letters", "wrong"),
    [
        (Counter(PEOPLE[:1]), RECEIPTS, "lost"),
        (Counter([*PEOPLE, PEOPLE[0]]), RECEIPTS, "second_cases"),
        (Counter([*PEOPLE, "eve@example.org"]), RECEIPTS, "unknown"),
        (ONE_EACH, RECEIPTS[:1], "unanswered"),
        (ONE_EACH, [*RECEIPTS, Letter("<other>", PEOPLE[0])], "second_receipts"),
    ],
)
def test_what_is_wrong_is_named(cases: Counter[str], letters: list[Letter], wrong: str) -> None:
    found = balance(PEOPLE, cases, letters)
    assert not found.is_whole
    assert len(getattr(found, wrong)) == 1


def test_a_call_needs_a_case_and_no_receipt() -> None:
    assert balance([], Counter(["CA1"]), [], ["CA1"]).is_whole
    assert balance([], Counter(), [], ["CA1"]).lost == ["CA1"]


@pytest.mark.parametrize("imap_server", ["pymap"], indirect=True)
def test_the_program_reads_sources_and_sinks(store: Store, folder: OtherClient, tmp_path: Path) -> None:
    with store.transaction("test") as tx:
        rows = [{**new_case(FIRST + n, at("03-24 09:00")), "requester": one} for n, one in enumerate(PEOPLE)]
        tx.connection.execute(insert(case), rows)
    (tmp_path / "ids").write_text(PEOPLE[0])
    folder.append(mail(sender=f"Bo <{PEOPLE[1]}>"))
    spool = tmp_path / "spool"
    spool.mkdir()
    for number, one in enumerate(PEOPLE):
        raw = f"{ENVELOPE}: <{one}>\r\n".encode() + mail("Bien reçu.\n", message_id=f"<r{number}@example.be>")
        (spool / f"{number}.eml").write_bytes(raw)
    account = folder.account
    mailbox = f"imap://{account.user}:{account.password}@{account.host}:{account.port}/{folder.folder}"
    url = store.engine.url.render_as_string(hide_password=False)
    files = ["--ids", tmp_path / "ids", "--mailbox", mailbox, "--spool", spool, "--database", url]
    assert said(files, 0).is_whole
    (spool / "1.eml").unlink()
    assert said(files, 1).unanswered == [PEOPLE[1]]


def said(arguments: list[object], code: int) -> Balance:
    command = [sys.executable, "-m", "tests.roads.oracle", *map(str, arguments)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == code, ended.stderr.decode()
    return Balance(**json.loads(ended.stdout))
