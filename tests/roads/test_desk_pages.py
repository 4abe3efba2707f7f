"""Every page of the running demonstration, as an operator, an auditor and a citizen see it: axe finds nothing, nothing
scrolls sideways, the browser complains of nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from desk.access import ROLES, RULES
from store.tables import case, inbound
from tests.desk.accessible import faults
from tests.roads.demo import Demo, demonstrating

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow, pytest.mark.timeout(300)]

NO_PAGES = re.compile(r"/raw$|/html$|/files/|/sound$|/sheet$|/live$|/sign-in/|/sign-out|/bulk/")
"""What is no page of ours, leads away, or is there once several cases were worked on (tests/desk/inbox)."""

SEEN_AS = [
    ("fr", 1440, "light"),
    ("de", 320, "light"),
    ("fr", 320, "dark"),
    ("de", 1440, "dark"),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demonstrating() as found:
        yield found


@pytest.fixture(scope="module")
def paths(demo: Demo) -> list[str]:
    """The address of every page that is for whoever is signed in, filled in with what there is."""
    store = demo.store()
    with store.reading() as tx:
        numbers = tx.connection.execute(select(case.c.number).order_by(case.c.id)).scalars().all()
        message = tx.connection.execute(select(inbound.c.id).limit(1)).scalar_one()
    store.engine.dispose()
    filled = {"{number}": numbers[0], "{identity}": str(message)}
    found = []
    for name, rule in RULES.items():
        method, _, path = name.partition(" ")
        if method != "GET" or rule not in ROLES or NO_PAGES.search(path):
            continue
        for blank, value in filled.items():
            path = path.replace(blank, value)
        if "{" not in path:
            found.append(path)
    return [*found, *(f"/desk/cases/{number}" for number in numbers[1:6])]


def look(browser: Any, lang: str, width: int, scheme: str) -> Any:
    return browser.new_context(
        locale=f"{lang}-BE", viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )


def enter(page: Any, entrance: str) -> None:
    """Follow a link that signs one in; a new account chooses its password first."""
    page.goto(entrance)
    if "/link/" in entrance:
        page.locator("input[type=password]").fill("une phrase assez longue")
        page.locator("main form button").click()
    page.wait_for_url("**/desk/cases")


def walk(context: Any, entrance: str, demo: Demo, paths: list[str]) -> list[str]:
    """Sign in and look at every page; what is wrong with them, and what the browser complains of."""
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda one: wrong.append(f"{page.url}: {one.text}") if one.type == "error" else None)
    page.on("pageerror", lambda one: wrong.append(f"{page.url}: {one}"))
    enter(page, entrance)
    for path in paths:
        answer = page.goto(demo.address + path)
        assert answer.status == 200, path
        wrong += faults(page)
        assert page.title(), path
    return wrong


@pytest.mark.parametrize(("lang", "width", "scheme"), SEEN_AS)
def test_an_operator_s_pages(demo: Demo, paths: list[str], chromium: Any, lang: str, width: int, scheme: str) -> None:
    context = look(chromium, lang, width, scheme)
    wrong = walk(context, demo.entrance, demo, [one for one in paths if not one.startswith("/desk/users")])
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("role", "lang", "width", "scheme"), [("auditor", "fr", 1440, "light"), ("administrator", "de", 320, "dark")]
)
def test_whoever_reads_or_administers(
    demo: Demo, paths: list[str], chromium: Any, role: str, lang: str, width: int, scheme: str
) -> None:
    link = demo.link_of("user", "add", f"{role}@example.org", "--role", role)
    mine = [one for one in paths if role == "administrator" or not one.startswith("/desk/users")]
    context = look(chromium, lang, width, scheme)
    wrong = walk(context, link, demo, mine)
    context.close()
    assert not wrong, "\n".join(wrong)
