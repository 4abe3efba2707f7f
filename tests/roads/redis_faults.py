"""What may happen to Redis while people write, call and sign in; each scenario takes a number of mails.

Half of them arrive, and must be answered, while Redis is not as it should be; the others just before it is back.
"""

import base64
import hashlib
import hmac
import itertools
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from uuid import uuid4

import httpx2

from cases.secondlevel import Role
from desk.signin.passwords import hashed
from tests.mails import mail
from tests.roads.fleet import Fleet
from tests.roads.house import Ship, arrive
from tests.roads.judging import judge
from tests.servers.faulty import FaultProxy
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpSink
from tests.torture.figures import Figure

ACCOUNT, TOKEN, LINE = "AC" + "d" * 32, "a token of the tests", "+3281001718"
EMAIL, WORDS = "nora@example.org", "quatre mots et un cheval"
GOAL = "0 lost, 0 double; answered meanwhile; settled within 90 s after its return"
SETTLED_WITHIN = 90.0
MEANWHILE_WITHIN = 300.0
WITHIN = {"a page": 1.5, "a caller": 1.5, "signing in": 3.0}
"""Seconds that Redis may add; who waited for it would wait for two at least."""
ENDED_WITHIN = 45.0
LATE = 5.0
FOREVER = 3600.0

GUESSES = 5
"""How often a password may be guessed in a minute."""

_numbers, _networks = itertools.count(1), itertools.cycle(range(1, 250))


