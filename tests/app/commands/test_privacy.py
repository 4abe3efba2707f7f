"""`aiguillage privacy` and `purge`: what they say, who may, and that nothing is found afterwards."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from store.engine import open_engine
from store.tables import case
from tests.app.commands.test_archive import Installation
from tests.mails import mail

ADDRESS = "perrine.zylberquist@example.org"
MARKERS = (b"zylberquist", b"quxomarin")
MAIL = mail("Bonjour, le quxomarin est en panne.\n", sender=f"Perrine Zylberquist <{ADDRESS}>", subject="Quxomarin")


@pytest.fixture
def installation(sqlite_url: str, tmp_path: Path) -> Installation:
    """With one mail of hers, and one administrator."""
    found = Installation(sqlite_url, tmp_path)
    assert found("ingest", "-", stdin=MAIL).returncode == 0
    assert found("user", "add", "dpo@example.be", "--id", "dpo", "--role", "administrator").returncode == 0
    return found


def test_find_erase_and_the_certificate(installation: Installation, tmp_path: Path) -> None:
    assert json.loads(installation("privacy", "find", ADDRESS, "--json").stdout)["counts"]["cases"] == 1
    dry = installation("privacy", "erase", ADDRESS, "--dry-run")
    assert json.loads(dry.stdout)["would_erase"]["messages"] == 1
    done = installation(
        *("privacy", "erase", ADDRESS, "--as", "dpo", "--yes", "--reason", "file 12"),
        *("--certificate", str(tmp_path / "certificate.json")),
    )
    assert done.returncode == 0, done.stderr
    certificate = json.loads((tmp_path / "certificate.json").read_text("utf-8"))
    assert certificate["erased"]["cases"] == 1
    assert certificate["remains"][0] == {
        "what": "mailbox",
        "mailbox": "assistance",
        "mails": 1,
        "why": "no credentials",
    }
    said = [path.read_bytes().lower() for path in tmp_path.rglob("*") if path.is_file()] + [done.stdout, done.stderr]
    assert not [marker for marker in MARKERS if any(marker in one for one in said)]
    assert json.loads(installation("privacy", "certificate", "1").stdout) == certificate
    assert b"person-erased" in installation("user", "audit", "--json").stdout
    assert json.loads(installation("privacy", "find", ADDRESS, "--json").stdout)["counts"]["cases"] == 0


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--as", "marie", "--reason", "x"), "marie is no administrator"),
        (("--as", "dpo"), "--reason: is missing"),
        (("--as", "dpo", "--reason", f"asked by {ADDRESS}"), "names the person"),
    ],
)
def test_what_is_refused(installation: Installation, arguments: tuple[str, ...], fault: str) -> None:
    done = installation("privacy", "erase", ADDRESS, "--yes", *arguments)
    assert (done.returncode, fault in done.stderr.decode()) == (2, True), done.stderr


def test_who_is_nobody_and_who_is_ours(installation: Installation) -> None:
    assert b"neither an address nor a phone number" in installation("privacy", "find", "perrine").stderr
    assert b"is an address of this service" in installation("privacy", "find", "assistance@monpermis.example.be").stderr


@pytest.mark.parametrize("place", ["privacy.begin.after", "privacy.erase.before", "privacy.erase.after:2"])
def test_killed_it_goes_on(installation: Installation, tmp_path: Path, place: str) -> None:
    order = ("privacy", "erase", ADDRESS, "--as", "dpo", "--yes", "--reason", "file 12")
    assert installation(*order, failpoint=place).returncode == -9
    assert b"Certificate of erasure 1" in installation("privacy", "resume").stdout
    said = [path.read_bytes().lower() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [marker for marker in MARKERS if any(marker in one for one in said)]
    assert b"no erasure is under way" in installation("privacy", "resume").stderr


def test_research_is_pseudonymous_and_noted(installation: Installation, tmp_path: Path) -> None:
    for n in range(6):
        own = mail(
            f"Le quxomarin, {ADDRESS}.\n", sender=f"P{n} Zylberquist <p{n}@example.org>", message_id=f"<r{n}@x.org>"
        )
        assert installation("ingest", "-", stdin=own).returncode == 0
    engine = open_engine(installation.url)
    with engine.begin() as connection:
        alike = {"status": "closed", "closed_at": case.c.opened_at, "lang": "fr", "category": "c"}
        connection.execute(update(case).values(**alike, motif="m", tool="t"))
    engine.dispose()
    order = ("privacy", "research", "--as", "dpo", "--texts")
    files = [tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl")]
    for file, study in zip(files, ("one", "one", "two"), strict=True):
        done = installation(*order, str(file), "--study", study)
        assert done.returncode == 0, done.stderr
    first, again, other = (file.read_text("utf-8") for file in files)
    assert first == again
    cases = {json.loads(line)["case"] for line in first.splitlines()}
    assert len(cases) == 7
    assert cases.isdisjoint(json.loads(line)["case"] for line in other.splitlines())
    assert "quxomarin" in first
    assert "zylberquist" not in first.lower()
    assert files[0].stat().st_mode & 0o077 == 0
    assert installation(*order, str(files[0]), "--study", "one").returncode == 2
    assert b'"study": "one"' in installation("user", "audit", "--json").stdout


def test_purge_says_what_would_go(installation: Installation) -> None:
    assert installation("purge", "--dry-run").stdout == b"Nothing is due.\n"
    rows = [json.loads(line) for line in installation("purge", "--dry-run", "--json").stdout.splitlines()]
    assert {row["kind"] for row in rows} == {"attachments", "raw_mail", "transcripts", "cases", "calls", "audit"}
    assert all(row["count"] == 0 for row in rows)


def test_her_data_is_given_to_her_in_her_language(installation: Installation, tmp_path: Path) -> None:
    body = "Hallo, mijn zus (an@example.org, 0486 12 34 56) helpt mij. Mijn adres blijft "
    own = mail(f"{body}{ADDRESS}.\n", sender=f"Perrine Zylberquist <{ADDRESS}>", message_id="<2@example.org>")
    assert installation("ingest", "-", stdin=own).returncode == 0
    folder = tmp_path / "given"
    done = installation("privacy", "export", ADDRESS, "--to", str(folder), "--as", "dpo")
    assert done.returncode == 0, done.stderr
    data = json.loads((folder / "data.json").read_text("utf-8"))
    texts = [line["text"] for one in data["cases"] for line in one["messages"] if line["from"] == "you"]
    assert any("le quxomarin est en panne" in text for text in texts)
    assert data["person"]["addresses"] == [ADDRESS]
    page = (folder / "index.html").read_text("utf-8")
    assert "Vos données" in page or "Uw gegevens" in page
    assert "quxomarin" in page
    assert folder.stat().st_mode & 0o077 == 0
    assert installation("privacy", "export", ADDRESS, "--to", str(folder), "--as", "dpo").returncode == 2
    assert b"person-exported" in installation("user", "audit", "--json").stdout
