"""The desk's pages before many cases: every list, the page of a case, a preview of 50, what citizens see, and searches.

`python -m bench.desk_pages DATABASE_URL CASES` prints JSON: for each page the milliseconds from the request to its end,
in the process itself, and those of CPU, the database server's included. The database is one of `bench.kept`.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app import holidays
from app import profile as profiles
from app.backstage import backstage
from app.http import application
from app.settings import Settings
from bench.many import FIRST, long_thread
from bench.steps import server_cpu
from cases.secondlevel import Role
from cases.tokens import Signer
from desk.api.entering import new_token, token_row
from desk.dashboard.reckoning import Reckoning, each
from desk.service import Service
from store.audit import Noted
from store.engine import open_engine
from store.inbox import View
from store.tables import audit, case
from store.tx import Store
from tests.desk.signed import BASE, browsing

ROUNDS = 20
AT_ONCE = 50
"""Cases that are ticked."""
HEADERS = {"origin": BASE, "sec-fetch-site": "same-origin", "accept-language": "fr"}


def main() -> None:
    url, cases = sys.argv[1], int(sys.argv[2])
    house = House(Store(open_engine(url)), cases)
    keep_days(house.service())
    note_audit(house)
    with browsing(house.app, house.store) as agent, TestClient(house.app, base_url=BASE) as citizen:
        asks = asked(house, agent, citizen)
        with browsing(house.app, house.store, "administrator", Role.ADMINISTRATOR) as leader:
            asks |= led(house, leader)
            taken = {name: figures(url, ask) for name, ask in asks.items()}
    json.dump(taken, sys.stdout)


def note_audit(house: "House") -> None:
    """A long audit, once for each database."""
    with house.store.transaction("bench.audit") as tx:
        if not tx.audit.newest(1):
            rows = [
                {"at": house.now, "actor": f"person{n % 40}", "action": list(Noted)[n % 9], "about": "", "data": {}}
                for n in range(AUDITED)
            ]
            tx.connection.execute(audit.insert(), rows)


def keep_days(service: Service) -> None:
    """What the sweep has kept by then of the month that the dashboard shows."""
    reckoning = Reckoning(service.store, service.profile, service.calendars, service.clock)
    reckoning.keep(each(service.today.replace(day=1), service.today), service.clock())


@dataclass(frozen=True)
class House:
    """The desk on a database of `bench.kept`; it is a minute after the newest case."""

    store: Store
    cases: int

    @property
    def app(self) -> FastAPI:
        return application(self.service(), bind="127.0.0.1:8080", public_url=BASE)

    def service(self) -> Service:
        profile = profiles.load(profiles.find("profiles/mon-permis"))
        calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
        now = self.now
        around: Any = SimpleNamespace(
            settings=Settings(), profile=profile, credentials={}, clock=lambda: now, store=self.store
        )
        behind = backstage(around)
        return Service(self.store, profile, SIGNER, clock=lambda: now, calendars=calendars, backstage=behind)

    @property
    def now(self) -> datetime:
        with self.store.reading() as tx:
            newest: datetime = tx.connection.execute(select(func.max(case.c.opened_at))).scalar_one()
        return newest + timedelta(minutes=1)

    def untaken(self) -> list[str]:
        """Cases that nobody has, as a list has them ticked."""
        chosen = select(case.c.number, case.c.version).where(case.c.agent.is_(None), case.c.status != "closed")
        with self.store.reading() as tx:
            rows = tx.connection.execute(chosen.order_by(case.c.id).limit(AT_ONCE)).all()
        return [f"{row.number}:{row.version}" for row in rows]


SIGNER = Signer(b"a key for measuring only")
Ask = Callable[[], Any]


def asked(house: House, agent: TestClient, citizen: TestClient) -> dict[str, Ask]:
    """What is asked for, by name."""
    pages = {name: _get(agent, address) for name, address in addresses(house).items()}
    ticked = {"do": "close", "text": "C'est réparé.", "case": house.untaken()}
    pages["a preview of 50 cases"] = _post(agent, "/desk/bulk", lambda: ticked)
    take = _post(agent, "/desk/bulk/run", lambda: {"do": "take", "case": house.untaken()})
    pages["50 cases taken, a transaction each"] = take
    pages |= {name: _get(citizen, address) for name, address in public(house, citizen).items()}
    return pages | {f"search: {name}": _get(agent, f"/desk/cases?q={q}") for name, q in searches(house).items()}


def addresses(house: House) -> dict[str, str]:
    """The pages of who works."""
    found = {f"view {view}": f"/desk/cases?view={view}" for view in View}
    number, long = (f"/desk/cases/MPA-25-{n}" for n in (house.cases // 2, long_thread(house.cases)))
    return found | {
        "a case": number,
        "a case with 50 messages and 50 answers": long,
        "a message": "/desk/messages/1",
        "the day": "/desk/day",
        "the phone, a day": "/desk/phone",
        "the phone, a month": "/desk/phone?period=month",
        "the dashboard, a day": "/desk/dashboard",
        "the dashboard, a month": "/desk/dashboard?period=month",
        "a call logged by hand": "/desk/calls/new",
        "the seats": "/desk/screen",
        "one's account": "/desk/account",
    }


def led(house: House, leader: TestClient) -> dict[str, Ask]:
    """The pages of who leads or administers, and what programs read."""
    pages = {name: _get(leader, address) for name, address in LED.items()}
    pages |= {f"API: {name}": _read(leader, house, address) for name, address in read(house).items()}
    return pages | {"search: a word in every case, by the API": _read(leader, house, '/cases?q="bonjour"')}


LED = {
    "the team": "/desk/supervisor",
    "the team, a queue": "/desk/supervisor?queue=line1",
    "the team, a person's cases": "/desk/supervisor?agent=thomas",
    "review of tags": "/desk/review",
    "review of tags, as a list": "/desk/review/list",
    "the model": "/desk/model",
    "callbacks": "/desk/phone/callbacks",
    "settings": "/desk/settings",
    "opening hours": "/desk/settings/hours",
    "the phone menu": "/desk/settings/menu",
    "texts": "/desk/settings/texts",
    "trying a mail": "/desk/settings/try",
    "given up": "/desk/settings/failed",
    "the audit": "/desk/settings/audit",
    "the audit of a person and a kind": "/desk/settings/audit?actor=person9&action=signed-in",
    "users": "/desk/users",
    "incidents": "/desk/incidents",
}
AUDITED = 100_000
"""Lines of the audit."""


def read(house: House) -> dict[str, str]:
    number, long = (f"MPA-25-{n}" for n in (house.cases // 2, long_thread(house.cases)))
    return {
        "the open cases": "/cases?view=open",
        "100 of them": "/cases?view=open&limit=100",
        "a case": f"/cases/{number}",
        "a case with 50 messages and 50 answers": f"/cases/{long}",
        "the mails of it": f"/cases/{long}/mails",
        "the vocabulary": "/vocabulary",
    }


def _read(browser: TestClient, house: House, path: str) -> Ask:
    """What a program reads, with a token that is made once for each run."""
    token, now = new_token(), house.now
    with house.store.transaction("bench.program") as tx:
        if tx.programs.find("bench") is None:
            tx.programs.add("bench", Role.AGENT, now)
        tx.programs.add_token(token_row(token, "bench", now, None))
    told = {"authorization": f"Bearer {token}"}
    return lambda: browser.get(f"/api/v1{path}", headers=told).raise_for_status()


def public(house: House, citizen: TestClient) -> dict[str, str]:
    """The pages of who is not signed in; of the longest case the address was typed."""
    shut, opened = (SIGNER.tracking_token(FIRST + n) for n in (house.cases // 2, long_thread(house.cases)))
    address = f"person{long_thread(house.cases) % 250_000}@example.org"
    citizen.post(f"/track/{opened}", data={"address": address}, headers=HEADERS).raise_for_status()
    return {
        "signing in": "/desk/sign-in",
        "the form": "/form",
        "a case's citizen": f"/track/{shut}",
        "the same, its text shown": f"/track/{opened}",
    }


def searches(house: House) -> dict[str, str]:
    long_ago = (house.now - timedelta(minutes=house.cases * 0.9)).date().isoformat()
    return {
        "a word in one case": f'"unique{house.cases // 2}"',
        "a word in every case": '"bonjour"',
        "its begin alone": "bonj",
        "a begin of sixteen words in every case": "mot",
        "a begin of as many words as cases": "uni",
        "a word in one of twenty": "mot20x7",
        "two words": "permis mot5000x77",
        "two words, never together": f"mot20000x77 unique{house.cases // 3}",
        "words in a row": '"bien a vous"',
        "who wrote": "de:person77",
        "who wrote, and a common begin": "mot de:person77 cat:incident",
        "chips alone": "outil:notice statut:clos",
        "a word with chips": "permis outil:notice statut:nouveau",
        "a common begin with chips": "bonj outil:notice statut:nouveau",
        "a word before a day long ago": f"permis avant:{long_ago}",
        "a word that nobody wrote": "introuvable",
    }


def _get(browser: TestClient, address: str) -> Ask:
    return lambda: browser.get(address, headers=HEADERS).raise_for_status()


def _post(browser: TestClient, address: str, form: Callable[[], dict[str, Any]]) -> Ask:
    def ask() -> None:
        answer = browser.post(address, data=form(), headers=HEADERS, follow_redirects=False)
        if answer.status_code not in (200, 303):
            raise RuntimeError(f"{address}: {answer.status_code}")

    return ask


def figures(url: str, ask: Ask) -> dict[str, float]:
    """Milliseconds: median and p95, and of CPU; the first is not counted, for it reads what none has read before."""
    ask()
    before = server_cpu(url)
    wall, cpu = zip(*timed(ask), strict=True)
    server = 1000 * (server_cpu(url) - before) / ROUNDS
    return {
        "median": statistics.median(wall),
        "p95": statistics.quantiles(wall, n=20, method="inclusive")[-1],
        "cpu": statistics.mean(cpu) + server,
    }


def timed(ask: Ask) -> Iterator[tuple[float, float]]:
    for _ in range(ROUNDS):
        began = time.perf_counter(), time.process_time()
        ask()
        yield 1000 * (time.perf_counter() - began[0]), 1000 * (time.process_time() - began[1])


if __name__ == "__main__":
    main()
