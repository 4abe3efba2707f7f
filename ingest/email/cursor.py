"""How far a folder has been read, and in which portions what is listed is to be fetched. No I/O."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.email.fetched import Listed
from store.inbound import BATCH, BATCH_BYTES


@dataclass
class Cursor:
    """All messages up to `last_uid` of that UIDVALIDITY are ours (RFC 9051 section 2.3.1.1).

    A message that could not be fetched is a suspect: it is tried last and alone, so that it delays no other, and the
    cursor stays below it until it is ours or gone. After a connection broke over several messages they are fetched one
    by one (`careful`), which finds the suspect.
    """

    uidvalidity: int = 0
    last_uid: int = 0
    rescanning: bool = False
    suspects: set[int] = field(default_factory=set)
    careful: bool = False
    _kept: set[int] = field(default_factory=set)
    _waiting: deque[Listed] = field(default_factory=deque)
    _doubtful: deque[Listed] = field(default_factory=deque)
    _highest: int = 0

    def open(self, uidvalidity: int, uidnext: int, stored_uidvalidity: int, stored_last_uid: int) -> None:
        """Begin on a folder just selected, from where the store says.

        A UIDVALIDITY that changed is a rescan. So is a UIDNEXT that went back without that: a server restored from a
        backup, which gives UIDs away again.
        """
        went_back = 0 < uidnext <= stored_last_uid
        same = uidvalidity == stored_uidvalidity and not went_back
        if uidvalidity != self.uidvalidity or went_back:
            self.suspects, self._kept, self.careful = set(), set(), False
        self.uidvalidity = uidvalidity
        self.last_uid = stored_last_uid if same else 0
        self.rescanning = not same and stored_uidvalidity != 0

    def take(self, listed: Sequence[Listed]) -> set[int]:
        """Plan the fetching of what is listed after `last_uid`; the suspects that have vanished meanwhile."""
        uids = {message.uid for message in listed}
        vanished = self.suspects - uids
        self.suspects -= vanished
        self._kept &= uids
        missing = [message for message in listed if message.uid not in self._kept]
        self._waiting = deque(message for message in missing if message.uid not in self.suspects)
        self._doubtful = deque(message for message in missing if message.uid in self.suspects)
        self._highest = listed[-1].uid if listed else self.last_uid
        return vanished

    def next_batch(self) -> list[int]:
        """The UIDs to fetch next, bounded in number and bytes; suspects alone and last. Empty at the end."""
        if not self._waiting:
            return [self._doubtful.popleft().uid] if self._doubtful else []
        batch = [self._waiting.popleft()]
        size = batch[0].size
        while self._waiting and len(batch) < (1 if self.careful else BATCH):
            size += self._waiting[0].size
            if size > BATCH_BYTES:
                break
            batch.append(self._waiting.popleft())
        return [message.uid for message in batch]

    def broke(self, batch: Sequence[int]) -> None:
        """The connection was lost over this batch."""
        if len(batch) == 1:
            self.suspects.add(batch[0])
        self.careful = len(batch) > 1 or self.careful

    def position(self) -> int:
        """The UID up to which nothing is left to be fetched."""
        still_open = {self._waiting[0].uid, *self.suspects} if self._waiting else self.suspects
        return min(still_open) - 1 if still_open else self._highest

    def keep(self, uids: Iterable[int]) -> None:
        """These are committed."""
        self._kept.update(uids)
        self.last_uid = self.position()

    def finish(self) -> None:
        """All that was listed has been tried."""
        self.careful = False
        self.rescanning = False
