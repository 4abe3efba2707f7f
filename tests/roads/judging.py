"""Asking the oracle, a program of its own, about one installation."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.roads.house import ROOT, House
from tests.roads.oracle import ENVELOPE, Balance
from tests.servers.smtp import SmtpSink


def judge(house: House, sink: SmtpSink, people: Sequence[str], calls: Sequence[str] = ()) -> Balance:
    """What the oracle says of these people's mails and these calls."""
    beside = house.folder / "oracle"
    beside.mkdir(exist_ok=True)
    _write(beside / "ids", people)
    _write(beside / "calls", calls)
    spool(sink, beside / "spool")
    files = ["--ids", beside / "ids", "--calls", beside / "calls", "--spool", beside / "spool"]
    command = [sys.executable, "-m", "tests.roads.oracle", *map(str, files), "--database", house.url]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert said.returncode in (0, 1), said.stderr.decode()
    found = Balance(**json.loads(said.stdout))
    assert said.returncode == (0 if found.is_whole else 1)
    return found


def spool(sink: SmtpSink, folder: Path) -> None:
    """Write what the sink has accepted so far, a file each."""
    folder.mkdir(exist_ok=True)
    for number, one in enumerate(list(sink.messages)):
        envelope = "".join(f"{ENVELOPE}: <{recipient}>\r\n" for recipient in one.recipients)
        (folder / f"{number}.eml").write_bytes(envelope.encode() + one.raw)


def _write(file: Path, ids: Sequence[str]) -> None:
    file.write_text("\n".join(ids), encoding="utf-8")
