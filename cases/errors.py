"""The errors that decide whether a row of work is tried again."""


class AiguillageError(Exception):
    """Anything the service raises on purpose; its text is a sentence for the person who reads it."""


class TransientError(AiguillageError):
    """It may work later: the row waits and is tried again."""


class PermanentError(AiguillageError):
    """It will never work as it is: the row is held aside with this reason, for a person."""


class ConfigurationError(AiguillageError):
    """Settings or profile are wrong. `faults` lists every one as (key, what is wrong, how to mend it)."""

    def __init__(self, faults: list[tuple[str, str, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{key}: {cause} - {mend}" for key, cause, mend in faults))
