"""A file is looked at when it leaves: what is infected stays, and what nobody has looked at says so."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from desk.enclosures import enclosures
from ingest.scanning import Scanned, State
from store.tx import Store
from tests.desk.conftest import QuietDemo, serving
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes_files import with_file
from tests.desk.working import Work
from tests.ingest.conftest import Road


class Scanner:
    """Says the same of every file."""

    said = Scanned(State.CLEAN)

    def __call__(self, body: bytes) -> Scanned:
        return self.said


@pytest.fixture
def scanner() -> Scanner:
    return Scanner()


@pytest.fixture
def browser(sqlite_store: Store, profile: Profile, demo: QuietDemo, scanner: Scanner) -> Iterator[TestClient]:
    service = replace(serving(sqlite_store, profile, demo), scan=scanner)
    with browsing(application(service, bind="127.0.0.1:8080", public_url=BASE), sqlite_store) as client:
        yield client


@pytest.fixture
def address(sqlite_store: Store, profile: Profile) -> str:
    """Where a file that came in is downloaded."""
    [row] = Road(sqlite_store, profile).take_in(with_file("plan.pdf"))
    return f"/desk/messages/{row.id}/files/{row.content['attachments'][0]['index']}"


def test_a_clean_file_is_handed_out(browser: TestClient, address: str) -> None:
    assert browser.get(address).content == b"%PDF-1.4 x"


def test_an_infected_file_is_not_handed_out(browser: TestClient, address: str, scanner: Scanner) -> None:
    scanner.said = Scanned(State.INFECTED, "Eicar-<Test>")
    for asked in (address, f"{address}?unscanned=1"):
        answer = browser.get(asked)
        assert answer.status_code == 403
        assert b"%PDF" not in answer.content
        assert "Eicar-&lt;Test&gt;" in answer.text


def test_a_file_that_nobody_looked_at_says_so_and_is_not_lost(
    browser: TestClient, address: str, scanner: Scanner
) -> None:
    scanner.said = Scanned(State.NOT_SCANNED)
    answer = browser.get(address)
    assert answer.status_code == 503
    assert "antivirus ne répond pas" in answer.text
    assert browser.get(f"{address}?unscanned=1").content == b"%PDF-1.4 x"


def test_an_infected_file_goes_along_with_nothing(sqlite_store: Store) -> None:
    work = Work(sqlite_store)
    case = work.desk.read(work.opened(with_file("plan.pdf")))
    with pytest.raises(RefusedError) as refused:
        enclosures(sqlite_store, case, [1], lambda _: Scanned(State.INFECTED, "Eicar"))
    assert refused.value.refusal is Refusal.INFECTED_FILE
    [enclosed] = enclosures(sqlite_store, case, [1], lambda _: Scanned(State.NOT_SCANNED))
    assert enclosed.body == b"%PDF-1.4 x"
