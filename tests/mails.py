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


def bounce_of(message_id: str) -> bytes:
    """The report (RFC 3464) that our mail with that Message-ID was not delivered."""
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: assistance@monpermis.example.be\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <b1@mx.example.org>\r\nDate: Tue, 24 Mar 2026 09:01:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nAuto-Submitted: auto-replied\r\n'
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        "Final-Recipient: rfc822; jeanne@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()
