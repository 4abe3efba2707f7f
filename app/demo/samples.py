"""The sample mails: fifteen that a helpdesk gets on a morning, each delivered once however often the demo starts.

A sample may answer an acknowledgement of ours: it says whose in `X-Sample-Answers` (taken out again), and holds these
marks, filled in from the mail that the catcher took:
`%ACKNOWLEDGEMENT%` its Message-ID, `%REVERSE-PATH%` the address its bounces go to. `%DATE%` is now.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path

from desk.demo import Caught

MAILS = Path(__file__).parent / "mails"
_ANSWERS = re.compile(rb"\AX-Sample-Answers: (\S+)\r\n")


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample mail before its marks are filled in; `answers` is whose acknowledgement it needs, or ''."""

    name: str
    answers: str
    template: bytes

    def filled(self, answered: Caught | None, now: datetime) -> bytes:
        """The mail as it arrives."""
        marks = {b"%DATE%": format_datetime(now).encode(), b"%ACKNOWLEDGEMENT%": b"", b"%REVERSE-PATH%": b""}
        if answered:
            mail = message_from_bytes(answered.raw)
            marks[b"%ACKNOWLEDGEMENT%"] = mail["Message-ID"].strip().encode()
            marks[b"%REVERSE-PATH%"] = mail["Return-Path"].strip("<> ").encode()
        raw = self.template
        for mark, value in marks.items():
            raw = raw.replace(mark, value)
        return raw


def samples() -> list[Sample]:
    """All of them, in the order in which they arrive."""
    return [_read(file) for file in sorted(MAILS.glob("*.eml"))]


def _read(file: Path) -> Sample:
    raw = file.read_bytes()
    answers = _ANSWERS.match(raw)
    return Sample(file.stem, answers.group(1).decode() if answers else "", _ANSWERS.sub(b"", raw))


class Ledger:
    """Remembers which samples were delivered.

    A mail is written down before it is delivered and marked after. Where the process died between the two, the same
    bytes are delivered again, and are recognised as a duplicate like anybody's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def is_delivered(self, sample: Sample) -> bool:
        return self._mark(sample).exists()

    def kept(self, sample: Sample, fresh: bytes) -> bytes:
        """The bytes to deliver: those of the first time, where there was one, else these, from now on."""
        file = self._folder / f"{sample.name}.eml"
        if not file.exists():
            part = file.with_suffix(".part")
            part.write_bytes(fresh)
            part.rename(file)
        return file.read_bytes()

    def delivered(self, sample: Sample) -> None:
        self._mark(sample).write_text(datetime.now(UTC).isoformat(), encoding="ascii")

    def _mark(self, sample: Sample) -> Path:
        return self._folder / f"{sample.name}.delivered"
