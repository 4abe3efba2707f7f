"""Programs that may use the API, and what they were answered, in one transaction. Tokens come here as digests only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import program, program_answer, program_token

ANSWER_KEPT = timedelta(hours=24)
"""How long the same idempotency key gets the same answer."""
UNDER_WAY = timedelta(minutes=2)
"""After so long without an answer nobody works on it any more: a process died."""


class Programs:
    """The programs of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add(self, identity: str, role: str, now: datetime) -> None:
        """Add a program. Raises IntegrityError where its name is taken."""
        self._connection.execute(program.insert(), {"id": identity, "role": role, "added_at": now})

    def find(self, identity: str) -> Row[Any] | None:
        """The program of that name, revoked or not, or None."""
        return self._connection.execute(select(program).where(program.c.id == identity)).one_or_none()

    def all(self) -> list[Row[Any]]:
        """Every program, by name."""
        return list(self._connection.execute(select(program).order_by(program.c.id)).all())

    def tokens(self) -> list[Row[Any]]:
        """Every token, the newest first."""
        return list(self._connection.execute(select(program_token).order_by(program_token.c.made_at.desc())).all())

    def change(self, identity: str, **columns: Any) -> None:
        """Change columns of a program."""
        self._connection.execute(update(program).where(program.c.id == identity).values(columns))

    def add_token(self, row: Mapping[str, Any]) -> None:
        self._connection.execute(program_token.insert(), dict(row))

    def end_tokens(self, identity: str, ends_at: datetime, *, but: str = "") -> None:
        """Let every token of a program end then, unless it ends before; `but` is the digest of one that stays."""
        mine = (program_token.c.program_id == identity) & (program_token.c.digest != but)
        longer = or_(program_token.c.ends_at.is_(None), program_token.c.ends_at > ends_at)
        self._connection.execute(update(program_token).where(mine, longer).values(ends_at=ends_at))

    def entered(self, digest: str) -> Row[Any] | None:
        """The token with that digest with its program's columns, whatever became of them; None where there is none."""
        chosen = select(program_token, program.c.id, program.c.role, program.c.revoked_at).join(program)
        return self._connection.execute(chosen.where(program_token.c.digest == digest)).one_or_none()

    def used(self, digest: str, now: datetime) -> None:
        """Note that a token was used."""
        self._connection.execute(update(program_token).where(program_token.c.digest == digest).values(used_at=now))

    def begin(self, row: Mapping[str, Any]) -> bool:
        """Note what is asked for under a key: {"program_id", "key", "fingerprint", "begun_at"}; whether nobody asked
        under it before. One that is over, or whose process died, is nobody's."""
        mine = self._asked(row["program_id"], row["key"])
        over = program_answer.c.begun_at <= row["begun_at"] - ANSWER_KEPT
        dead = program_answer.c.answer.is_(None) & (program_answer.c.begun_at <= row["begun_at"] - UNDER_WAY)
        self._connection.execute(delete(program_answer).where(mine, or_(over, dead)))
        added = self._insert(program_answer).values(dict(row)).on_conflict_do_nothing()
        return self._connection.execute(added.returning(program_answer.c.key)).first() is not None

    def asked(self, program_id: str, key: str) -> Row[Any] | None:
        """What was asked for under that key, or None."""
        return self._connection.execute(select(program_answer).where(self._asked(program_id, key))).one_or_none()

    def answer(self, program_id: str, key: str, begun_at: datetime, answer: Mapping[str, Any]) -> bool:
        """Keep the answer: {"status", "headers", "body"}; whether the question of that moment is there still."""
        mine = update(program_answer).where(self._open(program_id, key, begun_at))
        return self._connection.execute(mine.values(answer=dict(answer))).rowcount == 1

    def drop(self, program_id: str, key: str, begun_at: datetime) -> None:
        """Nothing was done under that key since that moment: it may be used again."""
        self._connection.execute(delete(program_answer).where(self._open(program_id, key, begun_at)))

    def forget_answers(self, now: datetime) -> int:
        """Forget answers that were kept long enough; how many."""
        over = program_answer.c.begun_at <= now - ANSWER_KEPT
        return self._connection.execute(delete(program_answer).where(over)).rowcount

    def _open(self, program_id: str, key: str, begun_at: datetime) -> Any:
        """The question that one process works on: after `UNDER_WAY` it may be another's."""
        unanswered = program_answer.c.answer.is_(None) & (program_answer.c.begun_at == begun_at)
        return self._asked(program_id, key) & unanswered

    def _asked(self, program_id: str, key: str) -> Any:
        return (program_answer.c.program_id == program_id) & (program_answer.c.key == key)
