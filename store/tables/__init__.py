"""All tables. Importing this package fills `metadata`."""

from store.tables.actions import escalation, presence, satisfaction
from store.tables.backups import backup
from store.tables.base import metadata
from store.tables.calls import banner, call, call_event, callback, leg, logged_call, recording, seat, seat_change
from store.tables.cases import case, case_key, contact_address, counter, entry
from store.tables.corrections import correction, shadow_tags
from store.tables.daily import day_count
from store.tables.desk import account, audit, bulk, draft, form_draft, looking, session, sign_in_link
from store.tables.inbound import blob, inbound, mailbox_state
from store.tables.incidents import incident, incident_case
from store.tables.knowledge import article, code_try, probe
from store.tables.leases import lease
from store.tables.outbound import outbound
from store.tables.privacy import erasure, purge, tombstone
from store.tables.programs import program, program_answer, program_delivery, program_seen, program_token, program_told
from store.tables.search import words
from store.tables.tickets import ticket, ticket_notice, ticket_push

__all__ = [
    "account",
    "article",
    "audit",
    "backup",
    "banner",
    "blob",
    "bulk",
    "call",
    "call_event",
    "callback",
    "case",
    "case_key",
    "code_try",
    "contact_address",
    "correction",
    "counter",
    "day_count",
    "draft",
    "entry",
    "erasure",
    "escalation",
    "form_draft",
    "inbound",
    "incident",
    "incident_case",
    "lease",
    "leg",
    "logged_call",
    "looking",
    "mailbox_state",
    "metadata",
    "outbound",
    "presence",
    "probe",
    "program",
    "program_answer",
    "program_delivery",
    "program_seen",
    "program_token",
    "program_told",
    "purge",
    "recording",
    "satisfaction",
    "seat",
    "seat_change",
    "session",
    "shadow_tags",
    "sign_in_link",
    "ticket",
    "ticket_notice",
    "ticket_push",
    "tombstone",
    "words",
]
