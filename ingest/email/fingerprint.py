"""One number for one mail, whichever way it came: the trace of its hops, lists and checks is left out."""

import hashlib

from ingest.email.mime import Tree

_IDENTITY = ("message-id", "from", "date", "subject")


def fingerprint(tree: Tree) -> str:
    """64 hex digits over Message-ID, From, Date, Subject and the decoded content of every part.

    Text is taken without its line ends' kind and without blank ends: relays change both.
    """
    identity = "\n".join(" ".join(tree.root.value(name).split()) for name in _IDENTITY)
    digest = hashlib.sha256(identity.encode())
    for leaf in tree.leaves:
        content = leaf.content
        if leaf.content_type.startswith(("text/", "message/")):
            content = content.replace(b"\r\n", b"\n").strip()
        digest.update(b"%s %d\n" % (leaf.content_type.encode(), len(content)))
        digest.update(content)
    return digest.hexdigest()
