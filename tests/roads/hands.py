"""Somebody at a keyboard, on the pages of the running demonstration; nothing is done by mouse."""

from typing import Any

import pytest

from desk.words import catalogue

FURTHEST = 150
"""How many times somebody presses Tab before they give up."""


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


def open_case(hands: Hands, number: str) -> None:
    """Search for a case by its number, from wherever one is in the inbox, and open it."""
    hands.press("/")
    hands.press("Control+a")
    hands.write(f"ref:{number}")
    hands.enter()
    hands.to(".rows h2 a")
    hands.enter()
    assert number in hands.page.title()
