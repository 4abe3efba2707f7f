"""The probe of sub-addressing (RFC 5233): a mail from a mailbox to its own address with a detail, which must arrive."""

from datetime import datetime
from email.utils import format_datetime

from cases.profile import Mailbox
from cases.tokens import PROBE, Signer
from notify.compose import Envelope, with_detail


def probe(box: Mailbox, signer: Signer, domain: str, at: datetime) -> tuple[Envelope, bytes]:
    """The probe's envelope and message. Intake knows it by its signed Message-ID and records what it proves."""
    address = with_detail(box.address, signer.case_token(PROBE))
    fields = {
        "From": box.address,
        "To": address,
        "Subject": "Probe",
        "Date": format_datetime(at),
        "Message-ID": signer.message_id(PROBE, f"probe:{box.name}:{at.isoformat()}", domain),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    text = "This mail shows that addresses with a detail arrive.\r\n"
    return Envelope(box.address, address), f"{head}\r\n{text}".encode()
