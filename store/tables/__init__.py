"""All tables. Importing this package fills `metadata`."""

from store.tables.actions import escalation, presence, satisfaction
from store.tables.base import metadata
from store.tables.calls import banner, call, call_event, callback, leg, logged_call, recording, seat, seat_change
from store.tables.cases import case, case_key, contact_address, counter, entry
from store.tables.corrections import correction, shadow_tags
from store.tables.desk import account, audit, bulk, draft, form_draft, looking, session, sign_in_link
from store.tables.inbound import blob, inbound, mailbox_state
from store.tables.leases import lease
from store.tables.outbound import outbound
from store.tables.search import words

__all__ = [
    "account",
    "audit",
    "banner",
    "blob",
    "bulk",
    "call",
    "call_event",
    "callback",
    "case",
    "case_key",
    "contact_address",
    "correction",
    "counter",
    "draft",
    "entry",
    "escalation",
    "form_draft",
    "inbound",
    "lease",
    "leg",
    "logged_call",
    "looking",
    "mailbox_state",
    "metadata",
    "outbound",
    "presence",
    "recording",
    "satisfaction",
    "seat",
    "seat_change",
    "session",
    "shadow_tags",
    "sign_in_link",
    "words",
]
