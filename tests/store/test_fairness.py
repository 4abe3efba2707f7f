"""Whoever floods one mailbox holds up no other."""

from collections import Counter
from datetime import timedelta

from store.inbound import BATCH, SHARE, Delivery
from store.tx import Store
from tests.desk.signed import NOW


def arrive(store: Store, source: str, count: int) -> None:
    ids = [f"1:{n}" for n in range(count)]
    found = [Delivery(source=source, external_id=one, raw=f"{source} {one}".encode(), received_at=NOW) for one in ids]
    with store.transaction("tests") as tx:
        tx.inbound.add_once(found, NOW)


def claim(store: Store, lease: str) -> list[str]:
    """The mailboxes of the rows of one batch, in the order in which they are worked."""
    with store.transaction("tests") as tx:
        found = tx.inbound.claim_batch(lease, NOW + timedelta(seconds=1))
    assert [one.row.id for one in found] == sorted(one.row.id for one in found)
    return [one.row.source for one in found]


def test_a_flooded_mailbox_holds_up_no_other(store: Store) -> None:
    arrive(store, "assistance", 3 * BATCH)
    arrive(store, "permis", SHARE + 2)
    assert Counter(claim(store, "first")) == {"assistance": BATCH, "permis": SHARE}
    assert Counter(claim(store, "second")) == {"assistance": BATCH, "permis": 2}


def test_without_a_flood_the_oldest_comes_first(store: Store) -> None:
    arrive(store, "assistance", BATCH - 2)
    arrive(store, "permis", 4)
    found = claim(store, "first")
    assert found == ["assistance"] * (BATCH - 2) + ["permis"] * 2
    assert claim(store, "second") == ["permis"] * 2


def test_one_mailbox_alone_is_worked_batch_by_batch(store: Store) -> None:
    arrive(store, "assistance", BATCH + 3)
    assert [len(claim(store, lease)) for lease in ("first", "second", "third")] == [BATCH, 3, 0]
