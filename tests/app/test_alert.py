"""Word that a probe is late goes by another way; what could not be told is said."""

import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.alert import alert
from cases.probe import Probe
from tests.servers.smtp import SmtpSink

SAID = {"service": "mon-permis", "late": [{"source": "assistance"}]}


class Hook(BaseHTTPRequestHandler):
    """Keeps what it is told."""

    told: list[bytes] = []
    answer = 204

    def do_POST(self) -> None:
        self.told.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test looks itself."""


@pytest.mark.parametrize(("answer", "faults"), [(204, 0), (500, 1)])
def test_the_webhook_is_told(answer: int, faults: int) -> None:
    Hook.told, Hook.answer = [], answer
    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        Thread(target=server.handle_request, daemon=True).start()
        found = list(alert(Probe(webhook=f"http://127.0.0.1:{server.server_port}/"), SAID))
    assert len(found) == faults
    assert [json.loads(one) for one in Hook.told] == [SAID]


def test_the_command_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "told"
    assert list(alert(Probe(command=("tee", str(file))), SAID)) == []
    assert json.loads(file.read_text()) == SAID


ON_CALL = Probe(address="sonde@example.com", alert_to="astreinte@example.net")


def test_whoever_is_on_call_is_written_to_by_an_account_of_its_own(smtp_sink: SmtpSink) -> None:
    late = {"service": "Mon Permis", "late": [{"source": "assistance", "why": "it was not taken in", "seconds": None}]}
    assert list(alert(ON_CALL, late, smtp_sink.url, "fr")) == []
    [mail] = smtp_sink.messages
    assert (mail.reverse_path, list(mail.recipients)) == ("sonde@example.com", ["astreinte@example.net"])
    assert mail.message["Subject"] == "[Mon Permis] sonde en retard: assistance"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert "why: it was not taken in" in mail.message.get_content()


@pytest.mark.parametrize("url", ["", "https://example.net", "smtp://127.0.0.1:1"])
def test_an_alert_that_cannot_be_mailed_keeps_no_other_way_from_being_used(tmp_path: Path, url: str) -> None:
    file = tmp_path / "told"
    [fault] = alert(replace(ON_CALL, command=("tee", str(file))), SAID | {"service": "Mon Permis"}, url)
    assert fault.startswith("the alert was not mailed: ")
    assert json.loads(file.read_text())["late"] == SAID["late"]


@pytest.mark.parametrize("rules", [Probe(command=("/no/such/command",)), Probe(command=("false",)), Probe()])
def test_what_could_not_be_told_is_said(rules: Probe) -> None:
    [fault] = alert(rules, SAID)
    assert fault
