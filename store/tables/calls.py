"""Calls and what belongs to them: their events, the legs we dial, callbacks, recordings, banners, the directory."""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique

from store.tables.base import Document, Identity, UtcDateTime, metadata, personal_columns, work_columns

call = Table(
    "call",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("provider", String(16), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("line", String(64), nullable=False),
    Column("called", String(64), nullable=False),
    Column("caller", String(20)),
    Column("caller_raw", String(128), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("tools", Document, nullable=False),
    Column("state", Document, nullable=False),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("in_hours", Boolean, nullable=False, server_default=text("true")),
    Column("case_id", BigInteger, ForeignKey("case.id"), index=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("chosen_at", UtcDateTime),
    Column("arrived_at", UtcDateTime),
    Column("queued_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("answered_by", String(64)),
    Column("ended_at", UtcDateTime),
    Column("result", String(12)),
    Column("left_at_node", String(64)),
    Column("seconds", Integer),
    *personal_columns("call"),
    Unique("provider", "call_sid"),
    Index("ix_call_line_started_at", "line", "started_at"),
    Index("ix_call_caller_started_at", "caller", "started_at"),
)
"""`caller` is E.164, null where hidden or no number; `caller_raw` is what the provider said. `step` counts the menu's
steps: a repeated request has an older one. `arrived_at` is the caller's arrival in the queue, which keeps the place in
line; `queued_at` is the same while the caller waits there and null again once they have left it for a menu. `result` is
null while the call runs. `answered_by` is a seat's label."""
Index(
    "ix_call_running",
    call.c.started_at,
    sqlite_where=call.c.ended_at.is_(None),
    postgresql_where=call.c.ended_at.is_(None),
)
_waiting = call.c.queued_at.is_not(None) & call.c.answered_at.is_(None) & call.c.ended_at.is_(None)
Index("ix_call_waiting", call.c.queued_at, sqlite_where=_waiting, postgresql_where=_waiting)

call_event = Table(
    "call_event",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("provider", String(16), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("key", String(160), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("raw", Document, nullable=False),
    Column("answer", Document),
    Column("error", Text),
    *personal_columns("call"),
    Unique("provider", "call_sid", "key"),
    Index("ix_call_event_at", "at"),
)
"""Everything a provider told us, once by key. `raw` are its own fields; `answer` is what we answered, so that a repeat
gets the same; `kind` is started, step, answered, leg, recording, status. Figures are computed from these rows alone."""

leg = Table(
    "leg",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("call_id", BigInteger, ForeignKey("call.id"), index=True),
    Column("callback_id", BigInteger, ForeignKey("callback.id"), index=True),
    Column("number", String(20), nullable=False),
    Column("label", String(64), nullable=False),
    Column("line", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("call_sid", String(64), index=True),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(24)),
    *work_columns(),
)
"""A call that we place to a seat of the directory, for a waiting caller (`call_id`) or a callback. `state` and its
companions are the work of placing it; `outcome` is the provider's final word (completed, busy, no-answer, ...)."""
Index("ix_leg_due", leg.c.due_at, sqlite_where=leg.c.state == "pending", postgresql_where=leg.c.state == "pending")
Index("ix_leg_running", leg.c.number, sqlite_where=leg.c.ended_at.is_(None), postgresql_where=leg.c.ended_at.is_(None))

callback = Table(
    "callback",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("call_id", BigInteger, ForeignKey("call.id"), nullable=False, index=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False, index=True),
    Column("number", String(20), nullable=False),
    Column("tool", String(40), nullable=False),
    Column("line", String(64), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("promised_by", UtcDateTime, nullable=False),
    Column("call_at", UtcDateTime, nullable=False),
    Column("slot", String(12), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("open", Boolean, nullable=False, server_default=text("true")),
    Column("tried_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("reached_at", UtcDateTime),
    Column("outcome", String(24)),
    *personal_columns("call"),
)
"""A promise to call. `arrived_at` is the caller's own arrival in the queue, which keeps the place in line; `call_at` is
when the next try is due, in office time; `promised_by` the latest moment that keeps the promise."""
Index(
    "uq_callback_open",
    callback.c.number,
    callback.c.tool,
    unique=True,
    sqlite_where=callback.c.open.is_(True),
    postgresql_where=callback.c.open.is_(True),
)
Index(
    "ix_callback_due",
    callback.c.call_at,
    sqlite_where=callback.c.open.is_(True),
    postgresql_where=callback.c.open.is_(True),
)

recording = Table(
    "recording",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("provider", String(16), nullable=False),
    Column("recording_sid", String(64), nullable=False),
    Column("call_sid", String(64), nullable=False, index=True),
    Column("call_id", BigInteger, ForeignKey("call.id"), index=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), index=True),
    Column("seconds", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("sha256", String(64), ForeignKey("blob.sha256")),
    Column("content_type", String(40)),
    Column("fetched_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    Column("transcript", Text),
    Column("transcript_logprob", Float),
    Column("transcribed_at", UtcDateTime),
    *work_columns(),
    *personal_columns("audio"),
    Unique("provider", "recording_sid"),
)
"""A voicemail. `deleted_at` is when the provider's copy was deleted, never before `fetched_at`. Its work is: fetch,
check, keep, delete there, transcribe, tag."""
Index(
    "ix_recording_kept",
    recording.c.recorded_at,
    sqlite_where=recording.c.sha256.is_not(None),
    postgresql_where=recording.c.sha256.is_not(None),
)
Index(
    "ix_recording_due",
    recording.c.due_at,
    sqlite_where=recording.c.state == "pending",
    postgresql_where=recording.c.state == "pending",
)

banner = Table(
    "banner",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("line", String(64), nullable=False),
    Column("texts", Document, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("tools", Document),
    Column("receipts", Document),
    Index("ix_banner_ends_at", "ends_at"),
)
"""A running incident as callers hear it before the menu, and as receipts tell it to people who write about one of its
`tools` (null: of any), in the words of `receipts` where it has some. `line` is '' for every line; `ends_at` is null
until known."""

seat = Table(
    "seat",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("label", String(64), nullable=False),
    Column("areas", Document, nullable=False),
    Column("ring_order", Integer, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)
"""The directory: who is rung. `areas` are tools, lines or languages; none means every one."""

seat_change = Table(
    "seat_change",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("number", String(20), nullable=False),
    Column("before", Document),
    Column("after", Document),
)
"""The directory's audit: one row for each change, never changed itself."""

logged_call = Table(
    "logged_call",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("agent", String(64), nullable=False),
    Column("caller_name", Text, nullable=False),
    Column("caller", String(20)),
    Column("lang", String(2), nullable=False),
    Column("motif", String(40), nullable=False),
    Column("tool", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("minutes", Integer),
    Column("case_id", BigInteger, ForeignKey("case.id"), index=True),
    Column("made_at", UtcDateTime, nullable=False),
    *personal_columns("call"),
    Index("ix_logged_call_at", "at"),
)
"""A call off the line, one row for each reason, logged by hand or read from a sheet; `key` makes reading it in again
safe. `outcome` is solved, open or escalated."""
