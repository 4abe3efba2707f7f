"""The servers to measure against, on loopback: those of the tests, with a Maildir that is filled at once."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.dovecot import PASSWORD, Dovecot, dovecot_server
from tests.servers.installed import program
from tests.servers.process import answers, free_port, own_folder, running, wait_until


@dataclass(frozen=True)
class Servers:
    """A Dovecot, and a `smtp-sink` (C, postfix) that throws everything away."""

    dovecot: Dovecot
    sink_port: int

    def imap_url(self, user: str) -> str:
        return f"imap://{user}:{PASSWORD}@127.0.0.1:{self.dovecot.port}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.sink_port}"

    def fill(self, user: str, mails: Iterable[Path]) -> None:
        """Give `user` a mailbox with these mails in this order, as links: filling costs the measure nothing."""
        box = self.dovecot.folder / "mail" / user
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        for index, path in enumerate(mails):
            size = path.stat().st_size
            (box / "cur" / f"{1_700_000_000 + index}.M{index}.bench,S={size},W={size}:2,").hardlink_to(path)
        subprocess.run(["chown", "-R", "mail:mail", box], check=True)

    def forget(self, user: str) -> None:
        """Remove a user's mailbox."""
        shutil.rmtree(self.dovecot.folder / "mail" / user, ignore_errors=True)


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Run both for the length of the block; they need Debian's packages and root (`make test-deps`)."""
    with dovecot_server() as dovecot, own_folder("sink") as folder:
        port = free_port()
        command = [str(program("smtp-sink")), "-u", "nobody", f"127.0.0.1:{port}", "512"]
        with running(command, folder / "log"):
            wait_until(lambda: answers(port), "smtp-sink accepts connections")
            yield Servers(dovecot, port)
