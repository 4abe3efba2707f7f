"""A fault proxy before an IMAP server that knows the names of the commands."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.servers.faulty import FaultProxy

COMMAND = re.compile(rb"^[A-Z]{4}\d+ (?:UID )?([A-Z]+)", re.MULTILINE)


class ImapProxy(FaultProxy):
    """`commands` are the names of all that the clients asked."""

    def __init__(self, upstream: int) -> None:
        super().__init__(upstream)
        self.commands: list[str] = []

    def overhear(self, portion: bytes) -> None:
        self.commands += [name.decode() for name in COMMAND.findall(portion)]

    def commands_of(self, act: Callable[[], object]) -> list[str]:
        """The commands that the client sent while `act` ran."""
        before = len(self.commands)
        act()
        return self.commands[before:]


@pytest.fixture
def proxy(request: pytest.FixtureRequest) -> Iterator[ImapProxy]:
    """A proxy before the server of the fixture `imap_server`."""
    with ImapProxy(request.getfixturevalue("imap_server").port).running() as running:
        yield running
