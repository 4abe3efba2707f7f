"""All tables. Importing this package fills `metadata`."""

from store.tables.base import metadata
from store.tables.cases import case, case_key, contact_address, counter, entry
from store.tables.inbound import blob, inbound, mailbox_state
from store.tables.outbound import outbound

__all__ = [
    "blob",
    "case",
    "case_key",
    "contact_address",
    "counter",
    "entry",
    "inbound",
    "mailbox_state",
    "metadata",
    "outbound",
]
