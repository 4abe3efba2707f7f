"""The commands as people call them: JSON on stdout, words on stderr, exit 0, 1 or 2."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.commands import messages
from app.commands.balance import balanced, balanced_lines
from app.commands.common import day_bounds
from app.settings import Settings
from app.wiring import build
from cases.errors import ConfigurationError
from store.inbound import Delivery
from tests.desk.sheets.test_workbook import ROW, TITLES, sheet
from tests.mails import mail
from tests.servers import forked

INGEST_KEYS = "file disposition case created category motif tool scope lang acknowledged reason".split()
PARSE_KEYS = (
    "file message_id subject from to cc reply_to date in_reply_to references text reply_text attachments kind defects"
).split()
ROOT = Path(__file__).parents[2]


class Command:
    """Runs `aiguillage` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return forked.run(arguments, self.environment() | environment, self.folder, stdin)

    def installed(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        """The same in a Python of its own, as it is started in earnest."""
        command = [sys.executable, "-m", "app.cli", *arguments]
        own = self.environment() | {"PYTHONPATH": str(ROOT)} | environment
        return subprocess.run(command, capture_output=True, cwd=self.folder, env=own, check=False)

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}

    def lines(self, *arguments: str, stdin: bytes = b"") -> list[Any]:
        done = self(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def aiguillage(tmp_path: Path) -> Command:
    return Command(tmp_path)


def test_ingest_says_what_became_of_each_message(aiguillage: Command) -> None:
    (aiguillage.folder / "a.eml").write_bytes(mail())
    (aiguillage.folder / "b.eml").write_bytes(mail("Absent.\n", message_id="<b@x.be>", Auto_Submitted="auto-replied"))
    one, two, three = aiguillage.lines("ingest", "a.eml", "b.eml", "a.eml")
    assert list(one) == INGEST_KEYS
    assert (one["disposition"], one["case"][:4], one["created"], one["acknowledged"]) == ("case", "MPA-", True, True)
    assert (two["disposition"], two["case"], two["acknowledged"]) == ("automatic", None, False)
    assert (three["disposition"], three["case"], three["created"]) == ("duplicate", one["case"], False)


def test_ingest_reads_a_folder_and_a_pipe_and_the_balance_adds_up(aiguillage: Command) -> None:
    folder = aiguillage.folder / "mails"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.eml").write_bytes(mail(f"{number}\n", message_id=f"<{number}@example.org>"))
    assert [line["disposition"] for line in aiguillage.lines("ingest", "mails")] == ["case"] * 3
    [piped] = aiguillage.lines("ingest", "--mailbox", "beistand", "-", stdin=b"\xff\x00 not a mail at all")
    assert (piped["file"], piped["disposition"]) == ("-", "case")
    rows = {row["mailbox"]: row for row in aiguillage.lines("balance", "--json")}
    assert (rows["assistance"]["received"], rows["assistance"]["case"], rows["beistand"]["case"]) == (3, 3, 1)
    assert all(row["unaccounted"] == 0 for row in rows.values())


def test_ingest_takes_nothing_in_where_a_file_cannot_be_read(aiguillage: Command) -> None:
    (aiguillage.folder / "a.eml").write_bytes(mail())
    done = aiguillage("ingest", "a.eml", "missing.eml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"missing.eml: cannot be read" in done.stderr
    assert not (aiguillage.folder / "var").exists()


def test_ingest_names_the_mailboxes_there_are(aiguillage: Command) -> None:
    done = aiguillage("ingest", "--mailbox", "nowhere", "-", stdin=mail())
    assert (done.returncode, b"assistance, beistand" in done.stderr) == (2, True)


def test_a_file_name_that_is_no_text_is_escaped(aiguillage: Command) -> None:
    name = b"\xff.eml".decode(errors="surrogateescape")
    (aiguillage.folder / name).write_bytes(mail("Élan\n"))
    done = aiguillage.installed("parse", name, PYTHONIOENCODING="latin-1")
    assert (done.returncode, json.loads(done.stdout)["file"], json.loads(done.stdout)["text"]) == (0, name, "Élan")


def test_ingest_takes_nothing_in_without_a_model(aiguillage: Command) -> None:
    done = aiguillage("ingest", "-", stdin=mail(), AIGUILLAGE_MODEL="/nowhere")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert aiguillage("balance").stdout == b"Nothing was received that day.\n"


def test_ingest_waits_for_a_row_that_another_process_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = build(Settings(database_url=f"sqlite:///{tmp_path}/aiguillage.db"))
    with house.store.transaction("test") as tx:
        identities = tx.inbound.add_once(
            [Delivery(source="assistance", external_id="1", raw=mail(), received_at=house.clock())], house.clock()
        )
        tx.inbound.claim_batch("another", house.clock())

    def finish(_: float) -> None:
        with house.store.transaction("test") as tx:
            tx.inbound.finish("another", [{"id": identities[0], "disposition": "case"}])

    monkeypatch.setattr(messages, "sleep", finish)
    assert [row.disposition for row in messages._worked(house, identities)] == ["case"]
    house.close()


def test_the_balance_does_not_add_up_while_something_is_being_worked() -> None:
    [row] = balanced([("assistance", "case", 2), ("assistance", "held", 1), ("assistance", "pending", 1)])
    assert (row["received"], row["case"], row["held"], row["pending"], row["unaccounted"]) == (4, 2, 1, 1, 1)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2028-02-29", 24)]
)
def test_a_day_is_as_long_as_it_is_there(day: str, hours: int) -> None:
    since, until = day_bounds("--day", day, ZoneInfo("Europe/Brussels"))
    assert until - since == timedelta(hours=hours)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-29", "yesterday"])
def test_a_day_that_is_none_is_wrong_use(day: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a day"):
        day_bounds("--day", day, ZoneInfo("Europe/Brussels"))


@pytest.mark.parametrize("url", ["sqlite:///broken.db", "postgresql://u@127.0.0.1:1/d"])
def test_a_database_that_cannot_be_opened_is_one_clear_message(aiguillage: Command, url: str) -> None:
    (aiguillage.folder / "broken.db").write_text("this is no database, " * 100)
    done = aiguillage("failed", AIGUILLAGE_DATABASE_URL=url, AIGUILLAGE_SECRET_KEY="0123456789abcdef")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1), done.stderr
    assert b"AIGUILLAGE_DATABASE_URL: cannot be opened" in done.stderr


def test_parse_prints_the_contract_s_shape_and_touches_no_database(aiguillage: Command) -> None:
    (aiguillage.folder / "a.eml").write_bytes(mail(Cc="Paul <paul@example.com>"))
    [line] = aiguillage.lines("parse", "a.eml")
    assert list(line) == PARSE_KEYS
    assert line["from"] == {"name": "Jeanne Exemple", "address": "jeanne@example.org"}
    assert (line["cc"][0]["name"], line["kind"], line["date"][:10]) == ("Paul", "message", "2026-03-24")
    assert sorted(path.name for path in aiguillage.folder.iterdir()) == ["a.eml"]


def test_parse_goes_on_after_a_file_that_cannot_be_read(aiguillage: Command) -> None:
    (aiguillage.folder / "a.eml").write_bytes(mail())
    done = aiguillage("parse", "missing.eml", "a.eml")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert b"missing.eml: cannot be read" in done.stderr


def test_classify_reads_and_writes_json_lines(aiguillage: Command) -> None:
    rows = [
        {"id": "1", "channel": "email", "subject": "Erreur 500", "body": "Mon Espace affiche une erreur 500."},
        {"id": "2", "channel": "voicemail", "subject": None, "body": ""},
    ]
    one, two = aiguillage.lines("classify", "-", stdin="\n".join(map(json.dumps, rows)).encode())
    keys = "id lang category motif tool scope urgency impact several_requests confidence review model".split()
    assert list(one) == keys
    assert (one["category"], one["tool"], sorted(one["confidence"])) == (
        "incident",
        "mon_espace",
        ["motif", "scope", "tool"],
    )
    assert two["review"] is True


def test_classify_leaves_out_a_line_that_is_no_message(aiguillage: Command) -> None:
    done = aiguillage("classify", "-", stdin=b'{"id": "1", "body": "Bonjour"}\nnot json\n[]\n')
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert b"line 2 is left out" in done.stderr
    assert b"line 3 is left out" in done.stderr


def test_classify_reads_bytes_that_are_no_utf_8(aiguillage: Command) -> None:
    [line] = aiguillage.lines("classify", "-", stdin=b'{"id": "1", "body": "\xff\xe9 Bonjour"}\n')
    assert line["id"] == "1"


def test_wrong_settings_are_named_all_at_once(aiguillage: Command) -> None:
    done = aiguillage("profile", "check", AIGUILLAGE_HTTP_BIND="x", AIGUILLAGE_NONSENSE="1")
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 2


def test_a_failpoint_that_is_none_is_named(aiguillage: Command) -> None:
    done = aiguillage("failed", AIGUILLAGE_FAILPOINT="intake.process.before:soon")
    assert (done.returncode, b"AIGUILLAGE_FAILPOINT" in done.stderr, b"Traceback" in done.stderr) == (2, True, False)


def test_a_profile_and_its_environment_are_checked(aiguillage: Command) -> None:
    secret = "imaps://user:hunter2@mail.example.org"
    done = aiguillage("profile", "check", AIGUILLAGE_MAILBOX_ASSISTANCE_IMAP_URL=secret)
    assert done.returncode == 0, done.stderr
    assert b"no fault" in done.stdout
    assert b"hunter2" not in done.stdout + done.stderr
    done = aiguillage("profile", "check", AIGUILLAGE_MAILBOX_NOWHERE_IMAP_URL=secret)
    assert done.returncode == 2


def test_what_is_held_is_listed_and_replayed(aiguillage: Command) -> None:
    assert aiguillage("failed").stdout == b"Nothing is held aside.\n"
    assert aiguillage.lines("failed", "--json") == []
    assert aiguillage("replay", "in:99").returncode == 1
    assert aiguillage("replay", "99").returncode == 2
    assert aiguillage("replay", "in:²", "in:99999999999999999999").returncode == 2


def test_a_person_s_second_address_is_linked_and_unlinked(aiguillage: Command) -> None:
    (aiguillage.folder / "a.eml").write_bytes(mail())
    quoting = {"sender": "j@work.example.com", "message_id": "<b@work.example.com>"}
    [opened] = aiguillage.lines("ingest", "a.eml")
    assert aiguillage("contact", "link", "Jeanne@example.org", "j@work.example.com").returncode == 0
    [joined] = aiguillage.lines("ingest", "-", stdin=mail("Suite.\n", subject=opened["case"], **quoting))
    assert (joined["disposition"], joined["case"]) == ("reply", opened["case"])
    assert aiguillage("contact", "unlink", "j@work.example.com").returncode == 0
    assert aiguillage("contact", "unlink", "j@work.example.com").returncode == 1
    assert aiguillage("contact", "link", "jeanne", "x").returncode == 2


def test_the_database_is_brought_up_to_date(aiguillage: Command) -> None:
    assert b"The schema is at" in aiguillage("db", "upgrade").stdout
    done = aiguillage("failed", AIGUILLAGE_DATABASE_URL="mysql://x/y", AIGUILLAGE_SECRET_KEY="0123456789abcdef")
    assert (done.returncode, b"mysql is not supported" in done.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [["--no-such-option"], ["no-such-command"], ["parse"]])
def test_wrong_use_exits_with_2(aiguillage: Command, arguments: list[str]) -> None:
    assert aiguillage(*arguments).returncode == 2


def test_labelled_files_that_cannot_be_used_are_named_at_once(aiguillage: Command) -> None:
    (aiguillage.folder / "empty.jsonl").write_text("")
    (aiguillage.folder / "latin.jsonl").write_bytes(b"\xe9")
    done = aiguillage("train", "empty.jsonl", "latin.jsonl", "missing.jsonl")
    said = done.stderr.decode()
    assert done.returncode == 2
    named = ("empty.jsonl: holds no", "latin.jsonl: is not UTF-8", "missing.jsonl: cannot be read")
    assert [word in line for word, line in zip(named, said.splitlines(), strict=True)] == [True] * 3
    assert aiguillage("evaluate", "latin.jsonl").returncode == 2


def test_an_empty_folder_is_said(aiguillage: Command) -> None:
    (aiguillage.folder / "spool").mkdir()
    done = aiguillage("parse", "spool")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"aiguillage: spool: holds no file\n"


def test_ingest_reads_a_named_pipe_once(aiguillage: Command) -> None:
    os.mkfifo(aiguillage.folder / "pipe")
    with ThreadPoolExecutor() as pool:
        pool.submit((aiguillage.folder / "pipe").write_bytes, mail())
        [line] = aiguillage.lines("ingest", "pipe")
    assert line["disposition"] == "case"


def test_a_full_disk_is_one_clear_message(aiguillage: Command) -> None:
    (aiguillage.folder / "a.eml").write_bytes(mail())
    own = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "parse", "a.eml"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=aiguillage.folder,
            env=own,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == b"aiguillage: the output: No space left on device"
    assert b"Traceback" not in done.stderr


def test_a_database_of_a_newer_release_is_refused(aiguillage: Command) -> None:
    aiguillage("db", "upgrade")
    with closing(sqlite3.connect(aiguillage.folder / "var/aiguillage.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in (["failed"], ["db", "upgrade"]):
        done = aiguillage(*command)
        assert done.returncode == 2
        assert b"schema 9999" in done.stderr
        assert b"install the release that made it" in done.stderr
        assert b"Traceback" not in done.stderr


def test_the_data_are_for_their_owner_alone(aiguillage: Command) -> None:
    aiguillage("db", "upgrade")
    assert stat.S_IMODE((aiguillage.folder / "var").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_named(aiguillage: Command) -> None:
    (aiguillage.folder / "file").write_bytes(b"")
    done = aiguillage("failed", AIGUILLAGE_DATABASE_URL="sqlite:///file/x.db")
    assert done.returncode == 2
    assert done.stderr.startswith(b"aiguillage: AIGUILLAGE_DATABASE_URL: ")


def test_the_demonstration_wants_a_folder_to_write_to(aiguillage: Command) -> None:
    (aiguillage.folder / "var").write_bytes(b"")
    done = aiguillage("run", "--demo")
    assert done.returncode == 2
    assert done.stderr.startswith(b"aiguillage: --demo: the folder ")


def test_help_imports_nothing_heavy(aiguillage: Command) -> None:
    script = "import sys, app.cli; print(sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True)
    assert not {"spacy", "numpy", "sqlalchemy", "fastapi", "pydantic", "rich", "dramatiq"} & set(eval(done.stdout))


def test_calls_are_exported_and_imported_once(aiguillage: Command) -> None:
    empty = aiguillage("calls", "export")
    assert empty.returncode == 0
    assert empty.stdout.startswith(b"PK")
    (aiguillage.folder / "calls.xlsx").write_bytes(filled())
    assert b"1 new, not kept (dry run)" in aiguillage("calls", "import", "calls.xlsx", "--dry-run").stdout
    assert b"1 kept" in aiguillage("calls", "import", "calls.xlsx").stdout
    assert b"0 kept; 1 known already" in aiguillage("calls", "import", "calls.xlsx").stdout
    (aiguillage.folder / "again.xlsx").write_bytes(aiguillage("calls", "export", "--since", "2026-03-01").stdout)
    assert b"0 kept; 1 known already" in aiguillage("calls", "import", "again.xlsx").stdout


def test_a_wrong_cell_is_named_and_the_rest_is_kept(aiguillage: Command) -> None:
    (aiguillage.folder / "calls.xlsx").write_bytes(filled(("31/02/2026", *ROW[1:])))
    done = aiguillage("calls", "import", "calls.xlsx", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["cell"] == "Appels!A3"
    assert b"1 kept" in done.stderr


def test_a_file_that_is_no_workbook_is_wrong_use(aiguillage: Command) -> None:
    (aiguillage.folder / "calls.txt").write_bytes(b"no workbook")
    done = aiguillage("calls", "import", "calls.txt")
    assert done.returncode == 2
    assert b"calls.txt" in done.stderr


def test_the_figures_are_reported_with_their_definitions(aiguillage: Command) -> None:
    *found, last = aiguillage.lines("report", "--month", "2026-03", "--json")
    assert {one["line"] for one in found} == {None, "1718", "1719"}
    assert [one["name"] for one in last["review"]["levels"]][3:] == ["solved_in_a_day", "satisfaction"]
    rate = next(one for one in found if one["figure"] == "answer_rate")
    assert (rate["value"], rate["goal"], rate["definition"]) == (None, 0.6, "Answered divided by offered.")
    table = aiguillage("report").stdout.decode()
    assert "Answer rate" in table
    assert "> 60%" in table


@pytest.mark.parametrize(
    "wrong",
    [("--month", "2026-13"), ("--month", "2026-3"), ("--day", "x"), ("--month", "2026-03", "--day", "2026-03-01")],
)
def test_a_report_of_no_period_is_wrong_use(aiguillage: Command, wrong: tuple[str, ...]) -> None:
    assert aiguillage("report", *wrong).returncode == 2


def test_the_balance_of_lines_names_every_fate() -> None:
    [row] = balanced_lines({"1718": {"answered": 2, "missed": 1, "": 1}})
    assert (row["line"], row["received"], row["answered"], row["callback"]) == ("1718", 4, 2, 0)
    assert row["unaccounted"] == 1


def filled(*more: Any) -> bytes:
    """A workbook with one good row, and these."""
    return sheet(TITLES, ROW, *more)
