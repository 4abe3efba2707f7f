"""Copies on the server go by their Message-ID, and nobody else's with them."""

import pytest

from cases.errors import TransientError
from cases.profile import Done, Mailbox
from ingest.email.removing import Removed, remove


class Folder:
    """A session on one folder: Message-IDs, and whether the server answers."""

    def __init__(self, held: list[str], *, answers: bool = True) -> None:
        self.held, self.answers, self.closed = held, answers, False

    def remove(self, message_ids: list[str]) -> int:
        if not self.answers:
            raise TransientError("gone")
        before = len(self.held)
        self.held[:] = [one for one in self.held if one not in message_ids]
        return before - len(self.held)

    def close(self) -> None:
        self.closed = True


BOX = Mailbox(name="assistance", address="a@example.be", display_name="A", done=Done.MOVE, done_folder="Done")


def test_both_folders_are_looked_through() -> None:
    folders = {"INBOX": Folder(["<1@x>", "<2@x>"]), "Done": Folder(["<1@x>", "<1@x>", "<3@x>"])}
    assert remove(BOX, folders.__getitem__, ["<1@x>", "<9@x>"]) == Removed(3)  # type: ignore[arg-type]
    assert (folders["INBOX"].held, folders["Done"].held) == (["<2@x>"], ["<3@x>"])
    assert all(one.closed for one in folders.values())


@pytest.mark.parametrize("refuses", ["INBOX", "Done"])
def test_a_server_that_fails_is_told_of(refuses: str) -> None:
    folders = {"INBOX": Folder(["<1@x>"]), "Done": Folder(["<1@x>"])}
    folders[refuses].answers = False
    found = remove(BOX, folders.__getitem__, ["<1@x>"])  # type: ignore[arg-type]
    assert found == Removed(0 if refuses == "INBOX" else 1, "TransientError")
