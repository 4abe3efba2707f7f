"""The one way in: whatever a connector brings is kept under its key, and the workers are woken after the commit."""

from collections.abc import Sequence
from datetime import datetime

from store.inbound import Delivery
from store.tx import Kind, Transaction


def receive(tx: Transaction, deliveries: Sequence[Delivery], now: datetime) -> list[int]:
    """Keep each delivery once; the ids of those that were new. A repeat is a quiet no-op."""
    added = tx.inbound.add_once(deliveries, now)
    if added:
        tx.wake(Kind.INBOUND)
    return added
