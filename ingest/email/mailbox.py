"""One IMAP session on one folder: the only file that knows imap_tools.

imap_tools does login, folders and flags; message bytes are taken from imaplib beneath it, fifty times cheaper. Its
`fetch` marks as read, its `delete` and `flag` send a plain EXPUNGE that removes other clients' messages: none is used.
"""

import contextlib
import ssl
from collections.abc import Callable, Collection, Iterator, Sequence
from imaplib import IMAP4

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxCopyError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailboxMoveError,
)

from cases.errors import TransientError
from ingest.email.credentials import ImapAccount, Security
from ingest.email.fetched import (
    Fetched,
    Listed,
    ShortReadError,
    read_bodies,
    read_listing,
    read_message_ids,
    uid_set,
)
from ingest.email.idle import listen
from ingest.email.imap_commands import checked, fetch, having, responses, xoauth2
from ingest.email.imap_errors import DisconnectedError, LoginRefusedError, RefusedError
from store.failpoint import reach

GOODBYE = 2.0
"""Seconds to wait for the answer to LOGOUT."""

_MESSAGE_ID = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"


@contextlib.contextmanager
def _translated(what: str) -> Iterator[None]:
    """Turn whatever imaplib, imap_tools and the socket raise into the errors above."""
    try:
        yield
    except (IMAP4.abort, OSError, EOFError, ShortReadError) as error:
        raise DisconnectedError(f"IMAP {what}: the connection was lost ({error})") from error
    except (IMAP4.error, ImapToolsError) as error:
        raise RefusedError(f"IMAP {what}: the server refused ({error})") from error


