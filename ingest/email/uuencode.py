"""Files that old programs write into the text itself: `begin 644 name` ... `end` (POSIX uuencode)."""

import re

from ingest.email.members import Member
from ingest.email.transfer import uuencoded_bytes

# Encoded lines have no lower-case letter, so that none of them can be the `end` line or another `begin`.
_BLOCK = re.compile(r"^begin [0-7]{3,4} ++([^\n]{1,200})\n((?:[ -`]{1,100}\n)*+)end[ \t]*$", re.MULTILINE)


def split_uuencoded(text: str) -> tuple[str, tuple[Member, ...]]:
    """The text with each block replaced by its file's name, and the files."""
    if "begin " not in text:
        return text, ()
    files = tuple(
        Member(block[1].strip(), uuencoded_bytes(block[2].encode().splitlines())) for block in _BLOCK.finditer(text)
    )
    return (_BLOCK.sub(r"[\1]", text), files) if files else (text, ())
