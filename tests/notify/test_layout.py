import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notify.html import page
from notify.layout import BREAK, Block, Shape, blocks, plain, quote, wrap

LINES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs", "Cc"]), max_size=300)


@settings(deadline=None)
@given(LINES, st.integers(10, 80))
def test_wrapping_loses_nothing_and_keeps_to_the_width_where_words_allow(line: str, width: int) -> None:
    lines = wrap(line, width)
    assert " ".join(lines) == line
    assert all(len(one) <= width or not BREAK.search(one, 1) for one in lines)


def test_blocks_are_paragraphs_and_lists() -> None:
    found = blocks("Hello,\n\n- one\n- two\n\n\nBye\nAnne")
    assert found == [
        Block(Shape.PARAGRAPH, ("Hello,",)),
        Block(Shape.LIST, ("one", "two")),
        Block(Shape.PARAGRAPH, ("Bye", "Anne")),
    ]
    assert plain(found) == "Hello,\n\n- one\n- two\n\nBye\nAnne\n"


def test_a_long_item_is_indented() -> None:
    text = plain(blocks("- " + "word " * 20 + "end"))
    assert text.splitlines()[1].startswith("  word")
    assert all(len(line) <= 72 for line in text.splitlines())


def test_what_a_person_wrote_is_shown_and_never_markup() -> None:
    html = page(
        "fr", "<b>&", blocks('- Objet: <script>alert("x")</script> https://evil.example\n\nfoot'), ["https://a.example"]
    )
    assert "<script" not in html
    assert '&lt;script&gt;alert("x")&lt;/script&gt;' in html
    assert 'href="https://evil' not in html
    assert "<title>&lt;b&gt;&amp;</title>" in html


def test_our_own_addresses_become_links() -> None:
    html = page("fr", "s", blocks("Ouvrir:\nhttps://a.example/1\n\nfoot"), ["https://a.example/1", "https://a.example"])
    assert '<a href="https://a.example/1">https://a.example/1</a>' in html


@pytest.mark.parametrize(
    ("line", "width", "lines"),
    [
        ("Voici qui peut vous aider :", 26, ["Voici qui peut vous", "aider :"]),
        ("Il a bien dit « oui » hier", 20, ["Il a bien dit", "« oui » hier"]),
        ("Il a bien dit « oui » hier", 16, ["Il a bien dit", "« oui » hier"]),
        ("xxxxxxxxxx : y", 10, ["xxxxxxxxxx :", "y"]),
        ("a line that ends there ", 22, ["a line that ends there", ""]),
    ],
)
def test_french_marks_stay_with_their_word(line: str, width: int, lines: list[str]) -> None:
    assert wrap(line, width) == lines


def test_a_quotation_ends_where_we_end_it() -> None:
    (block,) = blocks(quote("one\n\n- two\n> three\n"))
    assert block == Block(Shape.QUOTE, ("one", "", "- two", "> three"))
    assert plain([block]) == "> one\n>\n> - two\n> > three\n"


def test_what_is_quoted_has_no_links() -> None:
    html = page("fr", "s", blocks(quote("https://a.example/1") + "\n\nfoot"), ["https://a.example/1"])
    assert "<blockquote" in html
    assert "href" not in html


def test_the_mark_behind_an_address_is_not_part_of_it() -> None:
    html = page("fr", "s", blocks("Voyez https://a.example/1.\n\nfoot"), ["https://a.example/1"])
    assert '<a href="https://a.example/1">https://a.example/1</a>.' in html


def test_an_address_cannot_leave_its_attribute() -> None:
    link = 'https://a.example/"onclick="x'
    assert 'href="https://a.example/&quot;onclick=&quot;x"' in page("fr", "s", blocks(f"{link}\n\nfoot"), [link])
