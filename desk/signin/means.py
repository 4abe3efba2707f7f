"""How people may sign in to this installation: one value that the service is given."""

from dataclasses import dataclass, field

from desk.signin.attempts import Attempts
from desk.signin.issuer import Issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """`attempts` counts those that were made. `demo` is the secret of the demonstration's own link, '' where none runs;
    it signs `demo_account` in, on this machine, for as long as it runs. `issuer` is the organisation's own sign-in."""

    attempts: Attempts = field(default_factory=Attempts)
    demo: str = ""
    demo_account: str = ""
    issuer: Issuer | None = None
