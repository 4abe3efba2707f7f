"""The bytes of a file that came with a message, whichever way that came."""

from cases.event import Channel
from store.tx import Store


def attached(store: Store, identity: int, index: int) -> bytes:
    """The file of that index in an inbound row. Raises LookupError where there is none, AiguillageError where it cannot
    be read."""
    from ingest.email.attachments import read_attachment
    from ingest.web.submission import read

    with store.reading() as tx:
        [row] = tx.inbound.get([identity])
        raw = tx.bodies.received(identity)
        if row.channel == Channel.FORM:
            body = tx.forms.bytes_of(read(raw).files[index].key)
            if body is None:
                raise LookupError(index)
            return body
    return read_attachment(raw, index)
