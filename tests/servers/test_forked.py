"""A forked command is a process like any other."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.servers import forked
from tests.servers.process import wait_until


def show_surroundings() -> None:
    """What a process finds where it begins."""
    print(Path.cwd().name, os.environ.get("COLOUR"), len(os.environ), input(), flush=True)


def sleep_long() -> None:
    Path("there").touch()
    time.sleep(60)


def test_a_command_ends_with_its_own_status_and_says_what_it_says(tmp_path: Path) -> None:
    helped = forked.run(["--help"], os.environ, tmp_path)
    assert (helped.returncode, helped.stderr) == (0, b"")
    assert b"Usage: aiguillage" in helped.stdout
    wrong = forked.run(["no-such-command"], os.environ, tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, b"")


def test_it_has_a_folder_an_environment_and_a_pipe_of_its_own(tmp_path: Path) -> None:
    done = forked.run([], {"COLOUR": "red"}, tmp_path, "é\n".encode(), show_surroundings)
    assert done.stdout.decode() == f"{tmp_path.name} red 1 é\n"


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 1)])
def test_signals_reach_it_even_where_this_process_ignores_ctrl_c(tmp_path: Path, sent: int, status: int) -> None:
    log = tmp_path / "log"
    child = forked.start([], os.environ, tmp_path, (log, log), program=sleep_long)
    wait_until((tmp_path / "there").exists, "it is there")
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.01)
    assert child.poll() is None
    child.send_signal(sent)
    assert child.wait(20) == status
