import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.markup import html_to_text, safe_html
from tests.ingest.email.storability import assert_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bonjour <b>Ma</b>dame,</p><p>merci</p>", "Bonjour Madame,\n\nmerci"),
        ("un<br>deux<div>trois</div>quatre", "un\ndeux\ntrois\nquatre"),
        ("<ul><li>un<li>deux</ul>", "un\ndeux"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<style>p{}</style><script>x</script><title>t</title>texte", "texte"),
        ("a&nbsp;b &eacute; &lt;c&gt;", "a b é <c>"),
        ("<div>a<br></div><div><br></div><div>b</div>", "a\n\nb"),
        ("neuf<blockquote>vieux<blockquote>ancien</blockquote></blockquote>", "neuf\n> vieux\n> > ancien"),
        ("<pre>un\n  deux</pre>", "un\ndeux"),
        ("", ""),
        ("pas de <balise", "pas de"),
    ],
)
def test_html_as_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p onclick="x()" style="color:red">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script><style>x</style>a", "a"),
        ('<img src="https://example.com/p.gif">a', "a"),
        ("<form action=/x><input name=a>a</form>", "a"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ('<a href="/desk/delete">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        (
            '<a href="https://example.org/">a</a>',
            '<a href="https://example.org/" rel="noopener noreferrer nofollow">a</a>',
        ),
        ("<svg><a xlink:href=x>a</a></svg>b", "b"),
        ('<iframe src="//example.com"></iframe><object data=x></object><link rel=stylesheet href=x>b', "b"),
        ("<base href=//example.com><meta http-equiv=refresh content=0>b", "b"),
        ('<td background="//example.com/x">b', "b"),
    ],
)
def test_safe_html_keeps_structure_and_links_only(html: str, expected: str) -> None:
    assert safe_html(html) == expected


ABUSE = {
    "nested": "<div>" * 100_000,
    "false ends": "<div></x>" * 50_000,
    "table cells in svg": "<svg>" + "<td>" * 100_000,
    "attributes": "<a " + " ".join(f"a{n}" for n in range(100_000)) + ">",
    "attributes after a quoted end": '<a title=">" ' + "/".join(f"a{n}" for n in range(100_000)) + ">",
    "attributes glued": "<a " + "".join(f'a{n}="1"' for n in range(60_000)) + ">",
    "unfinished": "<a " * 300_000,
    "unfinished quotes": '<a x="' * 150_000,
    "equal signs": "<a " + "= " * 400_000,
    "less than": "<" * 1_000_000,
    "formatting": "<p><b><i>" * 90_000,
    "entities": "&#x202e;" * 120_000,
}


@pytest.mark.parametrize("kind", ABUSE)
def test_abusive_html_is_text_within_a_second_and_a_half(kind: str) -> None:
    begun = time.process_time()
    text, safe = html_to_text(ABUSE[kind] + "texte"), safe_html(ABUSE[kind] + "texte")
    assert time.process_time() - begun < 1.5
    assert_text(text)
    assert_text(safe, 6_000_000)


@given(st.text(st.sampled_from(list("<>/ab =\"'!-&;pdivtable\x02\n")), max_size=300))
def test_any_soup_has_storable_text_and_no_script(soup: str) -> None:
    assert_text(html_to_text(soup))
    assert "<script" not in safe_html(soup)
