"""The probe's mail: as one of a citizen, from a mailbox of ours, with a signed mark in its Message-ID."""

from datetime import datetime
from email.utils import format_datetime

from cases.profile import Mailbox
from cases.tokens import Signer
from notify.compose import Envelope


def marked(probe: int, box: Mailbox, address: str, signer: Signer, at: datetime) -> tuple[Envelope, bytes]:
    """Its envelope and message, to that mailbox from `address`. Intake knows it by its Message-ID (RFC 5322 3.6.4)."""
    domain = address.rpartition("@")[2]
    fields = {
        "From": address,
        "To": box.address,
        "Subject": "Probe",
        "Date": format_datetime(at),
        "Message-ID": f"<{signer.probe_token(probe)}@{domain}>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=us-ascii",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    text = "This mail shows that what is written here is answered. Nobody has to do anything.\r\n"
    return Envelope(address, box.address), f"{head}\r\n{text}".encode()
