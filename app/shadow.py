"""A model that runs beside the one in use: asked about the same messages off their road, compared, without effect."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from app.shelf import Shelf
from cases.case import Disposition
from cases.event import Channel, Message, Tags
from cases.profile import Profile
from cases.review import Field
from store.tx import Store

if TYPE_CHECKING:
    from classify.classifier import Classifier

log = structlog.get_logger()

EVERY_SECONDS = 60.0
WINDOW = timedelta(days=1)
BATCH = 50


class Shadow:
    """Looks every minute whether a shadow is set, and asks it about the messages of the last day."""

    def __init__(self, store: Store, profile: Profile, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._store, self._profile, self._shelf, self._clock = store, profile, shelf, clock
        self._loaded: tuple[str, Classifier] | None = None

    def run(self, stop: threading.Event, is_mine: Callable[[], bool] = lambda: True) -> None:
        """Until told to stop. What goes wrong is said, and tried again: nobody waits for a shadow.

        `is_mine` says whether this process is the one of many that asks.
        """
        while not stop.wait(EVERY_SECONDS):
            try:
                while is_mine() and self.round() == BATCH and not stop.is_set():
                    pass
            except Exception as error:  # noqa: BLE001 - a model that runs beside stops nothing
                log.warning("shadow_failed", error=type(error).__name__)

    def round(self) -> int:
        """Compare one batch; how many messages. Raises PermanentError where the shadow is damaged."""
        version = self._shelf.shadow
        if not version:
            self._loaded = None
            return 0
        with self._store.reading() as tx:
            rows = tx.tagged.not_compared(version, self._clock() - WINDOW, BATCH)
        if rows:
            said = self._classifier(version).classify([self._message(row) for row in rows])
            with self._store.transaction("shadow.compare") as tx:
                tx.tagged.add_comparisons([self._row(version, *pair) for pair in zip(rows, said, strict=True)])
        return len(rows)

    def _classifier(self, version: str) -> "Classifier":
        from classify.classifier import Classifier

        if self._loaded is None or self._loaded[0] != version:
            self._loaded = version, Classifier.load(self._shelf.path(version), self._profile)
        return self._loaded[1]

    def _message(self, row: Any) -> Message:
        """The message as the model in use was given it."""
        new, whole = row.content.get("reply_text") or "", row.content.get("text") or ""
        known = set(new.splitlines())
        quoted = (
            [line for line in whole.splitlines() if line not in known] if row.disposition == Disposition.REPLY else ()
        )
        return Message(
            channel=Channel(row.channel),
            subject=row.subject or "",
            body=new or whole,
            quoted="\n".join(quoted),
            default_lang=self._language(row.source),
        )

    def _language(self, source: str) -> str:
        boxes = {box.name: box.language for box in self._profile.mailboxes}
        return boxes.get(source, self._profile.default_language)

    def _row(self, version: str, row: Any, tags: Tags) -> dict[str, Any]:
        shown = {str(field): row.content.get(field, "") for field in Field}
        said = {str(field): getattr(tags, field) for field in Field}
        return {
            "inbound_id": row.id,
            "model": version,
            "shown_model": (row.content.get("tags") or {}).get("model", ""),
            "shown": shown,
            "said": said,
            "differs": shown != said,
            "at": self._clock(),
            "person_key": row.person_key,
        }
