"""The desk of one running demonstration: axe finds nothing on any page in any width and colours, as an operator, an
administrator and an auditor see it, and the browser complains of nothing; then a day with the keyboard alone, at a desk
and on a phone: an operator who answers, corrects, passes on, closes."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from cases.secondlevel import Role
from desk.rules import ROLES, RULES, Access
from store.tables import case, entry, inbound, outbound
from tests.desk.accessible import assert_accessible, everywhere, faults
from tests.roads.demo import Demo, demonstrating
from tests.roads.hands import Hands, open_case
from tests.servers.process import wait_until

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow, pytest.mark.timeout(600)]

NO_PAGES = re.compile(
    r"^/(desk)?$|/raw$|/html$|/files/|/sound$|/sheet$|/live$|/signed-in$|/sign-in/|/sign-out|/bulk/"
    r"|/status$|/excel$|/dashboard/review$|/drawing$|/callbacks/"
)
"""What is no page of ours, leads away, or is there once several cases were worked on (tests/desk/inbox) or somebody
was promised a callback (tests/desk/test_routes_callbacks.py)."""

STATES = ("/desk/cases?view=callbacks", "/desk/cases?view=held", "/desk/cases?q=cat:rien", "/desk/cases?q=zzz")
"""Lists with nothing in them, a search that is not understood, one that finds nothing."""

UNFOLD = """() => {
    for (const fold of document.querySelectorAll("main details")) fold.open = true;
    document.querySelector(".rows [name=case]")?.click();
}"""
"""What is folded away is seen too, and what comes once a case is ticked."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demonstrating() as found:
        yield found


@pytest.fixture(scope="module")
def pages(demo: Demo) -> dict[str, Access]:
    """The address of every page that is for whoever is signed in, filled in with what there is, and its rule."""
    store = demo.store()
    with store.reading() as tx:
        numbers = tx.connection.execute(select(case.c.number).order_by(case.c.id)).scalars().all()
        message = tx.connection.execute(select(inbound.c.id).limit(1)).scalar_one()
    store.engine.dispose()
    demo.command("incident", "announce", "--case", numbers[1], "--case", numbers[2], "--as", "thomas")
    filled = {"incidents/{identity}": "incidents/1", "{number}": numbers[0], "{identity}": str(message)}
    filled["{key}"] = "DIG-1"
    found = dict[str, Access]()
    for name, rule in RULES.items():
        method, _, path = name.partition(" ")
        if method != "GET" or rule not in ROLES or NO_PAGES.search(path):
            continue
        for blank, value in filled.items():
            path = path.replace(blank, value)
        if "{" not in path:
            found[path] = rule
    return found | dict.fromkeys([*(f"/desk/cases/{number}" for number in numbers[1:4]), *STATES], Access.READ)


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


def walk(page: Any, demo: Demo, paths: Sequence[str], look_at: Callable[[Any], list[str]] = everywhere) -> list[str]:
    """Look at every page; what is wrong with them, and what the browser complains of."""
    wrong: list[str] = []
    page.on("console", lambda one: wrong.append(f"{page.url}: {one.text}") if one.type == "error" else None)
    page.on("pageerror", lambda one: wrong.append(f"{page.url}: {one}"))
    for path in paths:
        answer = page.goto(demo.address + path)
        assert answer.status == 200, path
        assert page.title(), path
        page.evaluate(UNFOLD)
        wrong += look_at(page)
    return wrong


def of_role(pages: Mapping[str, Access], role: Role) -> list[str]:
    """The pages that somebody may see."""
    return [path for path, rule in pages.items() if role in ROLES[rule]]


def test_an_operator_s_pages(demo: Demo, pages: dict[str, Access], chromium: Any) -> None:
    context = look(chromium, "fr", 1440, "light")
    page = context.new_page()
    enter(page, demo.entrance)
    wrong = walk(page, demo, of_role(pages, Role.SUPERVISOR))
    context.close()
    assert not wrong, "\n".join(wrong)


def test_an_administrator_s_pages(demo: Demo, pages: dict[str, Access], chromium: Any) -> None:
    context = look(chromium, "de", 320, "dark")
    page = context.new_page()
    enter(page, demo.link_of("user", "add", "administrator@example.org", "--role", "administrator"))
    wrong = walk(page, demo, of_role(pages, Role.ADMINISTRATOR))
    context.close()
    assert not wrong, "\n".join(wrong)


def test_an_auditor_s_pages(demo: Demo, pages: dict[str, Access], chromium: Any) -> None:
    context = look(chromium, "fr", 1440, "light")
    page = context.new_page()
    enter(page, demo.link_of("user", "add", "auditor@example.org", "--role", "auditor"))
    wrong = walk(page, demo, of_role(pages, Role.AUDITOR), faults)
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.torture
@pytest.mark.parametrize("lang", ["fr", "de"])
@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_every_page_for_everybody(demo: Demo, pages: dict[str, Access], chromium: Any, role: Role, lang: str) -> None:
    """All of it: each role in both languages, each page in every width and colours."""
    context = look(chromium, lang, 1440, "light")
    page = context.new_page()
    enter(page, demo.link_of("user", "add", f"{role}.{lang}@example.org", "--role", role))
    wrong = walk(page, demo, of_role(pages, role))
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(params=[("fr", 1440, "light"), ("de", 320, "dark")], ids=["fr-1440-light", "de-320-dark"])
def hands(request: pytest.FixtureRequest, chromium: Any, demo: Demo) -> Iterator[Hands]:
    """An operator who has followed the link that the demonstration prints."""
    lang, width, scheme = request.param
    context = look(chromium, lang, width, scheme)
    page = context.new_page()
    page.goto(demo.entrance)
    page.wait_for_url("**/desk/cases")
    yield Hands(page, lang)
    context.close()


