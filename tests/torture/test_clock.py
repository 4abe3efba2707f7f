"""Two hundred cases whose clocks run out while the machine's is set, as summer time begins and as it ends."""

import pytest

from store.tx import Store
from tests.notify.stepping import WEEKS, faults, steps, walk
from tests.notify.sweeping import at
from tests.torture.figures import Figure, Keep

CASES = 200


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("season", WEEKS)
@pytest.mark.parametrize("kind", steps(at("03-27 09:00")))
def test_each_reminder_once_and_in_order(sqlite_store: Store, kind: str, season: str, keep_figure: Keep) -> None:
    weeks = WEEKS[season]
    found = walk(sqlite_store, weeks, CASES, steps(at(weeks[0]))[kind])
    wrong = faults(found)
    keep_figure(
        Figure(
            area="clock",
            fault=f"{kind}, as {season}",
            mode="-",
            inputs=CASES,
            lost=sum(one.endswith("never") for one in wrong),
            second_receipts=sum(one.endswith("twice") for one in wrong),
            goal="each reminder and each climb once, in order",
            met=wrong == [],
            remark=f"{sum(map(len, found))} reminders and climbs of {CASES} cases, the sweep alone",
        )
    )
    assert wrong == []
