"""Forty people tell of one trouble by mail, phone and form: it becomes one, from the first sign to the last word."""

import base64
import hashlib
import hmac
import html
import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app import holidays
from app import profile as profiles
from cases.logged import LoggedCall, Outcome
from cases.timers import Calendars
from cases.tokens import Signer
from ingest.logged import Logbook
from store.tx import Store
from tests.mails import mail
from tests.roads.house import House, arrive
from tests.roads.impatient import run_impatient
from tests.roads.test_form import Citizen, is_up
from tests.roads.walk import Walk, copied_whole, words
from tests.servers.imap import OtherClient
from tests.servers.process import free_port, wait_until
from tests.servers.smtp import SmtpSink

LEADER, MAJOR, TOKEN = "thomas", "majeur@digital.example.be", "a token of the tests"
LINE = "+3281001718"
BANNER = "Un incident touche en ce moment Mon Espace"
BY_MAIL = {
    "fr": "Bonjour,\n\nJe n'arrive plus à me connecter à Mon Espace : erreur 500 et écran blanc depuis ce matin.\n",
    "de": "Guten Tag,\n\nSeit heute Morgen kann ich mich in Mon Espace nicht anmelden: Fehler 500, weiße Seite.\n",
    "nl": "Goedendag,\n\nSinds vanochtend kan ik niet meer inloggen in Mon Espace: fout 500 en een wit scherm.\n",
}
PEOPLE = {f"{lang}{number}@example.org": lang for lang in BY_MAIL for number in range(11)}
BY_FORM = ("form1@example.org", "form2@example.org", "form3@example.org")
BY_PHONE = ("+32470001201", "+32470001202", "+32470001203", "+32470001204")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.servers("dovecot"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]


@pytest.fixture
def copied_profile(tmp_path: Path) -> Path:
    """The whole shipped profile, open at every hour; its second level has an address for major incidents."""
    copied_whole(profiles.find("profiles/mon-permis"), tmp_path / "profile")
    main, cases = tmp_path / "profile" / "profile.toml", tmp_path / "profile" / "cases.toml"
    main.write_text(re.sub(r'(?m)^hours = "\w+"\n', "", main.read_text(encoding="utf-8")), encoding="utf-8")
    text = cases.read_text(encoding="utf-8")
    text = re.sub(r'(?m)^major = ".*"\n', "", text)
    named = text.replace('id = "digital"\n', f'id = "digital"\nmajor = "{MAJOR}"\n')
    assert named != text
    cases.write_text(named, encoding="utf-8")
    return tmp_path / "profile"


@pytest.fixture
def house(house: House) -> House:
    """With its form, and its phone lines at a provider; it looks for waves all the time."""
    bind = f"127.0.0.1:{free_port()}"
    house.environment |= {"AIGUILLAGE_HTTP_BIND": bind, "AIGUILLAGE_PUBLIC_URL": f"http://{bind}"}
    house.environment |= {"AIGUILLAGE_TWILIO_ACCOUNT_SID": "AC1", "AIGUILLAGE_TWILIO_AUTH_TOKEN": TOKEN}
    house.environment |= {"AIGUILLAGE_AGENT": LEADER}
    house.program = run_impatient
    return house


def test_forty_people_are_one_incident(house: House, folder: OtherClient, smtp_sink: SmtpSink) -> None:
    walk = Walk(house, folder, smtp_sink)
    with house.running(), house.store() as store:
        wait_until(is_up(house), "the pages answer", 60)
        forty_report(house, folder)
        with suppress(TimeoutError):
            wait_until(lambda: [one["cases"] for one in incidents(store)] == [40], "one proposal with forty cases", 90)
        assert [one["cases"] for one in incidents(store)] == [40], (incidents(store), statuses(store))
        assert not of_kind(store, "incident")
        assert BANNER not in caller_hears(house, "CA1")

        run(house, "announce", "1", "--automatic")
        told_all(house, store, smtp_sink)
        assert BANNER in caller_hears(house, "CA2")
        walk.writes("later@example.org", BY_MAIL["fr"])
        receipt = walk.receives("later@example.org", "Nous avons bien reçu")
        assert "nous vous écrirons dès qu'il sera résolu" in words(receipt).replace(
            "\N{RIGHT SINGLE QUOTATION MARK}", "'"
        )
        wait_until(lambda: incidents(store)[0]["cases"] == 41, "who writes later is linked", 40)

        run(house, "close", "1")
        wait_until(lambda: statuses(store) == {"closed": 41}, "every case is closed", 60)
        house.wait_until_settled()
        closed_all(store, smtp_sink)
        assert BANNER not in caller_hears(house, "CA3")


