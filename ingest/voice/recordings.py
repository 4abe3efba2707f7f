"""Recordings: noted as soon as the provider speaks of one, then fetched, kept, deleted there, and written down.

Each stage is committed before the next begins, and begun again where a process died: the provider's copy goes only
once ours is durable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import structlog

from cases.errors import AiguillageError, PermanentError, TransientError
from cases.event import Channel, Message, Tags
from cases.folding import folded
from ingest.rows import tag_details
from ingest.voice.provider import Provider
from ingest.voice.sound import check
from ingest.voice.transcribe import Text, Transcribe
from store.renewing import renewed
from store.search import Words
from store.tx import Kind, Store, Transaction
from store.work import MAX_ATTEMPTS, LeaseLostError, State

log = structlog.get_logger()

COMPLETED, ABSENT = "completed", "absent"
WAITS = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 30, 60, 120, 300, 600, 1800, 3600))
"""How long after each attempt the next one comes: a sound that is not there for minutes is normal."""
PATIENCE = timedelta(days=3)
"""How long a recording is asked for before a person is told."""
OWNER_WAIT = timedelta(seconds=15)
"""How long after a sound was kept its case is looked for again."""

HANGS_AFTER = timedelta(minutes=10)
"""Turning speech into text takes minutes on a busy machine."""

UNKNOWN_TOOLS = ("", "aucun")

Classify = Callable[[Sequence[Message]], Sequence[Tags]]


class UnownedError(TransientError):
    """The case of this recording is not opened yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a provider says of a recording. `seconds` is its length, below 0 where unknown; `absent`: nothing was
    recorded. `call_id` and `case_id` are None for a call that we never saw."""

    provider: str
    recording_sid: str
    call_sid: str
    seconds: int
    recorded_at: datetime
    absent: bool = False
    call_id: int | None = None
    case_id: int | None = None
    person_key: str | None = None


def noted(tx: Transaction, taken: Taken, now: datetime) -> int | None:
    """Note a recording once, to be fetched; its id, or None where it was noted before."""
    row = {
        "provider": taken.provider,
        "recording_sid": taken.recording_sid,
        "call_sid": taken.call_sid,
        "call_id": taken.call_id,
        "case_id": taken.case_id,
        "seconds": 0 if taken.absent else taken.seconds,
        "status": ABSENT if taken.absent else COMPLETED,
        "recorded_at": taken.recorded_at,
        "state": State.DONE if taken.absent else State.PENDING,
        "due_at": now,
        "person_key": taken.person_key,
    }
    identity = tx.recordings.add_once(row)
    if identity is not None and not taken.absent:
        tx.wake(Kind.RECORDING)
        if taken.call_id is None:
            tx.wake(Kind.CALL)  # whose it is stands in the provider's log
    return identity


@dataclass(frozen=True, kw_only=True)
class Recordings:
    """The work on recordings. `transcribe` is None where no speech model is installed."""

    store: Store
    provider: Provider
    clock: Callable[[], datetime]
    classify: Classify
    transcribe: Transcribe | None = None

    def process(self) -> int:
        """Work one recording as far as it goes; how many were claimed."""
        lease = uuid4().hex
        with self.store.transaction("recording.claim") as tx:
            claimed = tx.recordings.claim(lease, 1, self.clock())
        for row in claimed:
            try:
                with renewed(self.store, partial(self._renew, lease, row.id), HANGS_AFTER):
                    self._work(lease, row)
            except UnownedError as error:
                with self.store.transaction("recording.unowned") as tx:
                    tx.recordings.retry_later(lease, row.id, str(error), self.clock() + OWNER_WAIT, attempts=0)
            except LeaseLostError:
                log.warning("lease_lost", recording=row.id)  # whoever has it now goes on
            except Exception as error:  # noqa: BLE001 - tried again later, or held aside for a person
                self._fail(lease, row, error)
        return len(claimed)

    def _renew(self, lease: str, identity: int, tx: Transaction) -> None:
        tx.recordings.renew(lease, [identity], self.clock())

    def _work(self, lease: str, row: Any) -> None:
        if row.fetched_at is None and row.seconds:
            self._keep(lease, row)
        if row.deleted_at is None:
            self.provider.forget(row.recording_sid)
            with self.store.transaction("recording.forgotten") as tx:
                tx.recordings.change(lease, row.id, deleted_at=self.clock())
        self._write_down(lease, row)

    def _keep(self, lease: str, row: Any) -> None:
        sound = self.provider.recording(row.recording_sid)
        check(sound, row.seconds)
        with self.store.transaction("recording.keep") as tx:
            tx.recordings.keep(lease, row.id, (sound.body, sound.content_type), self.clock())
            if row.case_id:
                tx.cases.stir(row.case_id, self.clock())

    def _write_down(self, lease: str, row: Any) -> None:
        """Turn the sound into text and file the case anew by it, where it can be; then nothing is left to do."""
        with self.store.reading() as tx:
            found, body = tx.recordings.find(row.id), tx.recordings.sound(row.id)
            case = tx.cases.find(found.case_id) if found and found.case_id else None
        if body and case is None:
            raise UnownedError("nobody knows yet whose recording this is")
        text = self._text(row, body, case.lang) if body and case else None
        tags = self._tags(text, case.lang) if text and case else None
        with self.store.transaction("recording.text") as tx:
            if case and text:
                tx.known.serialise()  # intake and people add words to the case, too
                tx.search.add([Words(case.id, folded(text.words))])
            if case and tags:
                self._file(tx, case.id, tags)
            tx.recordings.finish(lease, [{"id": row.id, **_written(text, self.clock())}])

    def _text(self, row: Any, body: bytes, lang: str) -> Text | None:
        """What is said, or None where a person has to listen: no model, nothing sensible, or a sound that fails."""
        hopeless = row.fetched_at is not None and row.attempts > MAX_ATTEMPTS
        return None if self.transcribe is None or hopeless else self.transcribe(body, lang)

    def _tags(self, text: Text, lang: str) -> Tags:
        [tags] = self.classify([Message(channel=Channel.PHONE, body=text.words, default_lang=lang)])
        return tags

    def _file(self, tx: Transaction, case_id: int, tags: Tags) -> None:
        """What was filed before, by a person or for an earlier message, stays; so does the tool chosen in the menu."""
        case = tx.cases.find(case_id)
        if case is None or case.motif:
            return
        now = self.clock()
        columns = {
            "category": tags.category,
            "motif": tags.motif,
            "tool": tags.tool if case.tool in UNKNOWN_TOOLS else case.tool,
            "scope": tags.scope,
            "review": tags.review,
            "tags": {**case.tags, **tag_details(tags)},
            "signs": " ".join(tags.signs),
            "alarm_at": now if case.alarm_at else None,  # another target may hold for these tags
        }
        if not tx.cases.retag(case, columns, now):
            raise TransientError("the case was changed at the same time")

    def _fail(self, lease: str, row: Any, error: Exception) -> None:
        """Try again later, or hold aside what is hopeless. The log names the kind of error, never what was said."""
        now = self.clock()
        hopeless = isinstance(error, PermanentError) or now - row.recorded_at > PATIENCE
        log.warning("recording_failed", recording=row.id, held=hopeless, error=type(error).__name__)
        reason = str(error)[:500] if isinstance(error, AiguillageError) else type(error).__name__
        wait = WAITS[min(row.attempts, len(WAITS)) - 1]
        with self.store.transaction("recording.fail") as tx:
            if hopeless:
                tx.recordings.give_up(lease, row.id, reason)
            else:
                tx.recordings.retry_later(lease, row.id, reason, now + wait)


def _written(text: Text | None, now: datetime) -> dict[str, Any]:
    return {
        "transcript": text.words if text else None,
        "transcript_logprob": text.logprob if text else None,
        "transcribed_at": now if text else None,
    }
