"""The road of the form, walked whole: typed into a browser without script, a case is there, the receipt is read at the
other end; and killed at each durable boundary on the way, nothing is lost and nothing doubled."""

import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from desk.attached import attached
from desk.routes_form import FASTEST
from tests.roads.boundaries import boundaries
from tests.roads.house import House
from tests.servers.process import answers, free_port, wait_until
from tests.servers.smtp import SmtpSink

PNG = b"\x89PNG\r\n\x1a\n" + bytes(5000)
FILES = [("files", ("capture.png", PNG, "image/png")), ("files", ("note.txt", "à savoir".encode(), "text/plain"))]
ABOUT = {"in": "mon_espace", "in.mon_espace": "erreur"}
SAID = {"text": "Depuis ce matin, Mon Espace affiche une erreur 500.", "name": "Jeanne Exemple"}
NOT_WALKED = ("form.forget", "form.sweep", "form.wake")
"""How the boundaries begin that a form that is sent does not pass."""
INTAKE = ("intake.claim.before", "intake.claim.after", "intake.process.before", "intake.process.after")


@pytest.fixture
def house(tmp_path: Path, smtp_sink: SmtpSink, form_profile: Path) -> House:
    """The service with its form, and without a mailbox."""
    found = House(tmp_path, {}, smtp_sink.url, form_profile)
    bind = f"127.0.0.1:{free_port()}"
    found.environment |= {"AIGUILLAGE_HTTP_BIND": bind, "AIGUILLAGE_PUBLIC_URL": f"http://{bind}"}
    return found


class Citizen:
    """Somebody with a browser without script, who tries again where nobody answers."""

    def __init__(self, house: House, email: str) -> None:
        self.base = house.environment["AIGUILLAGE_PUBLIC_URL"]
        self.email = email
        headers = {"origin": self.base, "accept-language": "fr"}
        self.browser = httpx2.Client(base_url=self.base, headers=headers, follow_redirects=True, timeout=30)
        self.began, self.secret, self.through = 0.0, "", False

    def gets_through(self) -> bool:
        """Walk the whole way, unless they have been through; False where the service dies meanwhile."""
        try:
            self.through = self.through or self.walk().status_code == 200
        except httpx2.TransportError:
            return False
        return self.through

    def walk(self) -> httpx2.Response:
        """Fill in the form and send it. Raises TransportError where the service is gone."""
        if not self.secret:
            self.secret = self._secret(self.browser.get("/form"))
        page = self._post("theme", "on", **ABOUT)
        self.began = self.began or time.monotonic()
        files = [] if FILES[0][1][0] in page.text else FILES  # what came before the service died is there
        self._post("message", "on", files, **SAID, email=self.email)
        wait_until(lambda: time.monotonic() - self.began > FASTEST.total_seconds(), "somebody could have read it")
        return self._post("check", "send")

    def _post(self, step: str, do: str, files: Any = None, **said: str) -> httpx2.Response:
        typed = {"draft": self.secret, "step": step, "do": do, **said}
        return self.browser.post("/form?lang=fr", data=typed, files=files or [("files", ("", b""))])

    def _secret(self, page: httpx2.Response) -> str:
        found = re.search(r'name="draft" value="([^"]+)"', page.text)
        assert found
        return found[1]


def is_up(house: House) -> Callable[[], bool]:
    return lambda: answers(int(house.environment["AIGUILLAGE_HTTP_BIND"].rpartition(":")[2]))


def receipts(sink: SmtpSink) -> Counter[str]:
    found = [one.message for one in list(sink.messages)]
    to = {one["Message-ID"]: one["To"].addresses[0].addr_spec for one in found if one["Auto-Submitted"]}
    return Counter(address for address in to.values() if address.endswith("@example.org"))


def test_a_form_with_two_files_is_a_case_and_is_answered(house: House, smtp_sink: SmtpSink) -> None:
    with house.running():
        wait_until(is_up(house), "the pages answer", 60)
        page = Citizen(house, "jeanne@example.org").walk()
        wait_until(lambda: receipts(smtp_sink)["jeanne@example.org"], "the receipt arrived", 30)
        house.wait_until_settled()
    with house.store() as store, store.reading() as tx:
        [case] = tx.cases.latest()
        [row] = tx.cases.inbound(case.id)
    assert case.number in page.text
    assert (case.channel, case.tool, case.lang) == ("form", "mon_espace", "fr")
    assert [attached(store, row.id, index) for index in (0, 1)] == [PNG, "à savoir".encode()]
    [letter] = [one.message for one in smtp_sink.messages if "jeanne@example.org" in one.recipients]
    assert case.number in letter["Subject"]
    assert f"{house.environment['AIGUILLAGE_PUBLIC_URL']}/track/" in letter.get_body(("plain",)).get_content()


def places() -> list[str]:
    """Every boundary that a form passes."""
    own = [place for place in boundaries("ingest/web") if not place.startswith(NOT_WALKED)]
    return [*own, *INTAKE]


def test_every_boundary_is_found() -> None:
    assert {"form.draft.before", "form.receive.before", "form.receive.after"} <= set(places())


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_at_every_boundary_nothing_is_lost_and_nothing_doubled(house: House, smtp_sink: SmtpSink) -> None:
    """One installation lives through all of it; who saw the service die tries again once it is back."""
    people: list[Citizen] = []
    for number, place in enumerate(places()):
        people.append(Citizen(house, f"u{number}@example.org"))
        with house.running(place) as child:
            up = is_up(house)  # what was left of the life before may lead there at once
            wait_until(lambda child=child, up=up: up() or child.poll() is not None, "it answers, or is dead", 60)
            all(one.gets_through() for one in people)
            wait_until(lambda child=child: child.poll() is not None, f"{place} is reached", 60)
            assert child.returncode == -9
    with house.running():
        wait_until(is_up(house), "the pages answer", 60)
        assert all(one.gets_through() for one in people)
        house.wait_until_settled()
    with house.store() as store, store.reading() as tx:
        cases = tx.cases.latest(limit=1000)
        files = [len(row.content["attachments"]) for case in cases for row in tx.cases.inbound(case.id)]
    assert Counter(case.requester for case in cases) == Counter(one.email for one in people)
    assert files == [2] * len(people)
    assert receipts(smtp_sink) == Counter(one.email for one in people)