def forty_report(house: House, folder: OtherClient) -> None:
    """33 by mail, three by form, four by phone."""
    mails = [
        mail(BY_MAIL[lang], sender=one, message_id=f"<{one}>", subject="Mon Espace") for one, lang in PEOPLE.items()
    ]
    arrive(folder, *mails)
    with ThreadPoolExecutor(len(BY_FORM)) as people:
        assert all(people.map(lambda one: Citizen(house, one).gets_through(), BY_FORM))
    profile = profiles.load(Path(house.environment["AIGUILLAGE_PROFILE"]))
    calendars = Calendars(profile, {name: holidays.calendar(profile, name) for name in profile.hours})
    with house.store() as store:
        now = datetime.now(UTC)
        signer = Signer(b"a secret of the tests")
        book = Logbook(store=store, profile=profile, signer=signer, calendars=calendars, clock=lambda: now)
        book.write([logged(number, now - timedelta(minutes=1)) for number in BY_PHONE])


def logged(number: str, at: datetime) -> LoggedCall:
    return LoggedCall(
        key=number,
        at=at,
        agent="nora",
        name="",
        number=number,
        lang="fr",
        motif="incident",
        tool="mon_espace",
        reason="Écran blanc après la connexion",
        outcome=Outcome.OPEN,
        minutes=1,
    )


def run(house: House, *arguments: str) -> list[dict[str, Any]]:
    done = house.run("incident", *arguments)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def incidents(store: Store) -> list[dict[str, Any]]:
    with store.reading() as tx:
        return [{"state": row.state, "cases": row.cases} for row in tx.incidents.latest()]


def of_kind(store: Store, kind: str) -> list[Any]:
    with store.reading() as tx:
        return [row for row in tx.outbound.latest(1_000) if row.kind == kind]


def statuses(store: Store) -> dict[str, int]:
    with store.reading() as tx:
        return dict(Counter(one.status for one in tx.incidents.ties(1)))


def arrived(sink: SmtpSink, what: str) -> dict[str, str]:
    """Who got a mail whose subject has one of these words, with its language."""
    found = [
        (one.recipients, one.message) for one in list(sink.messages) if re.search(what, str(one.message["Subject"]))
    ]
    addresses = [recipient for recipients, _ in found for recipient in recipients]
    assert len(addresses) == len(set(addresses))
    return {recipient: str(message["Content-Language"]) for recipients, message in found for recipient in recipients}


def told_all(house: House, store: Store, sink: SmtpSink) -> None:
    """Everybody with an address has one message, in their language; the second level has its notice."""
    wait_until(lambda: len(of_kind(store, "incident")) == len(PEOPLE) + len(BY_FORM), "everybody is to be told", 40)
    house.wait_until_settled()
    subjects = "un incident que vous|eine Störung, die Sie|een storing die u"
    assert arrived(sink, subjects) == PEOPLE | dict.fromkeys(BY_FORM, "fr")
    assert list(arrived(sink, "^.{0,20}Incident majeur –")) == [MAJOR]


def closed_all(store: Store, sink: SmtpSink) -> None:
    written = [*PEOPLE, *BY_FORM, "later@example.org"]
    assert sorted(row.recipient for row in of_kind(store, "closing")) == sorted(written)
    assert list(arrived(sink, "Incident majeur terminé")) == [MAJOR]


def caller_hears(house: House, sid: str) -> str:
    """What a new caller hears who chooses French."""
    with httpx2.Client() as provider:
        first = phoned(house, provider, "incoming", sid, {"CallStatus": "ringing"})
        [action, *_] = re.findall(r'action="([^"]+)"', first)
        return phoned(house, provider, html.unescape(action), sid, {"CallStatus": "in-progress", "Digits": "1"})


def phoned(house: House, provider: httpx2.Client, path: str, sid: str, more: dict[str, str]) -> str:
    """What our service answers to a provider's signed request."""
    base = house.environment["AIGUILLAGE_PUBLIC_URL"]
    url = (
        path if path.startswith("http") else f"{base}{path}" if path.startswith("/") else f"{base}/voice/twilio/{path}"
    )
    fields = {"CallSid": sid, "AccountSid": "AC1", "From": "+32470001299", "To": LINE, "Direction": "inbound", **more}
    text = url + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
    answer = provider.post(url, data=fields, headers={"x-twilio-signature": signature})
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)
