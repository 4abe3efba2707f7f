"""Numbers and keys of people, replaced by others that nobody can turn back: equal ones stay equal, so that figures of
calls come out the same."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_NUMBER = re.compile(r"\+\d{6,15}")


@dataclass(frozen=True)
class Anonymous:
    """Replacements under a key that is kept nowhere: equal within the life of this value."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)

    def number(self, number: str) -> str:
        """Twelve characters in place of a phone number."""
        return "~" + self._digest(number)[:11]

    def key(self, person_key: str | None) -> str | None:
        """32 characters in place of a person's key."""
        return self._digest(person_key) if person_key else None

    def value(self, value: Any) -> Any:
        """A JSON value with every number in E.164 replaced."""
        match value:
            case str():
                return _NUMBER.sub(lambda found: self.number(found[0]), value)
            case Mapping():
                return {name: self.value(one) for name, one in value.items()}
            case list():
                return [self.value(one) for one in value]
            case _:
                return value

    def _digest(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), key=self.secret, digest_size=16).hexdigest()
