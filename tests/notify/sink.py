"""Postfix's smtp-sink, whose commands can be told to fail."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.installed import program
from tests.servers.process import answers, free_port, own_folder, running, wait_until


@dataclass(frozen=True)
class PostfixSink:
    """A running smtp-sink; `folder` has each mail that came to it whole, whatever it said of them."""

    port: int
    folder: Path

    @property
    def mails(self) -> list[bytes]:
        return [
            path.read_bytes() for path in sorted(self.folder.glob("mail.*"), key=lambda path: path.stat().st_mtime_ns)
        ]


@contextlib.contextmanager
def postfix_sink(*options: str, port: int = 0) -> Iterator[PostfixSink]:
    """Run smtp-sink with these options (see smtp-sink(1)) for the length of the block."""
    with own_folder("smtp-sink") as folder:
        folder.chmod(0o777)  # smtp-sink runs as nobody where we are root
        sink = PostfixSink(port or free_port(), folder)
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        dump = ["-d", str(folder / "mail.")]
        command = [str(program("smtp-sink")), *user, *dump, *options, f"127.0.0.1:{sink.port}", "50"]
        with running(command, folder / "log"):
            wait_until(lambda: answers(sink.port), "smtp-sink listens")
            yield sink
