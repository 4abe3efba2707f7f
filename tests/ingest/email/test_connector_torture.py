"""Thousands of connections cut at random places, while mail goes on arriving: exactly what was sent, each once."""

import random
from collections import Counter

import pytest

from cases.errors import TransientError
from cases.profile import Done
from tests.ingest.email.connector import Desk, mails, without
from tests.torture.figures import Figure, Keep

CUTS = 2_000
WAVE = 20


@pytest.mark.torture
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(
    ("done", "absent"), [(Done.MOVE, b""), (Done.MOVE, b"MOVE"), (Done.LEAVE, b"")], ids=["move", "copy", "leave"]
)
def test_random_cuts(desk: Desk, done: Done, absent: bytes, keep_figure: Keep) -> None:
    dice = random.Random(20260302)
    if absent:
        desk.proxy.faults.rewrite = without(absent)
    poller = desk.poller(done=done)
    sent: list[bytes] = []
    for cut in range(CUTS):
        if cut % WAVE == 0:
            wave = mails(dice.randint(1, 30), size=dice.choice([10, 2_000, 30_000]))
            desk.folder.append(*wave)
            sent += wave
        desk.proxy.faults.cut_after = int(dice.expovariate(1 / 60_000))
        try:
            poller.round()
        except TransientError:
            continue
    desk.proxy.faults.cut_after = None
    desk.poll_until(poller, len(sent))
    poller.round()
    kept = Counter(desk.raws())
    fault = f"{CUTS} random cuts, then {done.value}" + (" without MOVE" if absent else "")
    lost, doubled = len(set(sent) - set(kept)), kept.total() - len(kept)
    met = not lost and not doubled
    keep_figure(Figure("imap", fault, "-", inputs=len(sent), lost=lost, second_cases=doubled, met=met))
    assert met
    if done is Done.MOVE:
        assert sorted(desk.done()) == sorted(sent)
        assert desk.folder.uids() == []
    assert desk.unmarked() == []
