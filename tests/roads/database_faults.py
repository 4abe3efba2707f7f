"""What may happen to the database while people write, call and fill in the form; by a number of mails and calls.

A third of them come before, a third while it lasts, a third after it. What a caller hears is always TwiML, in time;
what is typed into the form is on the page that refuses it, and is taken afterwards.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg

from app.demo.telephone.web import Answer, Request
from tests.mails import mail
from tests.roads.house import arrive
from tests.roads.judging import judge
from tests.roads.test_calls_killed import settled as calls_settled
from tests.roads.town import LINE, Town
from tests.servers.cluster import Cluster, full
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink
from tests.torture.figures import Figure

HEARD_WITHIN = 3.0
"""Seconds that a fault may add before a caller hears something: the provider waits for 15, we give up after 1.5."""
SETTLED_WITHIN = 120.0
NOTICES = ("recording", "status", "reached", "leg-status")
"""What the provider only tells, and tells again where it is refused."""
GOAL = (
    "0 lost, 0 double; every caller hears TwiML, at most 3 s later than usual; nothing typed is lost; settles by itself"
)
TYPED = "Je n'arrive plus à me connecter depuis ce matin."


@dataclass(kw_only=True)
class DatabaseScene:
    """A service whose calls are `town`'s. `server` is its PostgreSQL, or `disk` the folder of its SQLite file."""

    town: Town
    mailbox: OtherClient
    sink: SmtpSink
    server: Cluster | None = None
    disk: Path = field(default_factory=Path)
    people: list[str] = field(default_factory=list)
    voice: list[tuple[float, Answer]] = field(default_factory=list)
    """What callers heard: the seconds that it took, and the answer."""
    lasts: float = 10.0
    """Seconds that a fault lasts, at least."""
    usual: float = 0.0
    """What the slowest took while nothing was wrong: other programs run on this machine too."""

    def __post_init__(self) -> None:
        ask = self.town.carrier.web.fetch

        def listened(request: Request) -> Answer:
            began = time.monotonic()
            answer = ask(request)
            if urlsplit(request.url).path.split("/")[3] not in NOTICES:
                self.voice.append((time.monotonic() - began, answer))
            return answer

        self.town.carrier.web.fetch = listened

    def come(self, mails: int, calls: int) -> None:
        """That many people write, and as many call, listen, press a key and hang up."""
        found = [f"u{len(self.people) + number}@example.org" for number in range(mails)]
        self.people += found
        arrive(self.mailbox, *(mail(f"{one}\n", sender=one, message_id=f"<m.{one}>") for one in found))
        for _ in range(calls):
            call = self.town._dials(LINE)
            self.town._presses(call, "12")
            self.town.pass_time(0.2)
            call.hang_up()

    def settle(self) -> float:
        """Wait until nothing waits any more; the seconds that it took."""
        began = time.monotonic()
        wait_until(lambda: calls_settled(self.town), "the calls are settled", 3 * SETTLED_WITHIN)
        self.town.house.wait_until_settled(len(self.people), 3 * SETTLED_WITHIN)
        return time.monotonic() - began

    def type_into_form(self) -> bool:
        """Post the form's text; whether it was taken. Where it was not, it is on the page, which says when to come."""
        base = self.town.house.environment["AIGUILLAGE_PUBLIC_URL"]
        with httpx2.Client(base_url=base, headers={"origin": base}, timeout=40) as browser:
            answer = browser.post("/form", data={"draft": "s" * 32, "step": "message", "text": TYPED, "do": "stay"})
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "5"
            assert TYPED in unescape(answer.text)
        else:
            assert answer.status_code in (200, 303, 422), answer.text
        return answer.status_code != 503


def is_twiml(answer: Answer) -> bool:
    return answer.status == 200 and b"<Response" in answer.body


Fault = Callable[[DatabaseScene], AbstractContextManager[None]]


@contextmanager
def restarted(scene: DatabaseScene) -> Iterator[None]:
    """`restart -m immediate`, three times: as a machine that loses its power, then one that starts."""
    server = needed(scene)
    server.stop()
    yield
    server.start()
    for _ in range(2):
        server.stop()
        server.start()


@contextmanager
def ended(scene: DatabaseScene) -> Iterator[None]:
    """`pg_terminate_backend` of everybody, five times a second."""
    with again_and_again(needed(scene).end_everybody, 0.2):
        yield


@contextmanager
def stormy(scene: DatabaseScene) -> Iterator[None]:
    """All transactions are serializable, and a rival locks tables in another order than we do."""
    server, database = needed(scene), scene.town.house.url.rpartition("/")[2]
    server.execute(f"ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'")
    server.end_everybody()
    with again_and_again(lambda: cross(scene), 0.1):
        yield
    server.execute(f"ALTER DATABASE {database} RESET default_transaction_isolation")
    server.end_everybody()


