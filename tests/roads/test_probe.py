"""`mailbox check --probe` against a server that delivers to addresses with a detail, and one that does not."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.mails import mail
from tests.roads.house import ROOT, House, arrive
from tests.servers import forked
from tests.servers.imap import OtherClient
from tests.servers.process import free_port, wait_until
from tests.servers.smtp import SmtpSink


class Delivering:
    """An MTA's last step: what it accepts lies in the folder. `details` says whether it knows RFC 5233."""

    def __init__(self, folder: OtherClient, details: bool) -> None:
        self._folder = folder
        self._details = details

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if "+" in address and not self._details:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self._folder.append(envelope.original_content, at=datetime.now(UTC))
        return "250 OK"


@contextmanager
def delivering(folder: OtherClient, details: bool) -> Iterator[str]:
    controller = Controller(Delivering(folder, details), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def check(house: House, smtp_url: str) -> "subprocess.CompletedProcess[bytes]":
    environment = os.environ | house.environment | {"AIGUILLAGE_SMTP_URL": smtp_url}
    return forked.run(["mailbox", "check", "assistance", "--probe"], environment, ROOT)


@pytest.mark.parametrize("details", [True, False])
def test_the_probe_finds_out_and_receipts_follow(
    house: House, folder: OtherClient, smtp_sink: SmtpSink, details: bool
) -> None:
    with delivering(folder, details) as url:
        done = check(house, url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (b"arrive: receipts carry them" in done.stdout) is details
    with house.running():
        arrive(folder, mail())
        wait_until(lambda: len(smtp_sink.messages) == 2, "receipt and notice", 30)
    receipt = next(one for one in smtp_sink.messages if one.message["Auto-Submitted"] == "auto-replied")
    assert ("Reply-To" in receipt.message) is details
    assert ("+" in receipt.reverse_path) is details
