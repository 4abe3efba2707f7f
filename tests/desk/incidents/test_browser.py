"""What only a browser can tell of the pages of major incidents: colours, widths, names, and that the keyboard does."""

from collections.abc import Iterator
from typing import Any

import pytest

from desk.access import COOKIES
from store.tx import Store
from tests.desk.accessible import everywhere
from tests.desk.incidents.trouble import Trouble, serving
from tests.desk.running import running
from tests.desk.signed import enter

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]


@pytest.fixture
def trouble(sqlite_store: Store) -> Trouble:
    return Trouble(sqlite_store)


@pytest.fixture
def address(trouble: Trouble) -> Iterator[str]:
    with running(serving(trouble)) as found:
        yield found


@pytest.fixture
def page(page: Any, address: str, trouble: Trouble) -> Any:
    cookies = enter(trouble.store)
    page.context.add_cookies([{"name": COOKIES[1], "value": cookies[COOKIES[1]], "url": address}])
    return page


def test_every_state_of_the_pages_is_accessible(page: Any, address: str, trouble: Trouble) -> None:
    wrong: list[str] = []

    def seen(path: str) -> None:
        page.goto(f"{address}/desk/incidents{path}")
        wrong.extend(everywhere(page))

    seen("")
    trouble.reported(2, lang="de")
    identity = trouble.proposed(5)
    seen("")
    seen("/new")
    seen(f"/{identity}")
    page.fill("#announce-message-de", "Störung")
    page.locator("#announce-title ~ form button:not([name])").first.press("Enter")
    page.wait_for_url("**done=announce**")
    trouble.tells()
    trouble.reported(1)
    trouble.looks()
    page.goto(f"{address}/desk/incidents/{identity}")
    for summary in page.locator("main details > summary").all():
        summary.click()
    wrong.extend(everywhere(page))
    page.goto("about:blank")  # it waits for news no more
    assert not wrong, "\n".join(wrong)
    assert trouble.rows()[0].state == "running"
