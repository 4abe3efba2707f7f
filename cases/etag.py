"""The entity tag of a case (RFC 9110 8.8.3): `"17-52-k3x9"` is its version, the last line of its timeline, and when it
was written last. Whatever is shown of a case changes one of the three."""

from datetime import UTC, datetime, timedelta

from cases.tokens import base36

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def etag(version: int, line: int, touched_at: datetime) -> str:
    """The tag, with its quotes. `line` is the id of the last line, 0 where there is none."""
    return f'"{version}-{line}-{base36((touched_at - _EPOCH) // timedelta(microseconds=1))}"'
