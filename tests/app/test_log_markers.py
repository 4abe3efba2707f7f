"""Two hundred numbers and addresses of people are planted wherever mails, faults and libraries could bring them into a
log; none of them is found in any output."""

import logging
from collections.abc import Sequence
from typing import Any

import pytest
import structlog

from app.log import configure
from app.purge import Purge
from cases.event import Message, Tags
from cases.masking import is_card, is_national_number
from cases.retention import Retention
from store.erasing import Erasing
from store.tx import Store
from tests.desk.working import Work
from tests.mails import mail
from tests.store.test_erasing import who

EACH = 40


def markers() -> list[str]:
    """Forty of each kind, all invented and sound."""
    found = [f"anne.{n}@exemple{n}.example.org" for n in range(EACH)]
    found += [f"0470 {n // 10:02d} {n % 10:02d} {n + 10}" for n in range(EACH)]
    found += [f"BE{98 - int(f'{n:012d}111400') % 97:02d}{n:012d}" for n in range(EACH)]
    found += [next(one for last in range(10) if is_card(one := f"41111111111{n:04d}{last}")) for n in range(EACH)]
    born = [f"85.07.{n % 28 + 1:02d}-{n + 100:03d}" for n in range(EACH)]
    found += [next(one for check in range(98) if is_national_number(one := f"{day}.{check:02d}")) for day in born]
    return found


MARKERS = markers()


@pytest.mark.parametrize("pretty", [False, True])
def test_nothing_personal_is_in_any_log(
    sqlite_store: Store, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, pretty: bool
) -> None:
    assert len(set(MARKERS)) == 200
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as a process begins: without pytest's
    configure(pretty=pretty)
    work = Work(sqlite_store)
    for n, marker in enumerate(MARKERS):
        _planted(work, marker, n)
    _failing(work)
    Purge(sqlite_store, Retention(), lambda: work.now).process()
    erasing = Erasing(
        store=sqlite_store, digest=work.road.signer.tombstone, clock=lambda: work.now, elsewhere=lambda *_: []
    )
    erasing.begin(who(work), "thomas", "file 12")
    erasing.resume()
    said = "".join(capfd.readouterr())
    assert said.count("message_failed") == 5
    assert said.count("a library") == 200
    assert [marker for marker in MARKERS if marker in said] == []


def _planted(work: Work, marker: str, n: int) -> None:
    """In our own lines, in a fault's text and traceback, in what a library says."""
    log = structlog.get_logger()
    log.info("planted", reason=f"told of {marker}", nested={"frames": [f"({marker})"]})
    logging.getLogger("a library").warning("cannot send to <%s>", marker)
    try:
        raise ValueError(f"no such thing as {marker}")
    except ValueError:
        log.warning("failed", exc_info=True)
        if n % 20 == 0:
            logging.getLogger("traceback").exception("failed")
    if n % 40 == 0:
        work.road.take_in(mail(f"{marker}\n", subject=marker, message_id=f"<{n}@example.org>"))


def _failing(work: Work) -> None:
    """Mails whose reader fails, and says with what."""

    def failing(messages: Sequence[Message]) -> list[Tags]:
        raise ValueError(messages[0].body)

    kept: Any = work.road.classify
    work.road.classify = failing  # type: ignore[method-assign]
    for n, marker in enumerate(MARKERS[::EACH]):
        work.road.take_in(mail(f"{marker}\n", subject=marker, message_id=f"<f{n}@example.org>"))
    work.road.classify = kept  # type: ignore[method-assign]
