"""A case lives its whole life in Jira and here: the real service in a process of its own, a strict Jira on loopback."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app import profile as profiles
from cases.case import EntryKind
from tests.desk.test_escalations import WITH_FILE
from tests.mails import mail
from tests.roads.house import House
from tests.servers.jira import SECRET, TOKEN, Jira, signature
from tests.servers.process import answers, free_port, wait_until
from tests.servers.smtp import SmtpSink

SECTION = """
[jira]
push = "every"
project = "DIG"
request_type = "Assistance Mon Permis"
reference = "Dossier"
search_after_seconds = 1
[jira.fields]
"Priorité" = "priority"
[jira.statuses]
"Ouvert" = "new"
"En cours" = "open"
"En attente" = "waiting"
"Escaladé" = "escalated"
"Terminé" = "closed"
"""
ANSWER, THEIRS = "Nous demandons à Digital.", "Le serveur était plein, c'est réparé. Ne le dites à personne."
WORDING = "La page de NOTICe reste blanche depuis ce matin."


@pytest.fixture
def jira() -> Iterator[Jira]:
    with Jira() as found:
        yield found
        assert found.broken == []


@pytest.fixture
def house(tmp_path: Path, smtp_sink: SmtpSink, jira: Jira) -> House:
    """The service with a door for mail and a Jira."""
    shipped, profile = profiles.find("profiles/mon-permis"), tmp_path / "profile"
    profile.mkdir()
    plain = (shipped / "profile.toml").read_text(encoding="utf-8")
    (profile / "profile.toml").write_text(f"undo_seconds = 0\n{plain}", encoding="utf-8")  # nothing is taken back here
    rules = (shipped / "cases.toml").read_text(encoding="utf-8")
    address = 'address = "support@digital.example.be"\n'
    assert address in rules
    rules = rules.replace(address, f'{address}via = "jira"\n')
    (profile / "cases.toml").write_text(rules + SECTION, encoding="utf-8")
    found = House(tmp_path, {}, smtp_sink.url, profile)
    bind = f"127.0.0.1:{free_port()}"
    jira.hook = f"http://{bind}/jira/webhook"
    found.environment |= {
        "AIGUILLAGE_HTTP_BIND": bind,
        "AIGUILLAGE_PUBLIC_URL": f"http://{bind}",
        "AIGUILLAGE_LMTP_BIND": f"127.0.0.1:{free_port()}",
        "AIGUILLAGE_AGENT": "nora",
        "AIGUILLAGE_JIRA_URL": jira.url,
        "AIGUILLAGE_JIRA_TOKEN": TOKEN,
        "AIGUILLAGE_JIRA_WEBHOOK_SECRET": SECRET,
    }
    return found


def hand_over(house: House, raw: bytes) -> None:
    port = int(house.environment["AIGUILLAGE_LMTP_BIND"].rpartition(":")[2])
    wait_until(lambda: answers(port), "the door is open", 60)
    with smtplib.LMTP("127.0.0.1", port) as door:
        door.sendmail("jeanne@example.org", ["assistance@monpermis.example.be"], raw)


def ticket(house: House) -> Any:
    """The one ticket, and what waits for it."""
    with house.store() as store, store.reading() as tx:
        [case] = tx.cases.latest()
        return case, tx.tickets.of_case(case.id), tx.tickets.pushes.of_case(case.id), tx.cases.entries(case.id)


def settled(house: House) -> bool:
    _, found, waits, _ = ticket(house)
    return bool(found and found.key and not waits)


def test_a_case_lives_there_and_here_and_nothing_is_done_twice(house: House, jira: Jira, smtp_sink: SmtpSink) -> None:
    fields = {"Content_Type": 'multipart/mixed; boundary="b"', "Content_Transfer_Encoding": ""}
    with house.running("jira.sent") as child:  # dies when Jira has made the ticket and nobody has noted it
        hand_over(house, mail(WITH_FILE, **fields))
        wait_until(lambda: child.poll() is not None, "it has died", 60)
    assert list(jira.issues) == ["DIG-1"]
    issue = jira.issues["DIG-1"]
    with house.running(), program(house) as desk:
        wait_until(lambda: settled(house), "the ticket that was made is found", 30)
        act(desk, "reply", text=ANSWER)
        act(desk, "escalate", to="digital", wording=WORDING, files=[1])
        wait_until(lambda: issue.status == "Escaladé" and settled(house), "it is escalated there", 30)
        first = jira.comments("DIG-1", "Nous regardons.", times=3)
        wait_until(lambda: lines(house, EntryKind.TICKET_WROTE) == 1, "it is heard", 30)
        jira.edits("DIG-1", first, THEIRS)
        wait_until(lambda: lines(house, EntryKind.TICKET_WROTE) == 2, "it was edited", 30)
        jira.moves("DIG-1", "Terminé", times=2)
        wait_until(lambda: ticket(house)[0].status == "open", "its end there brings it back", 30)
        second = jira.comments("DIG-1", "Oubliez cela.")
        wait_until(lambda: lines(house, EntryKind.TICKET_WROTE) == 3, "it is heard", 30)
        jira.deletes("DIG-1", second)
        wait_until(lambda: lines(house, EntryKind.TICKET_UNSAID) == 1, "it is gone", 30)
        forged(jira)
        jira.late = True
        jira.moves("DIG-1", "En cours")
        act(desk, "close", silent=True)  # both sides change it: ours stands
        wait_until(lambda: issue.status == "Terminé" and settled(house), "it is closed there", 30)
        jira.late = False
        jira.flush()
        wait_until(lambda: noticed(house), "what came late is worked", 30)
        assert b"DIG-1" in house.run("jira", "pull", ticket(house)[0].number, "--json").stdout
    judge(house, jira, smtp_sink)


@contextmanager
def program(house: House) -> Iterator[httpx2.Client]:
    """A program that works with the one case, through the service that runs: what it does is known there at once."""
    token = house.run("program", "add", "road", "--role", "agent").stdout.decode().strip()
    public = house.environment["AIGUILLAGE_PUBLIC_URL"]
    wait_until(lambda: ticket_number(house), "there is a case", 60)
    address = f"{public}/api/v1/cases/{ticket_number(house)}"
    with httpx2.Client(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=30) as found:
        yield found


def ticket_number(house: House) -> str:
    with house.store() as store, store.reading() as tx:
        return next((case.number for case in tx.cases.latest()), "")


def act(desk: httpx2.Client, name: str, **said: Any) -> None:
    case = str(desk.base_url).rstrip("/")
    seen = {"if-match": desk.get(case).headers["etag"]}
    done = desk.post(f"{case}/{name}", json=said, headers=seen)
    assert done.status_code == 200, done.text


def lines(house: House, kind: EntryKind) -> int:
    return sum(line.kind == kind for line in ticket(house)[3])


def forged(jira: Jira) -> None:
    """Webhooks that nobody must believe."""
    body, headers = jira.webhook("jira:issue_updated", "DIG-1")
    for signed in ("", signature(body, "another secret"), signature(body + b" ")):
        said = httpx2.post(jira.hook, content=body, headers={**headers, "x-hub-signature": signed})
        assert said.status_code == 403
    assert [httpx2.post(jira.hook, content=body, headers=headers).status_code for _ in range(2)] == [204, 204]


def noticed(house: House) -> bool:
    with house.store() as store, store.reading() as tx:
        return not tx.tickets.due(datetime.now(UTC)).notices


def judge(house: House, jira: Jira, sink: SmtpSink) -> None:
    """Each thing once, on both sides, and no word of theirs to the requester."""
    case, found, waits, entries = ticket(house)
    issue = jira.issues["DIG-1"]
    assert (len(jira.issues), issue.status, case.status, waits) == (1, "Terminé", "closed", [])
    heads = [one.partition("\n")[0] for one in issue.words]
    assert heads == ["Réponse au demandeur :", "Escalade :", THEIRS.partition("\n")[0]]
    assert len(issue.files) == 1
    kinds = [line.kind for line in entries]
    assert (kinds.count(EntryKind.TICKET_MADE), kinds.count(EntryKind.TICKET_UNSAID)) == (1, 1)
    edited = ["edited" in line.data for line in entries if line.kind == EntryKind.TICKET_WROTE]
    assert edited == [False, True, False]
    assert (found.key, found.status) == ("DIG-1", "Terminé")
    letters = [one.message.as_string() for one in sink.messages if "jeanne@example.org" in one.recipients]
    assert letters
    assert not any("serveur" in letter for letter in letters)
    assert not any("support@digital.example.be" in one.recipients for one in sink.messages)


def test_a_profile_that_does_not_fit_the_project_is_refused_by_name(house: House, jira: Jira) -> None:
    jira.rename("Dossier", "Numéro")
    checked = house.run("jira", "check")
    assert checked.returncode == 1
    assert "jira.reference" in checked.stdout.decode()
    with house.running() as child:
        wait_until(lambda: child.poll() is not None, "it refuses to start", 60)
    assert "the request type has no field 'Dossier'" in house.log()
    jira.rename("Numéro", "Dossier")
    assert house.run("jira", "check", "--json").returncode == 0
