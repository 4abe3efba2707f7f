"""What people began to write, kept between the steps and for some days, under a secret that only their browser has."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from cases.form_faults import SOURCE
from ingest.web.submission import Upload
from ingest.web.uploads import Looked
from store.tx import Store, Transaction

KEPT = timedelta(days=7)
"""How long a draft is kept that nobody goes on with."""
SWEPT = 100
"""Drafts that are forgotten at once."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`digest` is that of its secret; it is also the key under which the form is sent once and no second time."""

    digest: str
    answers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of one service."""

    store: Store
    clock: Callable[[], datetime]

    def find(self, secret: str) -> Draft:
        """The draft of that secret, an empty one where there is none."""
        digest = digest_of(secret)
        with self.store.reading() as tx:
            row = tx.forms.find(digest)
        if row is None:
            return Draft(digest=digest)
        return Draft(
            digest=digest,
            answers=row.fields["answers"],
            files=tuple(Upload(**one) for one in row.files),
            begun_at=datetime.fromisoformat(row.fields["begun_at"]),
        )

    def keep(self, draft: Draft, looked: Looked, dropped: Sequence[str] = ()) -> Draft:
        """Keep a draft with the files that were taken, and without those whose keys are `dropped`."""
        now = self.clock()
        begun_at = draft.begun_at or now
        gone = {one.key for one in draft.files if one.key in dropped}
        files = tuple(one for one in (*draft.files, *looked.uploads) if one.key not in gone)

        def kept(tx: Transaction) -> Draft:
            if tx.forms.sent(SOURCE, draft.digest):  # while this was on its way: its files are the submission's now
                return replace(draft, begun_at=begun_at)
            tx.forms.add_bytes(looked.bodies, now)
            fields = {"answers": dict(draft.answers), "begun_at": begun_at.isoformat()}
            tx.forms.keep(draft.digest, fields, [asdict(one) for one in files], now)
            tx.forms.drop_bytes(gone)
            return Draft(digest=draft.digest, answers=draft.answers, files=files, begun_at=begun_at)

        return self.store.run("form.draft", kept)

    def forget(self, draft: Draft) -> None:
        """Forget a draft with its files."""
        self.store.run("form.forget", lambda tx: tx.forms.forget(draft.digest))

    def forget_old(self) -> int:
        """Forget some of those that nobody went on with; how many."""
        before = self.clock() - KEPT
        with self.store.reading() as tx:
            if not tx.forms.stale(before, 1):
                return 0
        with self.store.transaction("form.sweep") as tx:
            old = tx.forms.stale(before, SWEPT)
            for digest in old:
                tx.forms.forget(digest)
        return len(old)


def new_secret() -> str:
    """192 bits at random."""
    return secrets.token_urlsafe(24)


def is_secret(text: str) -> bool:
    """Whether that could be one of these."""
    return _SECRET.fullmatch(text) is not None


def digest_of(secret: str) -> str:
    return hashlib.sha256(f"form:{secret}".encode()).hexdigest()
