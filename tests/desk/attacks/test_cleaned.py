"""The cleaner alone, without the policy and the sandbox that stand around what it gives: nothing gets through it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from ingest.email.markup import safe_html
from tests.desk.attacks.conftest import Watch
from tests.desk.attacks.corpus import ATTACKS, CANARY, Attack, decoded

TAGS = (
    "a abbr b blockquote br caption center cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ins "
    "kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var"
)
KNOWN_ATTRIBUTES = frozenset({"href", "title", "colspan", "rowspan", "start", "dir", "lang", "rel"})
SCHEMES = ("http://", "https://", "mailto:", "tel:")

by_name = pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)

READER = (
    "<!doctype html><title>Reader</title><link rel=icon href=data:,>"
    "<p id=before>before</p><div id=mail>{}</div><p id=after>after</p>"
)
"""A page without any protection of its own."""

PLACE = """() => [...document.querySelectorAll('#before, #after')].map(one => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + 2, box.y + 2) === one || one.id === 'after';
  return [one.id, one.textContent, style.display, style.color, style.font, style.position, box.x, seen];
})"""
PROVOKED = """() => {
  for (const one of document.querySelectorAll('#mail *'))
    for (const name of ['mouseover', 'pointerover', 'focus', 'toggle', 'animationstart', 'load', 'error'])
      one.dispatchEvent(new Event(name));
}"""
OUT_OF_PLACE = """() => [...document.querySelectorAll('#mail *')]
  .filter(one => getComputedStyle(one).position !== 'static' || one.shadowRoot || one.isContentEditable)
  .map(one => one.outerHTML)"""


def faults(html: str) -> list[str]:
    """What cleaned HTML has that it may not have."""
    found = []
    for node in LexborHTMLParser(f"<body>{html}").css("body *"):
        found += [] if node.tag in TAGS.split() else [node.tag or ""]
        found += [name for name in node.attributes if name not in KNOWN_ATTRIBUTES]
        href = node.attributes.get("href")
        found += [href] if href and not href.startswith(SCHEMES) else []
    return found


@by_name
def test_what_is_left_is_structure_and_links(attack: Attack) -> None:
    assert faults(safe_html(decoded(attack))) == []


@by_name
def test_what_is_cleaned_twice_is_the_same(attack: Attack) -> None:
    once = safe_html(decoded(attack))
    assert LexborHTMLParser(safe_html(once)).html == LexborHTMLParser(once).html


@given(st.lists(st.sampled_from([decoded(one) for one in ATTACKS if len(one.html) < 500]), max_size=4), st.data())
def test_no_mixture_gets_through(some: list[str], data: st.DataObject) -> None:
    cut = [part[: data.draw(st.integers(0, len(part)))] for part in some]
    once = safe_html("".join(cut))
    assert faults(once) == []
    assert faults(safe_html(once)) == []


def show(watch: Watch, html: str) -> Any:
    """Where the page's own text stands once that mail is shown in it, and somebody has moved over all of it."""
    watch.open(READER.format(html))
    watch.page.evaluate(PROVOKED)
    watch.settle()
    return watch.page.evaluate(PLACE)


@pytest.fixture(scope="module")
def place(watch: Watch) -> Any:
    """The same for a mail that does no harm."""
    return show(watch, "<p>Bonjour</p>")


@pytest.mark.servers("chromium")
@pytest.mark.slow
@by_name
def test_a_browser_does_nothing_of_its_own(watch: Watch, place: Any, attack: Attack) -> None:
    found = show(watch, safe_html(decoded(attack)))
    assert watch.alarms == []
    assert found == place
    assert watch.page.title() == "Reader"
    assert watch.page.evaluate(OUT_OF_PLACE) == []


LOUD = frozenset(
    {"script", "onerror", "image", "image by srcset", "background of a table", "video", "frame", "meta refresh"}
    | {"style sheet", "import", "attribute", "onload", "style element", "style in svg"}
)


@pytest.mark.servers("chromium")
@pytest.mark.slow
@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.name in LOUD], ids=lambda one: one.name)
def test_the_watch_sees_what_was_not_cleaned(own_watch: Watch, attack: Attack) -> None:
    with own_watch.page.context.expect_event("request", lambda one: one.url.startswith(CANARY), timeout=10_000):
        own_watch.open(READER.format(decoded(attack)), until="commit")
    assert own_watch.alarms
