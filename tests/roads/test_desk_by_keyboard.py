"""A day at the running demonstration with the keyboard alone, at a desk and on a phone: an operator who answers,
corrects, passes on and closes; a citizen who asks by the form and follows their case; an auditor who may only read."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from desk.words import catalogue
from store.tables import case, entry, outbound
from tests.desk.accessible import assert_accessible
from tests.roads.demo import Demo, demonstrating
from tests.roads.test_desk_pages import look
from tests.servers.process import wait_until

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow, pytest.mark.timeout(300)]

FURTHEST = 150
"""How many times somebody presses Tab before they give up."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demonstrating() as found:
        yield found


class Hands:
    """Somebody at a keyboard who reads one language. Everything is done by keys; what they look at may be asked for."""

    def __init__(self, page: Any, lang: str) -> None:
        self.page = page
        self.words = catalogue(lang)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, selector: str, key: str = "Tab") -> None:
        """Press Tab until that has the focus, and see that the focus can be seen."""
        for _ in range(FURTHEST):
            self.press(key)
            if self.page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
                assert self.is_seen(), f"the focus on {selector} is hidden"
                return
        pytest.fail(f"{selector} is not reached at {self.page.url}")

    def is_seen(self) -> bool:
        """Whether what has the focus is in the window and nothing lies over it (WCAG 2.4.11)."""
        return bool(
            self.page.evaluate(
                """() => {
                    const one = document.activeElement, box = one.getBoundingClientRect();
                    const x = box.left + Math.min(box.width, 30) / 2, y = box.top + Math.min(box.height, 30) / 2;
                    const top = document.elementFromPoint(x, y);
                    return top && (one.contains(top) || top.contains(one) || one.closest("label")?.contains(top));
                }"""
            )
        )

    def enter(self) -> None:
        """Press Enter, and wait for the page that comes."""
        with self.page.expect_navigation():
            self.press("Enter")

    def reads(self, key: str) -> None:
        """The page says so where a screen reader hears it."""
        words = self.words[key].partition("{")[0]
        self.page.locator("[role=status], [role=alert]").filter(has_text=words).first.wait_for()


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


def sent(demo: Demo, number: str, kind: str) -> list[Any]:
    """The mails of that kind about a case that have left."""
    store = demo.store()
    with store.reading() as tx:
        mine = select(outbound).join(case, case.c.id == outbound.c.case_id)
        found = list(
            tx.connection.execute(
                mine.where(case.c.number == number, outbound.c.kind == kind, outbound.c.state == "done")
            )
        )
    store.engine.dispose()
    return found


def open_case(hands: Hands, number: str) -> None:
    """Search for a case by its number, from wherever one is in the inbox, and open it."""
    hands.press("/")
    hands.press("Control+a")
    hands.write(f"ref:{number}")
    hands.enter()
    hands.to(".rows h2 a")
    hands.enter()
    assert number in hands.page.title()


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
    wait_until(lambda: sent(demo, number, "reply"), "the answer has left", 20)
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
    wait_until(lambda: sent(demo, number, "escalation"), "the second level is told", 20)
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
