"""Signed references: how a mail proves that it answers one of ours.

A token is `payload.mac`, lower-case letters, digits, `-` and `.` only, so that it survives in a Message-ID, in the
sub-address of RFC 5233 and in a line of text. The MAC is HMAC-SHA-256 cut to 80 bits (RFC 2104 section 5).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence

from cases.codes import Codes

_MAC = re.compile(r"\.([a-z2-7]{16})(?![a-z0-9])")
_PAYLOAD = re.compile(r"(?<![a-z0-9])[cbetsp][a-z0-9]{1,13}(?:-[0-9a-f]{12})?\Z")
_LONGEST_PAYLOAD = 27
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SCANNED = 20_000

PROBE = 0
"""The case id in the tokens of the probe of sub-addressing; no case has it."""


class Signer:
    """Signs and recognises our references. `secret` is the installation's key, at least 16 bytes: what rows are found
    by is derived from it, so it stays. `keys` sign: the first does, the others, which it replaces, are still believed;
    without any `secret` signs."""

    def __init__(self, secret: bytes, keys: Sequence[bytes] = ()) -> None:
        self._secret = secret
        self._signing, *self._verifying = keys or (secret,)

    @property
    def codes(self) -> Codes:
        """The codes by which callers hear where a case stands."""
        return Codes(self._secret)

    def case_token(self, case_id: int) -> str:
        """The token of a case, for a reply address and for the foot of a mail."""
        return self._signed(f"c{base36(case_id)}")

    def bounce_token(self, outbound_id: int) -> str:
        """The token of one outgoing mail, for its variable envelope return path (VERP)."""
        return self._signed(f"b{base36(outbound_id)}")

    def message_id(self, case_id: int, key: str, domain: str) -> str:
        """The fixed Message-ID (RFC 5322 3.6.4) of the outgoing mail with that outbox key."""
        return f"<{self._signed(f'c{base36(case_id)}-{_digest(key)}')}@{domain}>"

    def thread_token(self, case_id: int) -> str:
        """The token of a case's thread with the second level, which its requester never sees."""
        return self._signed(f"e{base36(case_id)}")

    def thread_message_id(self, case_id: int, key: str, domain: str) -> str:
        """The same as `message_id` for a mail of that thread."""
        return f"<{self._signed(f'e{base36(case_id)}-{_digest(key)}')}@{domain}>"

    def tracking_token(self, case_id: int) -> str:
        """The token of a case's tracking page."""
        return self._signed(f"t{base36(case_id)}")

    def survey_token(self, case_id: int, closing: int) -> str:
        """The token of the question that the n-th closing of a case asks (at most 35 of them)."""
        return self._signed(f"s{base36(case_id)}{base36(closing % 36)}")

    def probe_token(self, probe: int) -> str:
        """The mark of a probe's mail, in its Message-ID."""
        return self._signed(f"p{base36(probe)}")

    def probe_of(self, text: str) -> int | None:
        """The probe that a valid mark in this text names, or None."""
        return self._find("p", text)

    def case_of(self, text: str) -> int | None:
        """The case that a valid token in this text (a Message-ID, an address, a body) names, or None."""
        return self._find("c", text)

    def thread_of(self, text: str) -> int | None:
        """The case whose thread with the second level a valid token in this text names, or None."""
        return self._find("e", text)

    def tracked(self, text: str) -> int | None:
        """The case whose tracking page a valid token in this text names, or None."""
        return self._find("t", text)

    def surveyed(self, text: str) -> tuple[int, int] | None:
        """The case and the number of its closing that a valid token of a survey names, or None."""
        found = self._find("s", text)
        return divmod(found, 36) if found is not None else None

    def outbound_of(self, text: str) -> int | None:
        """The outgoing mail that a valid VERP token in this text names, or None."""
        return self._find("b", text)

    def person_key(self, address: str) -> str:
        """A keyed pseudonym of an address: equal for equal addresses, not to be turned back without the secret."""
        return hmac.new(self._secret, b"person:" + address.lower().encode(), hashlib.sha256).hexdigest()[:32]

    def tombstone(self, digest: str) -> str:
        """By what an erased message is known again where it comes once more: of its fingerprint, or the SHA-256 of its
        bytes; not to be turned back or looked up without the secret."""
        return hmac.new(self._secret, b"erased:" + digest.encode(), hashlib.sha256).hexdigest()

    def seal(self, purpose: str, text: str) -> str:
        """The text with a MAC of 256 bits, for a cookie of that purpose: `base64url.base64url`."""
        payload = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return f"{payload}.{next(self._seals(purpose, payload))}"

    def unseal(self, purpose: str, sealed: str) -> str | None:
        """The text that was sealed for that purpose; None where it was not, or was changed."""
        payload, _, mac = sealed.partition(".")
        if not sealed.isascii() or not any(hmac.compare_digest(mac, one) for one in self._seals(purpose, payload)):
            return None
        return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()

    def webhook_key(self, program: str, salt: str) -> bytes:
        """What a program's webhooks are signed with: nothing that is kept gives it away."""
        return hmac.digest(self._secret, f"webhook:{program}:{salt}".encode(), "sha256")

    def _seals(self, purpose: str, payload: str) -> Iterator[str]:
        """The MAC by each key, first by the one that signs."""
        for key in (self._signing, *self._verifying):
            mac = hmac.digest(key, f"seal:{purpose}:{payload}".encode(), "sha256")
            yield base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def _signed(self, payload: str) -> str:
        return f"{payload}.{next(self._macs(payload))}"

    def _macs(self, payload: str) -> Iterator[str]:
        """The same for a reference."""
        for key in (self._signing, *self._verifying):
            digest = hmac.digest(key, b"reference:" + payload.encode(), "sha256")
            yield base64.b32encode(digest[:10]).decode().lower()

    def _is_ours(self, payload: str, mac: str) -> bool:
        return any(hmac.compare_digest(mac, one) for one in self._macs(payload))

    def _find(self, letter: str, text: str) -> int | None:
        for payload, mac in _tokens(text[:_SCANNED].lower()):
            if payload[0] == letter and self._is_ours(payload, mac):
                return int(payload[1:].partition("-")[0], 36)
        return None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """What may be tokens, as payload and MAC. The dot is looked for: every letter could begin a payload."""
    for mac in _MAC.finditer(text):
        payload = _PAYLOAD.search(text, max(0, mac.start() - _LONGEST_PAYLOAD - 1), mac.start())
        if payload:
            yield payload[0], mac[1]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def base36(number: int) -> str:
    """A non-negative number in base 36, as `int(text, 36)` reads it."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