@dataclass(kw_only=True)
class RedisScene:
    """An installation of several processes, all of which reach `server` through `proxy` alone."""

    fleet: Fleet
    folder: OtherClient
    sink: SmtpSink
    server: Redis
    proxy: FaultProxy
    ships: list[Ship] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    before: dict[str, float] = field(default_factory=dict)
    """What `ask` took when nothing was wrong: other programs run on this machine too."""

    def begin(self) -> None:
        """Start `connect`, two workers and `web`, and wait until they work."""
        self.ships = [self.fleet.start(command) for command in ("connect", "worker", "worker", "web")]
        with self.fleet.store() as store, store.transaction("tests") as tx:
            row = {"id": "nora", "email": EMAIL, "name": "Nora Delvaux", "role": Role.AGENT}
            tx.accounts.add(row | {"password": hashed(WORDS), "created_at": datetime.now(UTC)})
        wait_until(self._answers, "the pages answer", 60)
        self.wait_until_answered(self.write(2), 60)

    def write(self, count: int) -> list[str]:
        """That many people write, whom nobody has heard of; their addresses."""
        found = [f"u{number}@example.org" for number in itertools.islice(_numbers, count)]
        self.people += found
        arrive(self.folder, *(mail(f"{one}\n", sender=one, message_id=f"<m.{one}>") for one in found))
        return found

    def wait_until_answered(self, people: list[str], seconds: float) -> None:
        """Until each has a receipt. Raises TimeoutError."""
        waiting = set(people)
        wait_until(lambda: waiting <= self._answered(), f"{len(waiting)} receipts", seconds)

    def wait_until_settled(self, seconds: float) -> None:
        """Until nothing waits, and every process says that Redis is back. Raises TimeoutError."""
        wait_until(lambda: self.fleet.settled(len(self.people)), "everything is settled", seconds)
        wait_until(lambda: not any(map(is_without, self.ships)), "wakes are sent and heard again", seconds)

    def ask(self) -> dict[str, float]:
        """Open a page, call, sign in and guess a password, a few times each; the seconds that each takes."""
        with self._browser() as browser:
            pages = [taken(lambda: browser.get("/form")) for _ in range(3)]
            calls = [taken(lambda: self.call(browser)) for _ in range(3)]
            entering = taken(lambda: assert_answer(enter(browser, EMAIL, WORDS), 303))
            guessed = f"{uuid4().hex}@example.org"
            guesses = [enter(browser, guessed, "a guess").status_code for _ in range(2 * GUESSES + 1)]
        # who guesses while Redis comes or goes is counted in two places, and has as many guesses in each
        assert guesses.count(422) in range(GUESSES, 2 * GUESSES + 1)
        return {"a page": median(pages), "a caller": median(calls), "signing in": entering}

    def call(self, browser: httpx2.Client) -> None:
        """Somebody calls, hears something and hangs up."""
        self.calls.append(f"CA{uuid4().hex}")
        for path, status in (("incoming", "ringing"), ("status", "completed")):
            fields = {"CallSid": self.calls[-1], "AccountSid": ACCOUNT, "From": "+32470001234", "To": LINE}
            fields |= {"CallStatus": status, "Direction": "inbound"}
            url = f"{self._base}/voice/twilio/{path}"
            text = url + "".join(name + fields[name] for name in sorted(fields))
            signature = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
            browser.post(url, data=fields, headers={"x-twilio-signature": signature}).raise_for_status()

    def end(self) -> None:
        """Ask every process to end. Raises TimeoutExpired where one takes longer than it says."""
        for ship in self.ships:
            ship.child.send_signal(signal.SIGTERM)
        end = time.monotonic() + ENDED_WITHIN
        assert [ship.child.wait(max(end - time.monotonic(), 0.1)) for ship in self.ships] == [0] * len(self.ships)

    def _browser(self) -> httpx2.Client:
        """A browser in a network of its own: how often one may try is counted by network too."""
        network = f"10.{next(_networks)}.0.1"
        headers = {"origin": self._base, "accept-language": "fr", "x-forwarded-for": network}
        return httpx2.Client(base_url=self._base, headers=headers, timeout=30)

    @property
    def _base(self) -> str:
        return self.fleet.environment["AIGUILLAGE_PUBLIC_URL"]

    def _answers(self) -> bool:
        try:
            with self._browser() as browser:
                return browser.get("/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def _answered(self) -> set[str]:
        return {recipient for one in list(self.sink.messages) for recipient in one.recipients}


Fault = Callable[[RedisScene], AbstractContextManager[None]]


@contextmanager
def stopped(scene: RedisScene) -> Iterator[None]:
    """It is stopped, and started again, empty."""
    scene.server.stop()
    yield
    scene.server.start()


@contextmanager
def emptied(scene: RedisScene) -> Iterator[None]:
    """FLUSHALL, while mails arrive and again while they are worked."""
    scene.server.client().flushall()
    yield
    scene.server.client().flushall()


@contextmanager
def restarted(scene: RedisScene) -> Iterator[None]:
    """It is restarted, empty, twice."""
    scene.server.stop()
    scene.server.start()
    yield
    scene.server.stop()
    scene.server.start()


@contextmanager
def late(scene: RedisScene) -> Iterator[None]:
    """Each answer takes five seconds."""
    scene.proxy.faults.latency = LATE
    yield
    scene.proxy.faults.latency = 0.0


@contextmanager
def full(scene: RedisScene) -> Iterator[None]:
    """It is out of memory, and refuses what would write."""
    scene.server.client().config_set("maxmemory", 1)
    yield
    scene.server.client().config_set("maxmemory", 0)


@contextmanager
def half_open(scene: RedisScene) -> Iterator[None]:
    """Nothing comes back on any connection, and none is closed; those stay dead afterwards too."""
    scene.proxy.faults.latency = FOREVER
    yield
    scene.proxy.faults.latency = 0.0


FAULTS: tuple[Fault, ...] = (stopped, emptied, restarted, late, full, half_open)


def suffer(scene: RedisScene, fault: Fault, size: int) -> Figure:
    """The fault, with that many mails; what became of them."""
    scene.before = scene.before or scene.ask()
    before = len(scene.people), len(scene.calls)
    with fault(scene):
        began = time.monotonic()
        scene.wait_until_answered(scene.write(size // 2), MEANWHILE_WITHIN)
        meanwhile = time.monotonic() - began
        waits = scene.ask()
        scene.write(size - size // 2)
    return _figure(scene, fault.__name__.replace("_", " "), before, meanwhile, waits)


def away_at_start(scene: RedisScene, size: int) -> Figure:
    """Every process is started without it; it comes later."""
    scene.server.stop()
    scene.begin()
    before = len(scene.people), len(scene.calls)
    began = time.monotonic()
    scene.wait_until_answered(scene.write(size // 2), MEANWHILE_WITHIN)
    meanwhile = time.monotonic() - began
    waits = scene.ask()
    scene.write(size - size // 2)
    scene.server.start()
    return _figure(scene, "away at start", before, meanwhile, waits)


def _figure(
    scene: RedisScene, fault: str, before: tuple[int, int], meanwhile: float, waits: dict[str, float]
) -> Figure:
    """Wait until all is settled, and ask the oracle."""
    began = time.monotonic()
    scene.wait_until_settled(3 * SETTLED_WITHIN)
    settled = time.monotonic() - began
    scene.before = scene.before or scene.ask()
    found = judge(scene.fleet, scene.sink, scene.people, scene.calls)
    quick = all(waits[name] < 3 * scene.before.get(name, 0) + most for name, most in WITHIN.items())
    words = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in waits.items())
    return Figure(
        area="redis",
        fault=fault,
        mode="scaled",
        inputs=len(scene.people) - before[0],
        calls=len(scene.calls) - before[1],
        lost=len(found.lost) + len(found.unanswered),
        second_cases=len(found.second_cases),
        second_receipts=len(found.second_receipts),
        repeats=found.repeats,
        settled_seconds=round(settled, 1),
        goal=GOAL,
        met=found.is_whole and not found.repeats and settled <= SETTLED_WITHIN and quick,
        remark=f"the first half answered meanwhile in {meanwhile:.1f} s; {words}",
    )


def is_without(ship: Ship) -> bool:
    """Whether a process has said that Redis is lost, and not yet that it is back; for sending and hearing alike."""
    log = ship.log()
    return log.count('"redis_lost"') > log.count('"redis_back"')


def enter(browser: httpx2.Client, email: str, password: str) -> httpx2.Response:
    return browser.post("/desk/sign-in", data={"email": email, "password": password})


def assert_answer(answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status, answer.text


def taken(act: Callable[[], object]) -> float:
    """The seconds that it takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began
