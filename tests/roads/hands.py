"""Somebody at a keyboard, on the pages of the running demonstration; nothing is done by mouse."""

from typing import Any

import pytest

from desk.words import catalogue

FURTHEST = 150
"""How many times somebody presses Tab before they give up."""


NUMBERED = """() => {
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const shown = [...document.querySelectorAll(all)].filter(one => one.checkVisibility() && !one.disabled);
    const group = one => one.type === "radio" ? `radio ${one.form?.action} ${one.name}` : "";
    const first = one => !group(one) || shown.find(other => group(other) === group(one)) === one;
    window.toReach = new Set(shown.filter(first));
    window.reached = new Set();
    return window.toReach.size;
}"""
"""Notes all that can be worked with a keyboard; of a group of radio buttons, which is one stop, the first."""
REACHED = """() => {
    const one = document.activeElement, same = [...window.toReach].find(
        other => other === one || (one.type === "radio" && other.name === one.name && other.form === one.form));
    if (one === document.body || window.reached.has(same ?? one)) return "again";
    window.reached.add(same ?? one);
    window.toReach.delete(same);
    return "";
}"""
_NAMED = "(one.outerHTML || '').replace(/>.*/s, '>').slice(0, 160)"
FOCUSED = f"() => {{ const one = document.activeElement; return {_NAMED}; }}"
LEFT = f"() => [...window.toReach].map(one => {_NAMED})"


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

    def walk(self) -> list[str]:
        """Press Tab through the whole page; what was never reached, and what had the focus and could not be seen."""
        count, wrong = int(self.page.evaluate(NUMBERED)), list[str]()
        self.page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
        for _ in range(count + FURTHEST):
            self.press("Tab")
            if self.page.evaluate(REACHED) == "again":
                break
            wrong += [] if self.is_seen() else [f"hidden: {self.page.evaluate(FOCUSED)}"]
        return wrong + [f"not reached: {one}" for one in self.page.evaluate(LEFT)]

    def is_seen(self) -> bool:
        """Whether what has the focus is in the window and nothing lies over it (WCAG 2.4.11)."""
        return bool(
            self.page.evaluate(
                """() => {
                    const one = document.activeElement, box = one.getClientRects()[0] ?? one.getBoundingClientRect();
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


def open_case(hands: Hands, number: str) -> None:
    """Search for a case by its number, from wherever one is in the inbox, and open it."""
    hands.press("/")
    hands.press("Control+a")
    hands.write(f"ref:{number}")
    hands.enter()
    hands.to(".rows h2 a")
    hands.enter()
    assert number in hands.page.title()
