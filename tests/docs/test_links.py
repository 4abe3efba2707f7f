"""Every link, picture, anchor and named file of our documents is there, and every page can be found from the first."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, names, prose

_LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"')
_NAMED = re.compile(
    r"`((?:app|bench|cases|classify|deploy|desk|docs|ingest|notify|profiles|scripts|store|tests)/[a-z0-9_/.-]+)`"
)
_HEADING = re.compile(r"^#+ (.*)$", re.M)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files within the repository that the page links to, with the anchors ('' for none)."""
    for found in _LINK.finditer(prose(page)):
        link = found[1] or found[2]
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """As a forge makes them of headings: lower case, without marks, a hyphen for each space."""
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in _HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in plain}


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), target
        assert not anchor or anchor in anchors(target), f"{target.name}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    assert [path for path in _NAMED.findall(prose(page)) if not list(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_a_page_has_one_title_and_every_picture_says_what_it_shows(page: Path) -> None:
    text = prose(page)
    assert len(re.findall(r"^# ", text, re.M)) == 1
    assert re.findall(r"!\[\]\(|<img(?![^>]*alt=)", text) == []


def test_every_page_is_reached_from_the_first() -> None:
    reached, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        reached.add(page)
        left += [found for found, _ in links(page) if found.suffix == ".md" and found not in reached]
    adr = ROOT / "docs" / "adr"
    assert [names(page) for page in PAGES if page not in reached and page.parent != adr] == []


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    named = {found for found, _ in links(index)}
    assert [names(page) for page in sorted((ROOT / "docs").glob("*.md")) if page not in named | {index}] == []
