"""The probe of sub-addressing, sent and waited for."""

import time
from typing import TYPE_CHECKING

from cases.errors import AiguillageError

if TYPE_CHECKING:
    from app.wiring import House

PROBE_SECONDS = 60


def check_sub_addressing(house: "House", name: str) -> tuple[bool, str, str]:
    """Send the probe, and take in what arrives until it is there. Until it is, replies go to the plain address."""
    from notify.probe import probe

    what, box = "addresses with a detail (name+detail@...)", house.profile.mailbox(name)
    envelope, raw = probe(box, house.signer, house.profile.mail_domain, house.clock())
    try:
        reply = house.senders[name].send(envelope, raw)
    except (KeyError, AiguillageError) as error:
        return False, f"{what}: the probe could not be sent ({error})", "mend the mail server first"
    arrived = reply.accepted and _arrives(house, name)
    with house.store.transaction("probe") as tx:
        tx.mailboxes.set_sub_addressing(name, arrived)
    if arrived:
        return True, f"{what} arrive: receipts carry them", ""
    told = "the probe did not arrive" if reply.accepted else f"the server refused the probe ({reply})"
    return True, f"{what}: {told}", "the plain address is used; answers are matched by their Message-IDs"


def _arrives(house: "House", name: str) -> bool:
    """Whether the probe is taken in within a minute, here or by the running service."""
    poller = house.pollers[name]
    with house.store.transaction("probe") as tx:
        tx.mailboxes.set_sub_addressing(name, None)
    try:
        for _ in range(PROBE_SECONDS):
            poller.round()
            while house.intake.process():
                pass
            with house.store.reading() as tx:
                row = tx.mailboxes.find(name)
            if row and row.sub_addressing:
                return True
            time.sleep(1)  # a mail is on its way through servers that tell nobody when it arrives
        return False
    finally:
        poller.close()
