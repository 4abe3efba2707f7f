"""How an IMAP session can fail. All of it may work later."""

from cases.errors import TransientError


class DisconnectedError(TransientError):
    """The session is over: a cut or stalled connection, a BYE, an answer that makes no sense."""


class RefusedError(TransientError):
    """The server said NO or BAD."""


class LoginRefusedError(RefusedError):
    """The server does not take these credentials."""
