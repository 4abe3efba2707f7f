"""`aiguillage probe` beside the running service: in time over the whole road, and late where the road is broken."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from cases.case import Disposition
from cases.policy import OutboundKind
from tests.roads.house import House
from tests.servers.imap import OtherClient
from tests.servers.process import free_port
from tests.servers.smtp import SmtpSink

ADDRESS, ON_CALL = "sonde@example.com", "astreinte@example.net"


class Town:
    """A mail server: what is for the probe's own mailbox lies there, the rest in the service's folder."""

    def __init__(self, folder: OtherClient, own: OtherClient) -> None:
        self._folder = folder
        self._own = own

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        target = self._own if envelope.rcpt_tos == [ADDRESS] else self._folder
        target.append(envelope.original_content, at=datetime.now(UTC))
        return "250 OK"


@contextmanager
def town(folder: OtherClient, own: OtherClient) -> Iterator[str]:
    controller = Controller(Town(folder, own), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def probing(profile: Path, seconds: int, told: Path) -> None:
    """Let that profile name a probe, and whom it tells."""
    told_of = f'alert_to = "{ON_CALL}"\ncommand = ["tee", "{told}"]\n'
    rules = f'[probe]\naddress = "{ADDRESS}"\nseconds = {seconds}\n{told_of}'
    file = profile / "profile.toml"
    before = file.read_text("utf-8").partition("\n[probe]\n")[0]
    file.write_text(f"{before}\n{rules}", "utf-8")


def probed(house: House, *options: str) -> "subprocess.CompletedProcess[bytes]":
    return house.run("probe", "--mail", "--only", "assistance", "--json", *options)


@pytest.mark.parametrize("until", ["handed_over", "read"])
def test_a_probe_comes_back_in_time(
    house: House, folder: OtherClient, road_profile: Path, tmp_path: Path, until: str
) -> None:
    own = OtherClient(folder.account, "INBOX")
    probing(road_profile, 60, tmp_path / "told")
    with town(folder, own) as url:
        house.environment["AIGUILLAGE_SMTP_URL"] = url
        if until == "read":
            imap = folder.account
            house.environment["AIGUILLAGE_PROBE_IMAP_URL"] = f"imap://{imap.user}@{imap.host}:{imap.port}"
            house.environment["AIGUILLAGE_PROBE_PASSWORD"] = imap.password
        with house.running():
            house.wait_until_settled()  # two that start at once on no database would wait for each other
            done = probed(house)
    assert done.returncode == 0, (done.stdout, done.stderr, house.log()[-2000:])
    said = json.loads(done.stdout)
    assert (said["outcome"], said["until"]) == ("in_time", until)
    assert 0 < said["seconds"] < 60
    with house.store() as store, store.reading() as tx:
        assert tx.cases.latest() == []
        assert {fate for _, fate, _ in tx.inbound.balance(*House.ever)} == {Disposition.PROBE}
        assert [mail.kind for mail in tx.outbound.latest()] == [OutboundKind.ACKNOWLEDGEMENT]


def test_where_nobody_works_it_is_late_and_told_by_another_way(
    house: House, folder: OtherClient, road_profile: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    probing(road_profile, 10, told)
    with town(folder, OtherClient(folder.account, "INBOX")) as url:
        house.environment["AIGUILLAGE_SMTP_URL"] = url
        late = probed(house)
    assert late.returncode == 1, late.stdout + late.stderr
    assert json.loads(late.stdout)["why"] == "it was not taken in"
    assert [one["source"] for one in json.loads(told.read_text())["late"]] == ["assistance"]


def test_where_the_service_s_own_mail_server_is_dead_the_alert_arrives_by_its_own(
    house: House, folder: OtherClient, road_profile: Path, tmp_path: Path, smtp_sink: SmtpSink
) -> None:
    probing(road_profile, 10, tmp_path / "told")
    with town(folder, OtherClient(folder.account, "INBOX")) as url:
        house.environment |= {
            "AIGUILLAGE_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",  # where nobody answers
            "AIGUILLAGE_PROBE_SMTP_URL": url,
            "AIGUILLAGE_ALERT_SMTP_URL": smtp_sink.url,
        }
        with house.running():
            late = probed(house)
    assert late.returncode == 1, late.stdout + late.stderr
    assert json.loads(late.stdout)["why"] == "its receipt has not left"
    [told] = smtp_sink.messages
    assert list(told.recipients) == [ON_CALL]
    assert "its receipt has not left" in told.message.get_content()