def cross(scene: DatabaseScene) -> None:
    """Wait for whoever wrote there, then for whoever wrote before: one of the two has to give way."""
    with suppress(psycopg.OperationalError), psycopg.connect(plain(scene.town.house.url)) as rival:
        for table in ("outbound", "entry", "inbound", "counter"):
            rival.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def slow(scene: DatabaseScene) -> Iterator[None]:
    """No commit ends for a while: each waits for a standby that is not there, and so does who pressed a button."""
    server = needed(scene)
    server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    server.execute("SELECT pg_reload_conf()")

    def end() -> None:
        server.execute("ALTER SYSTEM RESET synchronous_standby_names")
        server.execute("SELECT pg_reload_conf()")

    ending = threading.Timer(scene.lasts, end)
    ending.start()
    yield
    ending.join()


@contextmanager
def no_room(scene: DatabaseScene) -> Iterator[None]:
    """The disk is full. PostgreSQL may end itself of it, and is then started again, as its service manager would."""
    with full(scene.disk):
        yield
    if scene.server and not scene.server.runs:
        scene.server.stop()
        scene.server.start()


@contextmanager
def locked(scene: DatabaseScene) -> Iterator[None]:
    """Another process writes to SQLite for a while; who pressed a button waits for it."""
    other = sqlite3.connect(scene.disk / "aiguillage.db", isolation_level=None, timeout=60, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ending = threading.Timer(scene.lasts, other.close)  # which rolls back
    ending.start()
    yield
    ending.join()


OF_POSTGRESQL: tuple[Fault, ...] = (restarted, ended, stormy, slow, no_room)
OF_SQLITE: tuple[Fault, ...] = (locked, no_room)


def suffer(scene: DatabaseScene, fault: Fault, mails: int, calls: int) -> Figure:
    """The fault, with that many mails and calls; what became of them."""
    before, said = (len(scene.people), len(scene.town.callers)), len(scene.voice)
    scene.come(mails // 3, calls // 3)
    scene.usual = max(seconds for seconds, _ in scene.voice[said:])
    said, began = len(scene.voice), time.monotonic()
    with fault(scene):
        scene.come(mails // 3, calls // 3)
        taken = scene.type_into_form()
        time.sleep(max(began + scene.lasts - time.monotonic(), 0))  # it lasts that long, whatever we do meanwhile
    lasted = time.monotonic() - began
    wait_until(scene.type_into_form, "the form is taken", SETTLED_WITHIN)
    scene.come(mails - 2 * (mails // 3), calls - 2 * (calls // 3))
    form = "was taken meanwhile" if taken else "said 503 with what was typed"
    remark = f"it lasted {lasted:.0f} s; the form {form}"
    return _figure(scene, NAMES[fault], before, scene.voice[said:], remark)


def _figure(
    scene: DatabaseScene, fault: str, before: tuple[int, int], heard: Sequence[tuple[float, Answer]], remark: str
) -> Figure:
    """Wait until all is settled, and ask the oracle."""
    settled = scene.settle()
    found = judge(scene.town.house, scene.sink, scene.people, [one.sid for one in scene.town.callers])
    worst = max(seconds for seconds, _ in heard)
    safe = worst < scene.usual + HEARD_WITHIN and all(is_twiml(answer) for _, answer in heard)
    apologies = sum(b"/voice/twilio/thanks" in answer.body for _, answer in heard)
    return Figure(
        area="postgresql" if scene.server else "sqlite",
        fault=fault,
        mode="scaled" if scene.server else "embedded",
        inputs=len(scene.people) - before[0],
        calls=len(scene.town.callers) - before[1],
        lost=len(found.lost) + len(found.unanswered),
        second_cases=len(found.second_cases),
        second_receipts=len(found.second_receipts),
        repeats=found.repeats,
        settled_seconds=round(settled, 1),
        goal=GOAL,
        met=found.is_whole and safe and settled < SETTLED_WITHIN,
        remark=f"{len(heard)} answers to callers, {apologies} of them the apology, the slowest after {worst:.1f} s "
        f"({scene.usual:.1f} s before the fault); {remark}",
    )


NAMES: dict[Fault, str] = {
    restarted: "restart -m immediate, three times",
    ended: "pg_terminate_backend of everybody, five times a second",
    stormy: "serializable for all, and a rival who locks in another order",
    slow: "no commit ends for ten seconds",
    no_room: "disk full (tmpfs)",
    locked: "locked for ten seconds by another process",
}


def needed(scene: DatabaseScene) -> Cluster:
    assert scene.server is not None
    return scene.server


def plain(url: str) -> str:
    """As libpq writes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


@contextmanager
def again_and_again(act: Callable[[], object], every: float) -> Iterator[None]:
    """Somebody does that beside us while the block runs."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(every):
            act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
