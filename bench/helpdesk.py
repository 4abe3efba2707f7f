"""django-helpdesk beside: the same mails out of the same mailbox, to its tickets and its acknowledgements.

It is installed from PyPI into an environment of its own (`var/bench/helpdesk`), which is made at the first run, and
works with its own command, `get_email`. It tags nothing. On PostgreSQL, as ours beside it, which tags.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench.child import ROOT, TRYING, module, run, sized
from bench.corpus import Corpus, written
from bench.medians import median
from bench.servers import Servers, servers
from bench.steps import server_cpu
from tests.servers.dovecot import PASSWORD
from tests.servers.postgres import postgres_server

Figures = dict[str, Any]
ENVIRONMENT = ROOT / "var" / "bench" / "helpdesk"
PACKAGES = ("django-helpdesk", "psycopg[binary]")
MAILS, ROUNDS = sized(300), 1 if TRYING in os.environ else 5
NAME = "django-helpdesk"


def peer() -> Figures:
    """Seconds of CPU from the mailbox to the sent acknowledgement, ours and theirs, interleaved; starting left out."""
    python = _installed()
    rounds: dict[str, list[Figures]] = {NAME: [], "service, PostgreSQL": []}
    with tempfile.TemporaryDirectory() as folder, servers() as running, postgres_server(()) as postgres:
        for number in range(ROUNDS):
            mails = written(Path(folder) / str(number), Corpus(start=number * MAILS), MAILS)
            with postgres.database(migrated=False) as url:
                site = Site(python, running, url, Path(folder) / "media")
                rounds[NAME].append(site.measure(mails))
            with postgres.database() as url:
                rounds["service, PostgreSQL"].append(_ours(running, url, mails))
    version = run(str(python), "-c", "import importlib.metadata as m; print(m.version('django-helpdesk'))").output
    return {"version": version.strip(), **{name: median(taken) for name, taken in rounds.items()}}


def _ours(running: Servers, url: str, mails: list[Path]) -> Figures:
    running.fill("ours", mails)
    server = server_cpu(url)
    taken = module("bench.road", url, running.imap_url("ours"), running.smtp_url)
    server = server_cpu(url) - server
    running.forget("ours")
    cpu = taken["cpu"] + taken["steps"]["deliver"]
    return {"mails": MAILS, "cpu": cpu, "server_cpu": server, "opened": taken["fates"]["case"], "sent": taken["sent"]}


class Site:
    """Its installation on an empty database."""

    def __init__(self, python: Path, running: Servers, url: str, media: Path) -> None:
        self._python, self._running, self._url = python, running, url
        place = urlsplit(url)
        self._environment = {
            "PYTHONPATH": str(ROOT),
            "PATH": str(python.parent),
            "DJANGO_SETTINGS_MODULE": "bench.helpdesk_site.settings",
            "HELPDESK_MEDIA": str(media),
            "HELPDESK_DATABASE": place.path.lstrip("/"),
            "HELPDESK_DATABASE_PORT": str(place.port),
            "HELPDESK_SMTP_PORT": str(running.sink_port),
        }
        self._django("migrate", "-v0")
        self._django("loaddata", "emailtemplate.json", "-v0")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as fixture:
            json.dump(list(_queue(running)), fixture)
            fixture.flush()
            self._django("loaddata", fixture.name, "-v0")

    def measure(self, mails: list[Path]) -> Figures:
        """The work on these mails, less what a run over an empty mailbox costs."""
        empty = self._run([])
        full = self._run(mails)
        net = {name: full[name] - empty[name] for name in ("cpu", "server_cpu")}
        with psycopg.connect(self._url.replace("+psycopg", "")) as connection:
            opened = connection.execute("SELECT count(*) FROM helpdesk_ticket").fetchone()
        return {"mails": MAILS, **net, "opened": opened[0] if opened else 0}

    def _run(self, mails: list[Path]) -> Figures:
        self._running.fill("helpdesk", mails)
        server = server_cpu(self._url)
        cpu = self._django("get_email", "--quiet")
        server = server_cpu(self._url) - server
        self._running.forget("helpdesk")
        return {"cpu": cpu, "server_cpu": server}

    def _django(self, *arguments: str) -> float:
        """Run one of Django's commands; its seconds of CPU."""
        settings = [f"{name}={value}" for name, value in self._environment.items()]
        return run("env", "-i", *settings, str(self._python), "-m", "django", *arguments).cpu


def _queue(running: Servers) -> Iterator[dict[str, Any]]:
    """Its one queue, which reads the mailbox."""
    yield {"model": "sites.site", "pk": 1, "fields": {"domain": "helpdesk.example.org", "name": "helpdesk"}}
    fields = {
        "title": "Assistance",
        "slug": "assistance",
        "email_address": "assistance@monpermis.example.be",
        "allow_email_submission": True,
        "email_box_type": "imap",
        "email_box_host": "127.0.0.1",
        "email_box_port": running.dovecot.port,
        "email_box_ssl": False,
        "email_box_user": "helpdesk",
        "email_box_pass": PASSWORD,
        "email_box_imap_folder": "INBOX",
        "email_box_interval": 0,
        "logging_type": "none",
        "enable_notifications_on_email_events": True,
    }
    yield {"model": "helpdesk.queue", "pk": 1, "fields": fields}


def _installed() -> Path:
    """The Python of its environment, which is made where there is none."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (ENVIRONMENT / "installed").touch()
    return python
