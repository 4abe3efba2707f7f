"""The regular expressions of a profile, which read what strangers wrote."""

import re

LONGEST_TEXT = 20_000


def search(pattern: str, text: str) -> re.Match[str] | None:
    """The first place in the text that matches, whatever the case of its letters; only its beginning is read."""
    return re.search(pattern, text[:LONGEST_TEXT], re.IGNORECASE)
