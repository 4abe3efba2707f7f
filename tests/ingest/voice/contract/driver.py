"""What the contract needs of a driver under test: the driver, its provider or a stand-in for it, and people who phone.

A new driver writes one class like `Driver` and adds it to `conftest.DRIVERS`; its tests are then all of this folder.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ingest.voice.provider import Provider


class Person(Protocol):
    """Somebody with a phone in hand. What needs a listener lets time pass until there is one."""

    @property
    def sid(self) -> str:
        """The provider's id of the call."""
        ...

    @property
    def ended(self) -> bool: ...

    @property
    def talks_with(self) -> str:
        """The id of the call at the other end, '' where nobody is."""
        ...

    def press(self, keys: str) -> None: ...

    def say(self, text: str) -> None: ...

    def stay_silent(self) -> None:
        """Until the other side tires of it."""
        ...

    def leave_message(self, seconds: float = 8.0, end: str = "#") -> None:
        """Speak after the tone, then press `end`, or `hangup`."""
        ...

    def listen(self) -> str:
        """All that was said since the last time, once the voice is silent."""
        ...

    def answer(self) -> None:
        """Pick up a phone that rings."""
        ...

    def hang_up(self) -> None: ...


class Driver(Protocol):
    """A driver in front of the store that it was made with, at simulated time."""

    @property
    def provider(self) -> Provider:
        """The driver's own way to its provider."""
        ...

    @property
    def hidden(self) -> Sequence[str]:
        """Every way in which the provider may write a caller who hides the number."""
        ...

    @property
    def complaints(self) -> Sequence[object]:
        """What the provider could not use."""
        ...

    def now(self) -> datetime: ...

    def wait(self, seconds: float) -> None:
        """Let time pass for everybody."""
        ...

    def call(self, called: str, caller: str) -> Person:
        """Somebody calls one of our numbers."""
        ...

    def ringing(self) -> Sequence[Person]:
        """The phones that ring now, the longest first."""
        ...

    def repeat(self) -> int:
        """Send every request so far again, each several times at once; how many were answered otherwise than before."""
        ...

    def forge(self) -> int:
        """Send every request so far as somebody else would; how many were believed."""
        ...
