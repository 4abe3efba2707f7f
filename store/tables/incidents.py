"""Major incidents: what many report at once, and the cases that belong to it."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from store.tables.base import Document, Identity, UtcDateTime, metadata, personal_columns

incident = Table(
    "incident",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("tool", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("evidence", Document, nullable=False),
    Column("texts", Document, nullable=False),
    Column("automatic", Boolean, nullable=False, server_default=text("false")),
    Column("banner_id", BigInteger, ForeignKey("banner.id")),
    Column("messages", Integer, nullable=False, server_default="0"),
    Column("history", Document, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
"""A major incident: `proposed`, `running`, `over` or `dismissed`. `tool` is '' where none is meant; `evidence` is
{"usual", "chance", "alike", "signs", "seen"}, `texts` {"banner", "receipt", "message"} by language as they were last
told; `automatic`: later cases are linked without a person. `messages` counts those to all, the closing one included;
`history` is [{"at", "by", "what", "texts"}]."""
alive = incident.c.state.in_(("proposed", "running"))
Index("ix_incident_alive", incident.c.tool, sqlite_where=alive, postgresql_where=alive)

incident_case = Table(
    "incident_case",
    metadata,
    Column("incident_id", BigInteger, ForeignKey("incident.id"), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("told", Integer, nullable=False, server_default="0"),
    Column("mailed", Integer, nullable=False, server_default="0"),
    Column("fate", String(40), nullable=False, server_default=""),
    *personal_columns("case"),
)
"""A case of an incident: `proposed`, `linked` or `unlinked`, by whom. `told` is the last message that this case was
looked at for, `mailed` the last that left for it, `fate` why the last did not."""
Index("ix_incident_case_case_id", incident_case.c.case_id)
_untold = incident_case.c.state == "linked"
Index(
    "ix_incident_case_linked",
    incident_case.c.incident_id,
    incident_case.c.told,
    sqlite_where=_untold,
    postgresql_where=_untold,
)
