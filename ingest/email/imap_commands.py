"""Commands by UID (RFC 9051) on imaplib's connection, for what imap_tools does not offer, or offers dearly.

Each raises what imaplib raises.
"""

from imaplib import IMAP4

from ingest.email.fetched import Item


def fetch(client: IMAP4, uids: str, attributes: str, *, partly: bool = False) -> list[Item]:
    """The answers to a FETCH. `partly` takes those that come with a NO: another client expunged the rest.

    (RFC 2180 section 4.1)
    """
    client.untagged_responses.clear()
    status, items = client.uid("FETCH", uids, attributes)
    if status == "OK":
        return list(items)
    if partly:
        return list(client.response("FETCH")[1])
    raise IMAP4.error(f"UID FETCH: {status} {items!r}")


def checked(client: IMAP4, command: str, *arguments: str) -> None:
    """A command that must be answered by OK."""
    client.untagged_responses.clear()
    status, data = client.uid(command, *arguments)
    if status != "OK":
        raise IMAP4.error(f"UID {command}: {status} {data!r}")


def having(client: IMAP4, message_id: str) -> list[int]:
    """The messages with that Message-ID; none for one that no quoted string can hold (RFC 9051 section 9)."""
    if not message_id.isascii() or not message_id.isprintable() or set(message_id) & {'"', "\\"}:
        return []
    found = client.uid("SEARCH", "HEADER", "Message-ID", f'"{message_id}"')[1]
    return [int(uid) for uids in found if uids for uid in uids.split()]


def responses(client: IMAP4, code: str) -> list[bytes]:
    """What the server last said of itself under that code."""
    return [value for value in client.response(code)[1] or () if value is not None]


def xoauth2(client: IMAP4, user: str, token: str) -> None:
    """SASL XOAUTH2: after a refusal the server explains in a challenge, which is answered with nothing."""
    answers = iter([f"user={user}\1auth=Bearer {token}\1\1".encode()])
    client.authenticate("XOAUTH2", lambda challenge: next(answers, b""))
