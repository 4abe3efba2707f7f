"""What fuzzing begins with, and what it found: small, kept, and replayed in every run of the suite."""

from pathlib import Path

from app import profile as profiles
from tests.ingest.email.corpus import own_mails

FOUND = Path(__file__).parent / "found"

_SIGNED = (
    b"/voice/twilio/incoming\n\nX-Twilio-Signature: %s\nContent-Type: %s\n\nAccountSid=AC" + b"1" * 32 + b"&CallSid=CA1"
)
_FORM, _JSON = b"application/x-www-form-urlencoded", b"application/json"


def seeds(target: str) -> list[bytes]:
    """What is known of a target: mails of our own, requests, ways through the menu, parts of profiles."""
    if target in ("parser", "screen"):
        return [path.read_bytes() for path in own_mails() if path.stat().st_size < 16_384]
    if target == "signature":
        settings = b"\nX-Twilio-Webhooks-Signature-Settings: algorithm=HMAC-SHA256,key=KY1"
        bodies = [_SIGNED % (b"A" * 27 + b"=", kind) for kind in (_FORM, _JSON, b"text/plain")]
        return [
            *bodies,
            bodies[0].replace(b"\nContent", settings + b"\nContent"),
            bodies[1].replace(b"\n\n", b"\nbodySHA256=0\n", 1),
        ]
    if target == "menu":
        return [b"", b"\x00\x01\x02", bytes(range(60)), b"\x01" + b"\x0c" * 40, b"\x02\x31\x32\x33\x23\x20"]
    folders = [profiles.find(f"profiles/{name}") for name in ("exemple-commune", "mon-permis")]
    return [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.toml"))]


def found(target: str) -> list[Path]:
    """The inputs that broke a promise once."""
    return sorted((FOUND / target).glob("*"))
