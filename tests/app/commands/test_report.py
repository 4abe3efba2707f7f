"""`aiguillage report` writes the month's review, and says what is wrong with what was asked."""

import json
from pathlib import Path

import pytest

from app.settings import read
from app.wiring import build
from store.inbound import Delivery
from tests.app.test_cli import Command
from tests.ingest.conftest import NOW
from tests.mails import mail


@pytest.fixture
def aiguillage(tmp_path: Path) -> Command:
    return Command(tmp_path)


def test_a_review_is_written_in_every_form(aiguillage: Command) -> None:
    files = ("--html", "review.html", "--excel", "review.xlsx")
    done = aiguillage("report", "--month", "2026-03", *files, "--lang", "de")
    assert done.returncode == 0
    assert done.stdout == b""
    assert b"Nothing was received in this period." in done.stderr
    assert '<html lang="de">' in (aiguillage.folder / "review.html").read_text(encoding="utf-8")
    assert (aiguillage.folder / "review.xlsx").read_bytes()[:2] == b"PK"


def test_a_paper_is_written_where_the_extra_is_installed(aiguillage: Command) -> None:
    pytest.importorskip("weasyprint")
    assert aiguillage("report", "--month", "2026-03", "--pdf", "review.pdf").returncode == 0
    assert (aiguillage.folder / "review.pdf").read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--html", "x.html"), b"--month: is missing"),
        (("--month", "2999-01", "--html", "x.html"), b"2999-01 has not begun"),
        (("--month", "2026-03", "--html", "x.html", "--lang", "it"), b"--lang: it is none of the languages"),
        (("--month", "2026-13", "--html", "x.html"), b"--month: 2026-13 is not a month"),
    ],
)
def test_what_cannot_be_reviewed_is_wrong_use(aiguillage: Command, asked: tuple[str, ...], said: bytes) -> None:
    done = aiguillage("report", *asked)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (aiguillage.folder / "x.html").exists()


def test_a_file_that_cannot_be_written_is_named(aiguillage: Command) -> None:
    done = aiguillage("report", "--month", "2026-03", "--excel", "none/x.xlsx")
    assert done.returncode == 1
    assert b"none/x.xlsx" in done.stderr


def test_a_month_has_its_service_levels_and_its_review_as_json(aiguillage: Command) -> None:
    (aiguillage.folder / "a.eml").write_bytes(mail())
    aiguillage("ingest", "a.eml")
    month = json.loads(aiguillage("balance", "--json").stdout.splitlines()[0])
    assert month["received"] == month["case"] == 1
    [*_, last] = aiguillage.lines("report", "--month", "2026-03", "--json")
    assert last["review"]["missing"] == ["nothing"]
    assert b"SERVICE LEVEL" in aiguillage("report", "--month", "2026-03").stdout


def test_what_has_no_fate_is_listed(aiguillage: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    aiguillage("ingest")
    monkeypatch.chdir(aiguillage.folder)
    house = build(read({}))
    delivery = Delivery(source="assistance", external_id="1:1", raw=mail(), received_at=NOW)
    with house.store.transaction("test.receive") as tx:
        [identity] = tx.inbound.add_once([delivery], NOW)
    house.close()
    done = aiguillage("balance", "--day", f"{NOW:%Y-%m-%d}", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[-1])["without_a_fate"] == f"in:{identity}"
