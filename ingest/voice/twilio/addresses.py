"""The addresses that Twilio asks us at; they are part of what it signs."""

from dataclasses import dataclass
from urllib.parse import quote

PREFIX = "/voice/twilio"
PROMPTS = "/voice/prompts"
AGAIN = "#rc=3&rp=5xx,ct,rt"
"""Three more times, after an error of ours too: by default only where no connection comes about
(twilio.com/docs/usage/webhooks/webhooks-connection-overrides)."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute addresses under the public one: documents given inline have no address to be relative to."""

    public_url: str

    def of(self, name: str, *parts: int) -> str:
        """Such as `https://phone.example.org/voice/twilio/step/3`."""
        return "/".join([self.public_url.rstrip("/") + PREFIX, name, *map(str, parts)])

    def notice(self, name: str, *parts: int) -> str:
        """Where something is told that nobody hears: told again where we could not keep it. What asks for that is no
        part of what is signed."""
        return self.of(name, *parts) + AGAIN

    def wait(self, step: int, rounds: int) -> str:
        """Where a waiting caller's next document is; the number of rounds makes each request another one."""
        return f"{self.of('wait', step)}?round={rounds}"

    def prompt(self, lang: str, recording: str) -> str:
        """Where a recorded prompt is played from."""
        return f"{self.public_url.rstrip('/')}{PROMPTS}/{quote(lang)}/{quote(recording)}"
