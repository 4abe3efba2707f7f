"""What the servers of the tests share: a free port, a folder, a child process, and waiting on a condition."""

import contextlib
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 20.0

Child = subprocess.Popen[bytes]


def _own_ports() -> Iterator[int]:
    """Ports one after the other, from a place of this process's own: below those that the system gives to connections
    and to whoever binds to none (ip(7), `ip_local_port_range`), which it might give away before they are used."""
    text = Path("/proc/sys/net/ipv4/ip_local_port_range")
    least = int(text.read_text().split()[0]) if text.exists() else 32_768
    ports = range(10_000, least if least > 20_000 else 32_768)
    begin = random.SystemRandom().randrange(len(ports))
    return itertools.cycle([*ports[begin:], *ports[:begin]])


_ports = _own_ports()


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now, and that nobody else is given while it is not yet used."""
    return next(filter(_is_free, _ports))


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        return True
    return False


def wait_until(condition: Callable[[], object], what: str, seconds: float = PATIENCE, every: float = 0.02) -> None:
    """Look every so often (seconds) until the condition holds. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(every)


def answers(port: int) -> bool:
    """Whether somebody accepts connections on that port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def account(name: str) -> dict[str, object]:
    """Arguments for `subprocess` that run a program as that user, where we are root and may."""
    return {"user": name, "group": name, "extra_groups": []} if os.geteuid() == 0 else {}


@contextlib.contextmanager
def own_folder(name: str, owner: str | None = None) -> Iterator[Path]:
    """A folder of the server's own that every user can reach (pytest's are closed to others), removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"aiguillage-{name}-"))
    folder.chmod(0o755)
    if owner and os.geteuid() == 0:
        shutil.chown(folder, owner, owner)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(command: list[str], log: Path, stop: int = signal.SIGTERM, **options: object) -> Iterator[Child]:
    """A child process for the length of the block; it is ended by `stop`, and by KILL where that is not enough.

    It ends with us too when we are killed and run no clean-up: setpriv(1) asks the kernel for that.
    """
    if shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", signal.Signals(stop).name.removeprefix("SIG"), "--", *command]
    with log.open("ab") as output:
        child = subprocess.Popen(command, stdout=output, stderr=output, **options)  # type: ignore[call-overload]
    try:
        yield child
    finally:
        child.send_signal(stop)
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
