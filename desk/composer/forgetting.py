"""Files that came with a draft and that no draft names any more, forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from store.tx import Store

log = structlog.get_logger()

KEPT = timedelta(days=1)
"""How long a file stays that no draft names: whoever is writing is never in its way."""


@dataclass(frozen=True, slots=True)
class DraftFiles:
    """The files of the drafts of one service."""

    store: Store
    clock: Callable[[], datetime]

    def forget_unnamed(self) -> int:
        """Forget some of them; how many."""
        before = self.clock() - KEPT
        with self.store.reading() as tx:
            if not tx.drafts.has_files_of(before):
                return 0
        with self.store.transaction("draft.files") as tx:
            count = tx.drafts.forget_files(before)
        if count:
            log.info("draft_files_forgotten", files=count)
        return count