class Session:
    """A logged-in connection with a folder selected, as `connect` makes it. Not for use by two threads at once.

    Every method raises DisconnectedError, after which the session can only be closed, or RefusedError. `uidvalidity`
    and `uidnext` are those of the selection, 0 where the server did not say.
    """

    def __init__(self, box: BaseMailBox, folder: str) -> None:
        self._box = box
        self._client = box.client
        self._folder = folder
        self._lost = False
        self.capabilities = self._read_capabilities()
        self.read_only = self._select(folder)
        self.uidvalidity = int((responses(self._client, "UIDVALIDITY") or [b"0"])[-1])
        self.uidnext = int((responses(self._client, "UIDNEXT") or [b"0"])[-1])
        self._permanent_flags = responses(self._client, "PERMANENTFLAGS")

    def list_after(self, uid: int) -> list[Listed]:
        """The messages with a higher UID, by UID; what that costs does not grow with what lies below.

        A server may answer from what it last told us of, and tell of new messages afterwards: then it is asked again.
        """
        with self._translated("FETCH"):
            listed = self._listing(uid)
            if not listed and (self._has_grown() or self._noop_shows_growth()):
                listed = self._listing(uid)
        return listed

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """The bytes of these messages, none marked as read. What has vanished, or has no body, is left out."""
        with self._translated("FETCH"):
            items = fetch(self._client, uid_set(uids), "(UID INTERNALDATE BODY.PEEK[])", partly=True)
            wanted = set(uids)
            return [message for message in read_bodies(items) if message.uid in wanted]

    def move(self, uids: Sequence[int], folder: str, again: bool = False) -> None:
        """Move messages; those that are gone are passed over. The folder is made where it does not exist.

        UID MOVE (RFC 6851) where the server has it. Else COPY, \\Deleted and UID EXPUNGE (RFC 4315) of these alone;
        where even that is missing they stay behind as \\Deleted, for a plain EXPUNGE would take other people's too.
        `again` says that this was begun before: what the target holds by its Message-ID is not copied twice.
        """
        with self._translated("MOVE"):
            atomic = "MOVE" in self.capabilities
            to_copy = self._not_in(folder, uids) if again and not atomic else list(uids)
            try:
                self._transfer(to_copy, folder, atomic)
            except (MailboxMoveError, MailboxCopyError):
                self._create(folder)
                self._transfer(to_copy, folder, atomic)
            if not atomic:
                reach("imap.copied")
                self._delete(uid_set(uids))

    def add_keyword(self, uids: Sequence[int], keyword: str) -> None:
        """Set a keyword on messages; those that are gone are passed over."""
        with self._translated("STORE"):
            checked(self._client, "STORE", uid_set(uids), "+FLAGS.SILENT", f"({keyword})")

    def remove(self, message_ids: Collection[str]) -> int:
        """Remove what has one of these Message-IDs; how many there were. Without UIDPLUS (RFC 4315) they stay behind as
        \\Deleted, for a plain EXPUNGE would take other people's too."""
        removed = 0
        with self._translated("EXPUNGE"):
            for message_id in message_ids:
                if uids := self._exactly(message_id):
                    self._delete(uid_set(uids))
                    removed += len(uids)
        return removed

    def _exactly(self, message_id: str) -> list[int]:
        """A SEARCH finds what holds those words (RFC 9051 6.4.4): other people's mails too, by a part of their id."""
        if not (uids := having(self._client, message_id)):
            return []
        identifiers = read_message_ids(fetch(self._client, uid_set(uids), _MESSAGE_ID, partly=True))
        return [uid for uid in uids if identifiers.get(uid) == message_id]

    def keeps(self, keyword: str) -> bool:
        """Whether that keyword may be set and stays (PERMANENTFLAGS, RFC 9051 section 7.1)."""
        flags = b" ".join(self._permanent_flags).upper().strip(b"()").split()
        return not self.read_only and (
            not self._permanent_flags or b"\\*" in flags or keyword.upper().encode() in flags
        )

    def wait(self, seconds: float, leave: Callable[[], bool]) -> bool:
        """Idle until a message comes; False after `seconds`, or once `leave()` is true."""
        with self._translated("IDLE"):
            return listen(self._box, seconds, leave)

    def has_folder(self, folder: str) -> bool:
        with self._translated("LIST"):
            return bool(self._box.folder.exists(folder))

    def create_folder(self, folder: str) -> None:
        with self._translated("CREATE"):
            self._box.folder.create(folder)

    def close(self) -> None:
        """Say goodbye where somebody still listens, and close the socket in any case."""
        with contextlib.suppress(IMAP4.error, OSError, ImapToolsError):
            if not self._lost:
                self._client.sock.settimeout(GOODBYE)
                self._client.logout()
        _hang_up(self._box)

    @contextlib.contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        with _translated(what):
            try:
                yield
            except (IMAP4.abort, OSError):
                self._lost = True
                raise

    def _read_capabilities(self) -> frozenset[str]:
        """imaplib keeps those from before login, which lack MOVE and others: ask again, and tell it."""
        with self._translated("CAPABILITY"):
            words = (self._client.capability()[1][-1] or b"").decode("ascii", "replace").upper().split()
            self._client.capabilities = tuple(words)
        return frozenset(words)

    def _select(self, folder: str) -> bool:
        """Select the folder; whether it is read-only."""
        with self._translated(f"SELECT {folder}"):
            try:
                self._box.folder.set(folder)
            except IMAP4.readonly:
                self._box.folder.set(folder, readonly=True)
                return True
        return False

    def _listing(self, uid: int) -> list[Listed]:
        listed = read_listing(fetch(self._client, f"{uid + 1}:*", "(UID RFC822.SIZE)"))
        return [message for message in listed if message.uid > uid]  # n:* always has the last message

    def _has_grown(self) -> bool:
        return "EXISTS" in self._client.untagged_responses

    def _noop_shows_growth(self) -> bool:
        self._client.noop()
        return self._has_grown()

    def _transfer(self, uids: Sequence[int], folder: str, atomic: bool) -> None:
        if uids:
            (self._box.move if atomic else self._box.copy)(uid_set(uids), folder)

    def _delete(self, uids: str) -> None:
        checked(self._client, "STORE", uids, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self.capabilities:
            checked(self._client, "EXPUNGE", uids)

    def _not_in(self, folder: str, uids: Sequence[int]) -> list[int]:
        """Those whose Message-ID the folder does not hold."""
        identifiers = read_message_ids(fetch(self._client, uid_set(uids), _MESSAGE_ID, partly=True))
        try:
            self._box.folder.set(folder, readonly=True)
            held = {uid for uid, identifier in identifiers.items() if self._holds(identifier)}
        except MailboxFolderSelectError:  # there is no such folder yet
            held = set()
        self._box.folder.set(self._folder)
        return [uid for uid in uids if uid not in held]

    def _holds(self, message_id: str) -> bool:
        return bool(having(self._client, message_id))

    def _create(self, folder: str) -> None:
        with contextlib.suppress(ImapToolsError):  # it exists: the second attempt says what is wrong
            self._box.folder.create(folder)


def connect(account: ImapAccount, folder: str) -> Session:
    """A session on that folder. An expired OAuth token is renewed and tried once more.

    Raises DisconnectedError, LoginRefusedError, or RefusedError where the folder is not there.
    """
    try:
        box = _logged_in(account, account.token.get() if account.token else None)
    except LoginRefusedError:
        if account.token is None:
            raise
        box = _logged_in(account, account.token.renew())
    try:
        return Session(box, folder)
    except TransientError:
        _hang_up(box)
        raise


def _logged_in(account: ImapAccount, token: str | None) -> BaseMailBox:
    with _translated("connect"):
        box = _open(account)
    try:
        with _translated("login"):
            _log_in(box, account, token)
    except TransientError:
        _hang_up(box)
        raise
    return box


def _open(account: ImapAccount) -> BaseMailBox:
    """Connect. imaplib's own TLS context verifies nothing, so ours is given."""
    where = {"host": account.host, "port": account.port, "timeout": account.timeout}
    if account.security is Security.PLAIN:
        return MailBoxUnencrypted(**where)
    kind = MailBox if account.security is Security.TLS else MailBoxStartTls
    return kind(**where, ssl_context=ssl.create_default_context())


def _log_in(box: BaseMailBox, account: ImapAccount, token: str | None) -> None:
    try:
        if token is not None:
            xoauth2(box.client, account.user, token)
        elif (account.user + account.password).isascii():
            box.login(account.user, account.password, initial_folder=None)
        else:
            box.login_utf8(account.user, account.password, initial_folder=None)
    except IMAP4.abort:
        raise
    except (IMAP4.error, MailboxLoginError) as error:
        raise LoginRefusedError(f"IMAP login of {account.user}: the server refused ({error})") from error


def _hang_up(box: BaseMailBox) -> None:
    with contextlib.suppress(IMAP4.error, OSError):
        box.client.shutdown()
