"""Where a page of a list ends, as one opaque word of an address."""

import base64
import binascii

from desk.api.problems import ProblemError, invalid
from desk.inbox.views import read_place, written_place
from store.inbox import Place

LONGEST = 100


def written(place: Place) -> str:
    """The cursor of that place."""
    return base64.urlsafe_b64encode(written_place(place).encode()).rstrip(b"=").decode()


def read(cursor: str) -> Place | None:
    """The place of a cursor, None of ''. Raises ProblemError."""
    if not cursor:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return read_place(base64.b64decode(padded, b"-_", validate=True).decode("ascii"))
    except (binascii.Error, ValueError) as error:
        raise _wrong() from error


def _wrong() -> ProblemError:
    return invalid([("query.cursor", "it is none of ours; follow the Link of the page before")])
