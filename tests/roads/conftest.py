"""Roads: real servers, the real command, read at both ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from app import profile as profiles
from cases.hours import DAYS
from tests.roads import redis_faults
from tests.roads.ahead import run_ahead
from tests.roads.database_faults import DatabaseScene
from tests.roads.fleet import Fleet
from tests.roads.house import House
from tests.roads.imap_faults import ImapScene
from tests.roads.redis_faults import RedisScene
from tests.roads.smtp_faults import Clock, SmtpScene
from tests.roads.test_calls_killed import founded
from tests.roads.town import SEATS
from tests.servers.cluster import cluster, small_disk
from tests.servers.faulty import FaultProxy
from tests.servers.imap import OtherClient, through
from tests.servers.postgres import Postgres
from tests.servers.process import free_port, wait_until
from tests.servers.proxy import ImapProxy
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpSink
from tests.servers.strict import StrictServer


@pytest.fixture
def copied_profile(tmp_path: Path) -> Path:
    """A copy of the shipped profile that a test may change."""
    shipped = profiles.find("profiles/mon-permis")
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "profile.toml").write_bytes((shipped / "profile.toml").read_bytes())
    (profile / "texts").symlink_to((shipped / "texts").resolve())
    return profile


@pytest.fixture
def road_profile(copied_profile: Path, folder: OtherClient) -> Path:
    """The shipped profile over the test's own folder, polled often."""
    text = (copied_profile / "profile.toml").read_text(encoding="utf-8")
    changes = {
        'folder = "INBOX"': f'folder = "{folder.folder}"',
        'done_folder = "Traités"': f'done_folder = "{folder.folder}-done"',
        "poll_seconds = 30.0": "poll_seconds = 1.0",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (copied_profile / "profile.toml").write_text(text, encoding="utf-8")
    return copied_profile


@pytest.fixture
def house(tmp_path: Path, folder: OtherClient, smtp_sink: SmtpSink, road_profile: Path) -> House:
    """The service on that folder, submitting to the sink."""
    return House(tmp_path, {"assistance": folder.account}, smtp_sink.url, road_profile)


@pytest.fixture
def busy_profile(request: pytest.FixtureRequest, road_profile: Path) -> Path:
    """The road's profile without budgets; what becomes of a mail that is ours may be changed by a parameter."""
    file = road_profile / "profile.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in {"budget = 500": "budget = 100000", "per_hour = 600": "per_hour = 100000"}.items():
        text = text.replace(old, new)
    file.write_text(text.replace('done = "move"', f'done = "{getattr(request, "param", "move")}"'), encoding="utf-8")
    return road_profile


@pytest.fixture
def imap_scene(
    tmp_path: Path, folder: OtherClient, proxy: ImapProxy, smtp_sink: SmtpSink, busy_profile: Path
) -> Iterator[ImapScene]:
    """The running service, whose mailbox is read through a proxy."""
    house = House(tmp_path, {"assistance": through(folder.account, proxy.port)}, smtp_sink.url, busy_profile)
    with house.running():
        yield ImapScene(house=house, folder=folder, sink=smtp_sink, proxy=proxy)


@pytest.fixture
def smtp_scene(tmp_path: Path, folder: OtherClient, busy_profile: Path) -> Iterator[SmtpScene]:
    """The running service, whose mails go to a strict server; its clock can be moved, and the server's with it."""
    clock = Clock(tmp_path / "seconds")
    with StrictServer(clock).running() as server:
        house = House(tmp_path, {"assistance": folder.account}, server.url, busy_profile)
        house.program = partial(run_ahead, clock.file)
        with house.running() as child:
            house.wait_until_settled()
            yield SmtpScene(house=house, folder=folder, sink=server, clock=clock, child=child)


@pytest.fixture
def redis_scene(
    tmp_path: Path,
    folder: OtherClient,
    smtp_sink: SmtpSink,
    busy_profile: Path,
    postgres: Postgres,
    redis_server: Redis,
) -> Iterator[RedisScene]:
    """Several processes, not yet started, that reach their Redis through a proxy."""
    shipped = profiles.find("profiles/mon-permis")
    (busy_profile / "voice.toml").write_bytes((shipped / "voice.toml").read_bytes())
    (busy_profile / "prompts").symlink_to((shipped / "prompts").resolve())
    fleet, proxy = Fleet(tmp_path, folder.account, smtp_sink.url, busy_profile), FaultProxy(redis_server.port)
    bind = f"127.0.0.1:{free_port()}"
    fleet.environment |= {
        "AIGUILLAGE_HTTP_BIND": bind,
        "AIGUILLAGE_PUBLIC_URL": f"http://{bind}",
        "AIGUILLAGE_TRUSTED_PROXIES": "127.0.0.1",
        "AIGUILLAGE_TWILIO_ACCOUNT_SID": redis_faults.ACCOUNT,
        "AIGUILLAGE_TWILIO_AUTH_TOKEN": redis_faults.TOKEN,
        "AIGUILLAGE_TWILIO_API_URL": "http://127.0.0.1:9",
    }
    with postgres.database() as url, proxy.running(), fleet.at_sea():
        fleet.use(url, f"redis://127.0.0.1:{proxy.port}/0")
        yield RedisScene(fleet=fleet, folder=folder, sink=smtp_sink, server=redis_server, proxy=proxy)


@pytest.fixture
def phone_profile(copied_profile: Path) -> Path:
    """The shipped profile with eight seats and a line that is always open; the other one opens in three days."""
    shipped = profiles.find("profiles/mon-permis")
    text = (shipped / "voice.toml").read_text(encoding="utf-8")
    later = DAYS[(datetime.now(UTC) + timedelta(days=3)).weekday()]
    always = "".join(f'{day} = ["00:00-24:00"]\n' for day in DAYS)
    hours = f'[hours.always]\nholidays = ""\n[hours.always.week]\n{always}'
    hours += f'[hours.later]\nholidays = ""\n[hours.later.week]\n{later} = ["08:30-17:00"]\n'
    seats = "".join(f'[[seats]]\nnumber = "{number}"\nlabel = "{number[-1]}"\n' for number in SEATS)
    first, *others = text.split("[[seats]]")
    rest = others[-1][others[-1].index("[menus.") :]
    first = first.replace('hours = "assistance"', 'hours = "always"', 1)
    first = first.replace('hours = "assistance"', 'hours = "later"', 1)
    (copied_profile / "voice.toml").write_text(f"{first}{seats}\n{rest}\n{hours}", encoding="utf-8")
    (copied_profile / "prompts").symlink_to((shipped / "prompts").resolve())
    return copied_profile


@pytest.fixture
def form_profile(tmp_path: Path) -> Path:
    """The shipped profile with its form, and without phone lines."""
    shipped, copy = profiles.find("profiles/mon-permis"), tmp_path / "profile"
    copy.mkdir()
    for name in ("profile.toml", "cases.toml", "form.toml"):
        (copy / name).write_bytes((shipped / name).read_bytes())
    return copy


@pytest.fixture
def busy_house(tmp_path: Path, folder: OtherClient, smtp_sink: SmtpSink, busy_profile: Path) -> House:
    """The service on that folder, without budgets."""
    return House(tmp_path, {"assistance": folder.account}, smtp_sink.url, busy_profile)


@pytest.fixture
def fleet(
    tmp_path: Path,
    folder: OtherClient,
    smtp_sink: SmtpSink,
    busy_profile: Path,
    postgres: Postgres,
    redis_server: Redis,
) -> Iterator[Fleet]:
    """The scaled service on that folder, without budgets; none of its processes runs yet."""
    found = Fleet(tmp_path, folder.account, smtp_sink.url, busy_profile)
    with postgres.database() as url, found.at_sea():
        found.use(url, redis_server.url)
        yield found


@pytest.fixture
def phone_fleet(
    tmp_path: Path,
    folder: OtherClient,
    smtp_sink: SmtpSink,
    phone_profile: Path,
    postgres: Postgres,
    redis_server: Redis,
) -> Iterator[Fleet]:
    """The scaled service with its lines; none of its processes runs yet."""
    found = Fleet(tmp_path, folder.account, smtp_sink.url, phone_profile)
    with postgres.database() as url, found.at_sea():
        found.use(url, redis_server.url)
        yield found


@pytest.fixture
def whole_profile(busy_profile: Path, phone_profile: Path) -> Path:
    """Mailbox, lines and form."""
    for name in ("cases.toml", "form.toml"):
        (phone_profile / name).write_bytes((profiles.find("profiles/mon-permis") / name).read_bytes())
    return phone_profile


@pytest.fixture
def postgres_scene(
    tmp_path: Path, folder: OtherClient, smtp_sink: SmtpSink, whole_profile: Path, redis_server: Redis
) -> Iterator[DatabaseScene]:
    """The running service as several processes, on a PostgreSQL that has a small disk of its own."""
    fleet = Fleet(tmp_path, folder.account, smtp_sink.url, whole_profile)
    with cluster(400) as server, server.database() as url, founded(fleet, fleet.clock) as town, fleet.at_sea():
        town.deaths.clear()
        fleet.use(url, redis_server.url)
        connect = fleet.start("connect")
        with town.living():
            wait_until(lambda: connect.is_at_work, "the mailbox is looked after", 60)
            yield DatabaseScene(town=town, mailbox=folder, sink=smtp_sink, server=server, disk=server.folder)


@pytest.fixture
def sqlite_scene(
    tmp_path: Path, folder: OtherClient, smtp_sink: SmtpSink, whole_profile: Path
) -> Iterator[DatabaseScene]:
    """The running service in one process, on a SQLite file that has a small disk of its own."""
    clock = tmp_path / "seconds"
    house = House(tmp_path, {"assistance": folder.account}, smtp_sink.url, whole_profile)
    house.program = partial(run_ahead, clock)
    with small_disk(200) as disk, founded(house, clock) as town:
        town.deaths.clear()
        house.url = f"sqlite:///{disk / 'aiguillage.db'}"
        house.environment |= {"AIGUILLAGE_DATABASE_URL": house.url, "AIGUILLAGE_DISK_FLOOR_MB": "0"}
        with town.living():
            yield DatabaseScene(town=town, mailbox=folder, sink=smtp_sink, disk=disk)
