"""Small mails for tests, written as bytes, the way they would arrive."""

from datetime import UTC, datetime
from email.utils import format_datetime

SENT = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def mail(
    text: str = "Bonjour,\n\nComment ajouter un document ?\n",
    *,
    sender: str = "Jeanne Exemple <jeanne@example.org>",
    subject: str = "Question",
    message_id: str = "<m1@example.org>",
    **fields: str,
) -> bytes:
    """A plain text mail; other fields by their name with `_` for `-`."""
    headers = {
        "From": sender,
        "To": "assistance@monpermis.example.be",
        "Subject": subject,
        "Date": format_datetime(SENT),
        "Message-ID": message_id,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\n" for name, value in headers.items() if value)
    return f"{head}\n{text}".replace("\n", "\r\n").encode()