def cases(demo: Demo, **wanted: str) -> list[str]:
    """The numbers of the open cases that are like that, oldest first."""
    store = demo.store()
    with store.reading() as tx:
        chosen = select(case.c.number).where(case.c.status.in_(("new", "open")), case.c.hidden.is_(False))
        for name, value in wanted.items():
            chosen = chosen.where(case.c[name] == value)
        found = list(tx.connection.execute(chosen.order_by(case.c.id)).scalars())
    store.engine.dispose()
    return found


def lines(demo: Demo, number: str, kind: str) -> list[Any]:
    """The lines of that kind on a case's timeline."""
    store = demo.store()
    with store.reading() as tx:
        mine = (
            select(entry).join(case, case.c.id == entry.c.case_id).where(case.c.number == number, entry.c.kind == kind)
        )
        found = list(tx.connection.execute(mine))
    store.engine.dispose()
    return found


def queued(demo: Demo, number: str, kind: str) -> list[Any]:
    """The mails of that kind about a case."""
    store = demo.store()
    with store.reading() as tx:
        mine = select(outbound).join(case, case.c.id == outbound.c.case_id)
        found = list(tx.connection.execute(mine.where(case.c.number == number, outbound.c.kind == kind)))
    store.engine.dispose()
    return found


LED = ("/desk/review", "/desk/model", "/desk/supervisor", "/desk/phone", "/desk/settings", "/desk/dashboard")
"""The pages of who leads begin with these."""


def test_everything_on_the_pages_of_who_leads_is_reached_with_tab(
    demo: Demo, pages: dict[str, Access], hands: Hands
) -> None:
    wrong = []
    for path in of_role(pages, Role.SUPERVISOR):
        if path.startswith(LED):
            hands.page.goto(demo.address + path)
            wrong += [f"{path}: {one}" for one in hands.walk()]
    assert not wrong, "\n".join(wrong)


def test_a_case_is_found_answered_and_waits(demo: Demo, hands: Hands) -> None:
    number = cases(demo, motif="assistance_fonctionnelle")[0]
    open_case(hands, number)
    hands.press("r")
    assert hands.page.evaluate("document.activeElement.id") == "text"
    hands.press("Control+a")
    hands.write("Merci pour votre message. Pouvez-vous nous dire quel navigateur vous utilisez ?")
    hands.to("button[value=wait]")
    hands.enter()
    hands.reads("done.sent_waiting")
    assert [row.state for row in queued(demo, number, "reply")] == ["pending"]  # it can be taken back still
    assert "navigateur" in lines(demo, number, "answered")[-1].text
    assert_accessible(hands.page)


def test_tags_are_confirmed_and_corrected(demo: Demo, hands: Hands) -> None:
    number = cases(demo)[-1]
    open_case(hands, number)
    hands.to("#form-tags summary")
    hands.press("Enter")
    hands.to("#form-tags select[name=motif]")
    hands.press("ArrowDown")
    hands.to("#form-tags button")
    hands.enter()
    hands.reads("done.tags")
    assert_accessible(hands.page)


def test_a_case_is_passed_on(demo: Demo, hands: Hands) -> None:
    number = cases(demo, tool="mon_espace")[0]
    open_case(hands, number)
    hands.press("e")
    hands.to("#form-escalate textarea")
    hands.write("La signature reste bloquée après itsme ; deux personnes différentes le voient depuis ce matin.")
    hands.to("#form-escalate button:not([name])")
    hands.enter()
    hands.reads("done.escalate")
    wait_until(lambda: queued(demo, number, "escalation")[0].state == "done", "the second level is told", 20)
    assert_accessible(hands.page)


def test_a_case_is_closed_and_opened_again(demo: Demo, hands: Hands) -> None:
    number = cases(demo)[0]
    open_case(hands, number)
    hands.press("c")
    hands.to("#step-close button")
    hands.enter()
    hands.reads("done.closed")
    hands.to("form[action$=reopen] button")
    hands.enter()
    hands.reads("done.reopened")
    assert lines(demo, number, "reopened")[-1].actor == "thomas"
    assert_accessible(hands.page)


def test_the_letters_are_listed_and_can_be_switched_off(demo: Demo, hands: Hands) -> None:
    hands.page.goto(f"{demo.address}/desk/cases")
    hands.press("?")
    hands.page.locator("dialog[open]").wait_for()
    assert_accessible(hands.page)
    hands.press("Escape")
    hands.page.locator("dialog[open]").wait_for(state="detached")
    hands.page.goto(f"{demo.address}/desk/account")
    hands.to("input[name=shortcuts]")
    hands.press("Space")
    hands.to("form button")
    hands.enter()
    hands.page.goto(f"{demo.address}/desk/cases")
    hands.press("?")
    assert hands.page.locator("dialog[open]").count() == 0
    hands.page.goto(f"{demo.address}/desk/account")
    hands.to("input[name=shortcuts]")
    hands.press("Space")
    hands.to("form button")
    hands.enter()
