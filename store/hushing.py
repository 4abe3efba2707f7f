"""Takes what is personal out of what came by phone: calls and their events, callbacks, spoken messages, calls off the
line."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select, update

from cases.folding import folded
from store.blanking import ERASED, Blanking
from store.search import Search
from store.tables import call, call_event, callback, leg, logged_call, recording
from store.work import State

_LOGGED: Mapping[str, Any] = {"caller_name": "", "caller": None, "reason": "", "person_key": None}
_SPOKEN: Mapping[str, Any] = dict.fromkeys(("transcript", "person_key", "sha256", "last_error", "lease"), None)


class Hushing(Blanking):
    """Equal numbers stay equal, so that figures of calls come out the same."""

    def recordings(self, identities: Collection[int]) -> None:
        """Wipe spoken messages: the sound and its text. A copy that the provider still has is left to be deleted."""
        mine = recording.c.id.in_(identities)
        rows = self.connection.execute(select(recording.c.sha256).where(mine, recording.c.sha256.is_not(None)))
        hashes = set(rows.scalars())
        there = mine & recording.c.deleted_at.is_(None) & (recording.c.status != "absent")
        self.execute(update(recording).where(mine).values(**_SPOKEN, state=State.DONE))
        again = {"state": State.PENDING, "due_at": self.now, "attempts": 0, "seconds": 0}  # of no length: not fetched
        self.execute(update(recording).where(there).values(**again))
        self.bytes.empty(hashes, recording, identities)
        self.count("recordings", len(identities))

    def transcripts(self, identities: Collection[int]) -> None:
        """Erase the texts of spoken messages, and their words in the search."""
        for row in self.read(recording, identities, recording.c.case_id, recording.c.transcript):
            if row.transcript and row.case_id:
                Search(self.connection).erase_words(row.case_id, folded(row.transcript))
        self.blank(recording, recording.c.id.in_(identities), {"transcript": None})

    def calls(self, identities: Collection[int]) -> None:
        """Wipe calls and what the provider said of them."""
        for row in self.connection.execute(select(call).where(call.c.id.in_(identities))).all():
            mine = (call_event.c.provider == row.provider) & (call_event.c.call_sid == row.call_sid)
            self.events(self.ids(call_event, mine))
            blank = {"caller": None, "caller_raw": "", "state": self.anonymous.value(row.state)}
            self.set(call, row.id, blank | {"person_key": self.anonymous.key(row.person_key)})
        self.callbacks(callback.c.call_id.in_(identities))
        self.recordings(self.ids(recording, recording.c.call_id.in_(identities)))
        self.count("calls", len(identities))

    def events(self, identities: Collection[int]) -> None:
        """Wipe what a provider told us; figures read the answers alone."""
        for row in self.read(call_event, identities, call_event.c.answer, call_event.c.person_key):
            kept = {"raw": {}, "error": None, "answer": self.anonymous.value(row.answer)}
            self.set(call_event, row.id, kept | {"person_key": self.anonymous.key(row.person_key)})

    def callbacks(self, where: Any) -> None:
        """Wipe promises to call; one that is open is not kept."""
        for row in self.connection.execute(select(callback).where(where)).all():
            stopped = {"open": False, "closed_at": self.now, "outcome": ERASED} if row.open else {}
            number = self.anonymous.number(row.number)
            self.set(callback, row.id, {"number": number, "person_key": self.anonymous.key(row.person_key), **stopped})
            rung = (leg.c.callback_id == row.id) & (leg.c.number == row.number)
            self.execute(update(leg).where(rung).values(number=number))

    def logged(self, identities: Collection[int]) -> None:
        """Wipe calls off the line."""
        self.blank(logged_call, logged_call.c.id.in_(identities), _LOGGED)
        self.count("logged_calls", len(identities))
