"""Caps that hold before and during parsing, and what makes a message suspicious enough for a process of its own."""

from dataclasses import dataclass

RAW_BYTES = 64 * 1024 * 1024
HEADER_BYTES = 102_400  # postconf(5) header_size_limit
HEADER_FIELDS = 1_000
BOUNDARY_LINES = 10_000
PARAMETERS = 200
ADDRESSES = 500
REFERENCES = 200
NESTED_BYTES = 1_000_000
HTML_CHARS = 1_000_000
HTML_DEPTH = 256
HTML_ATTRIBUTES = 500

SUSPICIOUS_HEADER_BYTES = 32 * 1024
SUSPICIOUS_TEXT_BYTES = 2 * 1024 * 1024
SUSPICIOUS_HTML_BYTES = 300 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How many leaves of the MIME tree are read, and how deep multiparts may lie in each other."""

    parts: int
    nesting: int


ORDINARY = Limits(parts=200, nesting=10)
HARD = Limits(parts=2_048, nesting=100)  # postconf(5) mime_nesting_limit, and its boundary limit
