"""Raw bytes to `ParsedMail`: never raises, never hangs, never returns what cannot be stored."""

from ingest.email.attachments import is_tnef
from ingest.email.body import is_body
from ingest.email.contents import read_mail
from ingest.email.degraded import degraded_mail
from ingest.email.isolate import IsolationError, run_isolated
from ingest.email.limits import (
    HARD,
    ORDINARY,
    RAW_BYTES,
    SUSPICIOUS_HEADER_BYTES,
    SUSPICIOUS_HTML_BYTES,
    SUSPICIOUS_TEXT_BYTES,
)
from ingest.email.mime import Tree, read_tree
from ingest.email.parsed import ParsedMail


def parse(raw: bytes) -> ParsedMail:
    """The message that `raw` holds, ordinary mail in this process and suspicious mail in one of its own.

    Never raises. Takes at most five seconds; `degraded` says why where the message could not be read properly.
    """
    try:
        tree = read_tree(raw[:RAW_BYTES], ORDINARY)
        return _parse_isolated(raw) if is_suspicious(tree) else read_mail(tree, len(raw))
    except Exception as error:  # noqa: BLE001 - the border: a mail of any kind opens a case, so no error passes it
        return degraded_mail(raw, str(error) if isinstance(error, IsolationError) else "parser_failed")


def parse_apart(raw: bytes) -> ParsedMail:
    """The same, in a process of its own whatever the message: for one that was in hand when a process died."""
    try:
        return _parse_isolated(raw)
    except Exception as error:  # noqa: BLE001 - as in `parse`
        return degraded_mail(raw, str(error) if isinstance(error, IsolationError) else "parser_failed")


def parse_ordinary(raw: bytes) -> ParsedMail:
    """The same in this process, without a limit on time or memory, whatever the message."""
    return read_mail(read_tree(raw[:RAW_BYTES], HARD), len(raw))


def is_suspicious(tree: Tree) -> bool:
    """Worth a process of its own? A large attachment alone is not; `tree` was read with the ORDINARY limits."""
    bodies = [leaf for leaf in tree.leaves if is_body(leaf)]
    html = sum(leaf.encoded_size for leaf in bodies if leaf.content_type == "text/html")
    files = sum(leaf.encoded_size for leaf in tree.leaves) - sum(leaf.encoded_size for leaf in bodies)
    return (
        tree.header_bytes > SUSPICIOUS_HEADER_BYTES
        or len(tree.root.raw) - files > SUSPICIOUS_TEXT_BYTES
        or html > SUSPICIOUS_HTML_BYTES
        or not tree.defects.isdisjoint(("nesting_too_deep", "too_many_parts"))
        or any(is_tnef(leaf) for leaf in tree.leaves)
    )


def _parse_isolated(raw: bytes) -> ParsedMail:
    from ingest.email.wire import from_wire

    return from_wire(run_isolated(raw, "parse"))
